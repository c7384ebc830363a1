import { afterAll } from "vitest";
import { redisPlace } from "./redis-place.ts";
import { sealing } from "./sealing.ts";

const place = redisPlace();
afterAll(() => place.end());

sealing([place]);
