/**
 * What somebody may not see takes as long as what is not there, as well as saying the same: neither how many of other
 * people's checkpoints there are nor whether an id is one of them can be told from the time.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openSqlite } from "../../../../adapters/stores/sqlite/index.ts";
import { office } from "../../../office.ts";
import { door, TOKENS } from "./door.ts";

/** Of ms, between two answers. */
const MOST = 5;
const TIMES = 40;
/** Among which what somebody else may decide takes long to go through. */
const FOREIGN = 3_000;

const folder = mkdtempSync(join(tmpdir(), "hitl-unseen-"));
const opened = openSqlite(join(folder, "hitl.db"));
const { desk, feed, raise } = office(opened);
feed.start();
afterAll(async () => {
  await feed.stop();
  await opened.close();
  rmSync(folder, { recursive: true });
});
const api = await door(desk);
const { bob, carol } = TOKENS;
const THEIRS = { kind: "preview", payload: { content: "x".repeat(200) }, approvers: ["person:bob"] };

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Of the quicker half the middle: what the machine did beside it is told by the others. */
function usual(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 4)] ?? Number.NaN;
}

/** In turn, so that a busy moment of the machine is everybody's. */
async function timesOf(works: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const times = works.map((): number[] => []);
  for (let time = 0; time < TIMES; time += 1)
    for (const [at, work] of works.entries()) times[at]?.push(await msOf(work));
  return times.map(usual);
}

const LISTS = [
  "/v1/checkpoints",
  "/v1/checkpoints?status=pending",
  "/v1/checkpoints?overdue=true",
  "/v1/checkpoints?approver=person:bob",
  "/v1/checkpoints?approver=person:bob&status=pending&kind=preview",
];

const listed = () =>
  timesOf(
    LISTS.map((path) => async () => {
      expect((await api.call(`GET ${path}`, { token: carol })).body).toEqual({ items: [], next: null });
    }),
  );

test("a list of what is not theirs takes nobody longer, however much there is of it", async () => {
  const none = await listed();
  for (let made = 0; made < FOREIGN; made += 50)
    await Promise.all(Array.from({ length: 50 }, (_, at) => raise({ ...THEIRS, id: `chk_theirs_${made + at}_xx` })));
  const { body } = await api.call("GET /v1/checkpoints?approver=person:bob&limit=200", { token: bob });
  expect(body.items).toHaveLength(200);
  const foreign = await listed();
  console.log(
    `ms, of none and of ${FOREIGN} that are somebody else's: ` +
      LISTS.map((path, at) => `${path} ${none[at]?.toFixed(1)} and ${foreign[at]?.toFixed(1)}`).join("; "),
  );
  for (const [at, path] of LISTS.entries())
    expect(Math.abs((foreign[at] ?? 0) - (none[at] ?? 0)), path).toBeLessThan(MOST);
}, 60_000);

test("another person's checkpoint and none at all are refused in the same words and the same time", async () => {
  const large = { ...THEIRS, id: "chk_theirs_large", payload: { content: "x".repeat(200_000) } };
  expect((await raise(large)).type).toBe("raised");
  const paths: [string, unknown][] = [
    ["GET /v1/checkpoints/ID", undefined],
    ["GET /v1/checkpoints/ID?wait=20", undefined],
    ["GET /v1/checkpoints/ID/card", undefined],
    ["GET /v1/checkpoints/ID/timeline", undefined],
    ["POST /v1/checkpoints/ID/act", { action: "proceed" }],
    ["POST /v1/checkpoints/ID/comments", { text: "x" }],
    ["POST /v1/checkpoints/ID/withdraw", { reason: "x" }],
  ];
  const ids = ["chk_nobody_0000", "chk_theirs_7_xx", large.id];
  for (const [path, body] of paths) {
    const answers = new Set<string>();
    const works = ids.map((id) => async () => {
      const sent = { token: carol, ...(body === undefined ? {} : { body }) };
      answers.add((await api.call(path.replace("ID", id), sent)).text);
    });
    const [absent = 0, ...theirs] = await timesOf(works);
    expect([...answers], path).toHaveLength(1);
    for (const each of theirs) expect(Math.abs(each - absent), path).toBeLessThan(MOST);
  }
}, 60_000);
