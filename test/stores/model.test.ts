/** Every store does what the model says, whatever is done to it in whatever order; restarts included where it lasts. */
import { test } from "vitest";
import { openMemory } from "../../adapters/stores/memory/index.ts";
import { openSqlite } from "../../adapters/stores/sqlite/index.ts";
import { temporaryFiles } from "../adapters/stores/files.ts";
import { RAISED } from "../make.ts";
import { hold, lasting } from "./hold.ts";

const newFile = temporaryFiles();

test("the memory store does what the model says", async () => {
  await hold(async () => {
    const time = { now: RAISED };
    return { opened: openMemory({ clock: () => time.now }), time, restart: async () => {} };
  }, 400);
}, 600_000);

test("the sqlite store does what the model says", async () => {
  await hold(() => {
    const path = newFile();
    return lasting((options) => openSqlite(path, options));
  }, 80);
}, 600_000);
