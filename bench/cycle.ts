/**
 * What a whole cycle costs: raise, act, the waiting call told. Printed beside a bare node:http server that parses and
 * echoes the same number of JSON requests, in the same run on the same machine: only the ratios mean something.
 * bench/redis.ts does the same on Redis.
 *
 *   npm run bench [-- cycles]
 */
import { echo, hangUp, program } from "./http.ts";
import { print } from "./measure.ts";

const CYCLES = Number(process.argv[2] ?? 3_000);

console.log(`${CYCLES} cycles of three requests each (raise, wait, act), one client process, one server process\n`);
await print([await program("hitl-bot on SQLite"), await echo()], CYCLES, [1, 32, 256]);
hangUp();
