/** Who may speak for a crew: whoever holds its secret, for the bytes that were signed, at about that time. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { verify } from "../../../../adapters/agents/crewai/signature.ts";
import type { CrewaiConnection } from "../../../../src/connections.ts";
import { signatureOf } from "../../../peers/agents/crewai.ts";
import { NOON } from "../../../town.ts";
import { asAgent } from "../doorstep.ts";
import { place, SAMPLE, SECRET, TASK } from "./crew.ts";

const BODY = JSON.stringify(SAMPLE);
const SIGNED = signatureOf(SECRET, BODY);
const NOW = NOON / 1_000;
const stamp = (at: number | string, body = BODY, secret = SECRET) => signatureOf(secret, `${at}.${body}`);

interface Sent {
  what: string;
  body: string;
  signature: string;
  timestamp?: string;
}

const at = fc.nat(BODY.length - 1);
const hexIndex = fc.nat(63);

/** Everything that somebody without the secret, but with all that was ever sent, may try. */
const FORGERIES: fc.Arbitrary<Sent>[] = [
  fc.stringMatching(/^[0-9a-f]{64}$/).map((signature) => ({ what: "a guess", body: BODY, signature })),
  fc.string({ minLength: 1, maxLength: 40 }).map((secret) => ({
    ...{ what: "another secret", body: BODY, signature: signatureOf(`not ${secret}`, BODY) },
  })),
  fc
    .tuple(hexIndex, fc.constantFrom(..."0123456789abcdefABCDEF"))
    .filter(([index, letter]) => SIGNED[index] !== letter)
    .map(([index, letter]) => ({
      ...{ what: "a letter changed", body: BODY },
      signature: SIGNED.slice(0, index) + letter + SIGNED.slice(index + 1),
    })),
  fc.nat(63).map((length) => ({ what: "cut short", body: BODY, signature: SIGNED.slice(0, length) || "0" })),
  fc
    .tuple(at, fc.constantFrom(..." x1}"))
    .filter(([index, letter]) => BODY[index] !== letter)
    .map(([index, letter]) => ({
      ...{ what: "a byte of the body changed", signature: SIGNED },
      body: BODY.slice(0, index) + letter + BODY.slice(index + 1),
    })),
  at.map((index) => ({
    ...{ what: "something put in", signature: SIGNED },
    body: `${BODY.slice(0, index)} ${BODY.slice(index)}`,
  })),
  fc
    .constantFrom(`sha256=${SIGNED}`, ` ${SIGNED}${SIGNED}`, SIGNED.toUpperCase(), `${SIGNED}, ${SIGNED}`)
    .map((signature) => ({ what: "another spelling", body: BODY, signature })),
  fc.integer({ min: 301, max: 10_000_000 }).chain((by) =>
    fc.constantFrom(NOW - by, NOW + by).map((when) => ({
      ...{ what: "a signature of another time", body: BODY, signature: stamp(when), timestamp: String(when) },
    })),
  ),
  fc.integer({ min: -300, max: 300 }).map((by) => ({
    ...{ what: "a time put beside a signature without one", body: BODY, signature: SIGNED },
    timestamp: String(NOW + by),
  })),
  fc.integer({ min: 1, max: 300 }).map((by) => ({
    ...{ what: "the time moved", body: BODY, signature: stamp(NOW - 400), timestamp: String(NOW - by) },
  })),
  fc.integer({ min: -300, max: 300 }).map((by) => ({
    ...{ what: "the time left out", body: BODY, signature: stamp(NOW + by) },
  })),
  fc.integer({ min: -300, max: 300 }).map((by) => ({
    ...{ what: "the time moved into the body", body: `${NOW + by}.${BODY}`, signature: stamp(NOW + by) },
  })),
  fc.constantFrom("", "now", "-1", "1e9", `${NOW}.0`, `0x${NOW.toString(16)}`, `${NOW} `).map((timestamp) => ({
    ...{ what: "a time that is none", body: BODY, signature: stamp(timestamp), timestamp },
  })),
];

