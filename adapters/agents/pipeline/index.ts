/** Pipelines that pause at phase boundaries, both ways: they ask here, or their stream is watched and they are resolved. */
import type { DoorAdapter } from "../../../src/door.ts";
import { ignoredBy } from "../../../src/outbound/ignored.ts";
import { watch } from "./client.ts";
import { answerOf, PROTOCOL } from "./mapping.ts";
import { operations } from "./operations.ts";
import { routes } from "./routes.ts";

export const pipeline: DoorAdapter<typeof PROTOCOL> = {
  protocol: PROTOCOL,
  routes,
  operations,
  answering: { answer: answerOf, heard: ignoredBy("The pipeline") },
  watch: (connection, parts, signal) => watch(connection, parts, signal),
};
