/** Secrets that agents send get nowhere: not into the store, not onto a screen, not into a log. */
import { expect, test } from "vitest";
import { FILES, openStand, SINKS, search } from "./stand.ts";
import { live } from "./story.ts";

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

test(`finds none of 300 planted secrets in anything that the program keeps, shows or tells (seed ${seed})`, {
  timeout: 120_000,
}, async () => {
  const stand = await openStand();
  const { raised, kept, keeping } = await live(stand, seed);
  expect(raised.length).toBeGreaterThanOrEqual(300);
  expect(new Set(raised.map(({ core }) => core)).size).toBe(raised.length);

  const own = (await stand.call("agent", "GET", `/v1/checkpoints/${keeping}`)).body;
  expect(own.state).toEqual(kept.map(({ member }) => member));
  expect((await stand.call("admin", "GET", `/v1/checkpoints/${keeping}`)).body.state).toBeNull();

  const { found, report } = await search(stand, [...SINKS, FILES], raised, kept);
  expect(await stand.program.end("SIGTERM")).toBe(0);
  const after = await search(stand, [FILES], raised, kept);
  console.log(`${raised.length} secrets, ${report.length} sinks: ${report.join(", ")}`);
  expect([...found, ...after.found]).toEqual([]);
});

if (process.env.HITL_TEST_LONG === "1")
  test(`finds them nearly everywhere once nothing is hidden, so that looking for them means something (seed ${seed})`, {
    timeout: 120_000,
  }, async () => {
    const stand = await openStand({ yaml: "redact: { enabled: false }\n" });
    const { raised } = await live(stand, seed, { refused: false });
    const { found } = await search(stand, [...SINKS, FILES], raised, [], false);
    console.log(`${found.length} findings`);
    expect(found.length).toBeGreaterThan(2_000);
  });
