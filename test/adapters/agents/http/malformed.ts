/**
 * Malformed requests in any number, drawn from a seed: each states the status and code it must be answered with, and
 * where its fault lies. What is expected is written out here, never worked out by the code under test.
 */
import { type Asked, TOKENS } from "./door.ts";

export interface Malformed {
  route: string;
  asked: Asked;
  status: number;
  code: string;
  /** What the first error's pointer begins with; undefined: the refusal is not about a place. */
  at?: string;
}

/** mulberry32: small, and the same numbers on every machine. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function makeMalformed(seed: number): () => [string, Malformed] {
  const next = random(seed);
  const below = (count: number) => Math.floor(next() * count);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const word = (length = 3 + below(12)) =>
    Array.from({ length }, () => pick([..."abcdefghijklmnopqrstuvwxyz_"])).join("");

  const RAISE = "POST /v1/checkpoints";
  const ONE = "/v1/checkpoints/chk_0123456789";
  const good: Record<string, unknown> = { kind: "confirm", payload: { summary: "Publish", n: 1 } };
  const bodies = [RAISE, `POST ${ONE}/act`, `POST ${ONE}/comments`, `POST ${ONE}/withdraw`];

  const notJson = (body: Asked["body"], at = ""): Malformed => ({
    route: pick(bodies),
    asked: { body },
    status: 400,
    code: "not_json",
    at,
  });
  const invalid = (route: string, body: unknown, at: string, code = "invalid_request"): Malformed => ({
    route,
    asked: { body },
    status: 422,
    code,
    at,
  });
  /** Some JSON text at a random place below the payload, and the pointer to it. */
  const planted = (text: string): [string, string] => {
    const keys = Array.from({ length: below(6) }, () => word());
    const inside = keys.reduceRight((inner, key) => `{"${key}":${inner}}`, text);
    return [`{"kind":"confirm","payload":{"x":[0,${inside}]}}`, ["/payload/x/1", ...keys].join("/")];
  };
  const plantedIn = (text: string, below = "") => {
    const [body, at] = planted(text);
    return notJson(body, at + below);
  };

  const WRONG: Record<string, unknown[]> = {
    id: ["x", 7, "a b c d e f", "chk_".repeat(30), null],
    kind: [7, null, "confrm", [], "Confirm"],
    payload: [null, [], "x", 7, true],
    title: [7, "", "a\nb", {}, "t".repeat(301)],
    source: ["x", [], { agent: 7 }, { agent: "" }, { url: "ftp://x" }, { url: "x" }],
    requested_by: ["bob", 7, "person:", "person:a b"],
    priority: ["asap", 3, null],
    route: ["web", [], [7], ["#deploys"], ["slack:#a b"], Array(21).fill("web")],
    approvers: ["person:bob", [], [null], ["Bob"], ["slack:bob"], Array(101).fill("person:bob")],
    quorum: [0, 51, "2", 1.5, null, -1],
    actions: ["proceed", [], ["approve"], [7], [{ action: "revise", comment: "never" }], [{ label: "x" }]],
    timeout: ["soon", -1, true, {}, "1y", 0, "99999d"],
    on_timeout: ["explode", 1, null],
    callback: ["https://x.example", {}, { url: 7 }, { url: "https://x.example", secret: "x" }],
    metadata: [[], "x", 7, null],
    previous: ["x", 7, null, "a/b/c/d/e"],
  };
  const WRONG_ACT: Record<string, unknown[]> = {
    action: [7, null, "approve", ["proceed"], ""],
    feedback: [7, {}, [], null, "f".repeat(20_001)],
    reason: [true, [1]],
    answers: [[], "x", { a: 1 }, { a: { b: "c" } }, { ["q".repeat(201)]: "x" }],
    digest: [7, "d".repeat(101), null],
  };

  const MAKERS: Record<string, () => Malformed> = {
    "wrong type in a raise": () => {
      const field = pick(Object.keys(WRONG));
      return invalid(RAISE, { ...good, [field]: pick(WRONG[field] ?? []) }, `/${field}`);
    },
    "wrong type in an act": () => {
      const field = pick(Object.keys(WRONG_ACT));
      return invalid(`POST ${ONE}/act`, { action: "proceed", [field]: pick(WRONG_ACT[field] ?? []) }, `/${field}`);
    },
    "no words": () =>
      pick([
        invalid(`POST ${ONE}/comments`, { text: pick(["", "  ", 7, null]) }, "/text"),
        invalid(`POST ${ONE}/withdraw`, { reason: pick(["", "\n", 7, {}]) }, "/reason"),
        invalid(`POST ${ONE}/withdraw`, {}, "/reason"),
      ]),
    "no object": () => invalid(pick(bodies), pick(["[]", "null", "7", '"text"', "true", "[{}]"]), ""),
    "unknown field": () => {
      const name = `${word()}_x`;
      return invalid(pick(bodies), { ...good, [name]: 1 }, "/", "unknown_field");
    },
    "constructor.prototype": () =>
      invalid(RAISE, { ...good, constructor: { prototype: { isAdmin: true } } }, "/constructor", "unknown_field"),
    identity: () => {
      const field = pick(["by", "approver", "decided_by"]);
      const body = { ...good, [field]: pick(["person:bob", null, {}, 7]), [word()]: 1 };
      return { route: pick(bodies), asked: { body }, status: 400, code: "identity_in_body", at: `/${field}` };
    },
    "deeper than 32": () => {
      const [open, close] = pick([
        ["[", "]"],
        ['{"a":', "}"],
      ]);
      const depth = 33 + below(pick([5, 5_000]));
      return notJson(`{"payload":${open.repeat(depth)}1${close.repeat(depth)}}`, "/payload/");
    },
    "more than 2,000 keys": () =>
      notJson(
        `{"payload":{${Array.from({ length: 2_000 + below(9_000) }, (_, i) => `"k${i}":0`).join(",")}}}`,
        "/payload/k",
      ),
    "duplicate key": () => plantedIn(pick(['{"a":1,"b":2,"a":1}', '{"a":1,"\\u0061":2}']), "/a"),
    "duplicate at the top": () => notJson('{"kind":"confirm","payload":{},"kind":"tool"}', "/kind"),
    __proto__: () =>
      plantedIn(pick(['{"__proto__":{"isAdmin":true}}', '{"\\u005f\\u005fproto__":null}']), "/__proto__"),
    "lone surrogate": () => plantedIn(pick(['"\\ud800"', '"x\\udfffy"', '"\\udc00\\ud800"', '{"\\ud83d":1}'])),
    "number too large": () =>
      plantedIn(
        pick(["12345678901234567890", "1e400", "-1e999", "9007199254740993", "1".repeat(400), "-9007199254740992"]),
      ),
    "truncated JSON": () => {
      const text = JSON.stringify({ ...good, metadata: { [word()]: word(40) } });
      return notJson(text.slice(0, 1 + below(text.length - 1)));
    },
    "not quite JSON": () =>
      notJson(
        pick(["{'a':1}", "{a:1}", "{}x", "{,}", "[1,]", "NaN", "undefined", "{} {}", "/**/{}", "\ufeff{}", "", " "]),
      ),
    "bytes of noise": () => notJson(Uint8Array.from({ length: 1 + below(300) }, () => 128 + below(128))),
    "broken UTF-8": () => {
      const bad = pick([
        [0xff],
        [0xc3, 0x28],
        [0xed, 0xa0, 0x80],
        [0xf5, 0x80, 0x80, 0x80],
        [0xc0, 0xaf],
        [0xe2, 0x82],
      ]);
      return notJson(Buffer.concat([Buffer.from('{"kind":"'), Buffer.from(bad), Buffer.from('"}')]));
    },
    "300 KB": () => ({
      route: pick(bodies),
      asked: { body: JSON.stringify({ ...good, metadata: { x: "x".repeat(300 * 1024) } }) },
      status: 413,
      code: "too_large",
    }),
    "wrong content type": () => ({
      route: pick(bodies),
      asked: {
        body: JSON.stringify(good),
        headers: { "content-type": pick(["text/plain", "", "application/xml", "multipart/form-data", "json", word()]) },
      },
      status: 415,
      code: "unsupported_media_type",
    }),
    "wrong method": () => ({
      route: pick([
        `PUT ${ONE}`,
        `DELETE ${ONE}`,
        "PATCH /v1/checkpoints",
        `GET ${ONE}/act`,
        "PURGE /healthz",
        "OPTIONS /v1/whoami",
      ]),
      asked: {},
      status: 405,
      code: "method_not_allowed",
    }),
    "wrong token": () => ({
      route: pick([...bodies, `GET ${ONE}`, "GET /v1/checkpoints", "GET /v1/whoami"]),
      asked: { token: pick([null, word(), `${TOKENS.admin}x`, TOKENS.admin.slice(0, -1), TOKENS.agent.toUpperCase()]) },
      status: 401,
      code: "unauthorized",
    }),
    "unknown path": () => ({
      route: `${pick(["GET", "POST"])} /${pick(["", "v1/", "v1/checkpoint/", "api/", "..%2f..%2fetc/passwd/"])}${word()}`,
      asked: {},
      status: 404,
      code: "not_found",
    }),
    "impossible id": () => ({
      route: `GET /v1/checkpoints/${pick([word(3), "a".repeat(65), "%00".repeat(9), "chk%200123456", "..%2f..%2fx", "💥".repeat(4)])}`,
      asked: {},
      status: 404,
      code: "not_found",
    }),
    "garbage query": () => {
      const [query, at] = pick([
        [`limit=${pick(["0", "-5", "1e2", "201", "", "abc", "99999999999"])}`, "/query/limit"],
        [`status=${word()}`, "/query/status"],
        [`kind=${word()}`, "/query/kind"],
        [`approver=${word()}`, "/query/approver"],
        [`overdue=${word()}`, "/query/overdue"],
        [`agent=${"a".repeat(201)}`, "/query/agent"],
        ["cursor=", "/query/cursor"],
        ["kind=tool&kind=task", "/query/kind"],
      ] as const);
      return { route: `GET /v1/checkpoints?${query}`, asked: {}, status: 422, code: "invalid_request", at };
    },
    "unknown query": () => ({
      route: `GET ${pick([ONE, `${ONE}/timeline`, "/v1/checkpoints", "/v1/whoami"])}?${word()}_x=1`,
      asked: {},
      status: 422,
      code: "unknown_field",
      at: "/query/",
    }),
    "garbage wait": () => ({
      route: `GET ${ONE}?wait=${pick(["", "abc", "-1", "1e9", "NaN", "Infinity", "1,5", "0x10", "9".repeat(30)])}`,
      asked: {},
      status: 422,
      code: "invalid_request",
      at: "/query/wait",
    }),
    "impossible Idempotency-Key": () => ({
      route: RAISE,
      asked: {
        body: good,
        headers: { "idempotency-key": pick(["", "k".repeat(201), "ключ".normalize(), "k\u00e9y"].map(latin1)) },
      },
      status: 422,
      code: "invalid_request",
      at: "/headers/idempotency-key",
    }),
  };

  return () => {
    const name = pick(Object.keys(MAKERS));
    const make = MAKERS[name] ?? (() => notJson(""));
    return [name, make()];
  };
}

/** As headers can carry it. */
function latin1(text: string): string {
  return Buffer.from(text).toString("latin1");
}