const headersOf = ({ signature, timestamp }: Sent) => ({
  "x-webhook-signature": signature,
  ...(timestamp === undefined ? {} : { "x-webhook-timestamp": timestamp }),
});

describe("a signature of a crew", () => {
  test("forged, altered or replayed 1,000 times, has raised nothing", async () => {
    const { call, all } = await place();
    const first = await call("POST", "/approve", BODY, { "x-webhook-signature": SIGNED });
    const replay = fc.constant<Sent>({ what: "a replay", body: BODY, signature: SIGNED });
    const seed = Date.now();
    const tries = fc.sample(fc.oneof(replay, ...FORGERIES), { numRuns: 1_000, seed });
    console.log(`1,000 tries of ${new Set(tries.map(({ what }) => what)).size} kinds, seed ${seed}`);
    const one = async (sent: Sent) => {
      const { status, body } = await call("POST", "/approve", sent.body, headersOf(sent));
      if (sent.what === "a replay") expect(body).toEqual(first.body);
      // What was signed as one text is no JSON as another.
      else expect([sent, status]).toEqual([sent, sent.what === "the time moved into the body" ? 400 : 401]);
    };
    for (let done = 0; done < tries.length; done += 50) await Promise.all(tries.slice(done, done + 50).map(one));
    expect(await all(TASK)).toHaveLength(1);
  });

  test("is needed where the connection has a secret, whatever token or capability comes with it", async () => {
    const { call, all, capabilities } = await place();
    const capability = await capabilities.issue("crew");
    for (const [path, headers] of [
      ["/approve", {}],
      ["/approve", asAgent],
      ["/approve", { ...asAgent, "x-webhook-signature": "" }],
      [`/in/${capability}/approve`, {}],
    ] as const) {
      const { status, body } = await call("POST", path, BODY, headers);
      expect([path, status, body.code]).toEqual([path, 401, "unauthorized"]);
    }
    expect(await all(TASK)).toEqual([]);
  });

  test("may be five minutes old or ahead, and no older", async () => {
    const { ask } = await place();
    const answers: number[] = [];
    for (const by of [0, -300, 300, -301, 301]) answers.push((await ask({ ...SAMPLE, note: by }, NOW + by)).status);
    expect(answers).toEqual([200, 200, 200, 401, 401]);
  });

  test("is of the bytes as they came, however the crew spelled its JSON", async () => {
    const { call, newest } = await place();
    const body = `  {"task_id": "${TASK}",\n "agent" : "Größe \\u00e9", "output": 1.0e2, "context": {}}\n`;
    expect((await call("POST", "/approve", body, { "x-webhook-signature": signatureOf(SECRET, body) })).status).toBe(
      200,
    );
    expect((await newest(TASK)).payload).toMatchObject({ agent: "Größe é", output: 100 });
  });

  test("tells by its secret which of several connections it is", () => {
    const connection = (name: string, secret?: string): CrewaiConnection => ({
      ...{ name, protocol: "crewai" },
      ...(secret === undefined ? {} : { secret }),
    });
    const crews = [connection("bare"), connection("sales", "s1"), connection("press", "s2")];
    const bytes = Buffer.from(BODY);
    const by = (secret: string) => verify({ bytes, signature: signatureOf(secret, BODY) }, crews, NOON);
    expect(by("s1")).toMatchObject({ connection: { name: "sales" }, at: null });
    expect(by("s2")?.connection.name).toBe("press");
    expect([by("undefined"), by("")]).toEqual([undefined, undefined]);
    const stamped = { bytes, signature: stamp(NOW + 3, BODY, "s2"), timestamp: String(NOW + 3) };
    expect(verify(stamped, crews, NOON)).toMatchObject({ connection: { name: "press" }, at: NOON + 3_000 });
  });
});
