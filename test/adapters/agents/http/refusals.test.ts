import { describe, expect, test } from "vitest";
import type { Denied } from "../../../../src/desk-port.ts";
import { StoreUnavailable } from "../../../../src/ports.ts";
import { checkpoint, person, RAISED } from "../../../make.ts";
import { door, TOKENS } from "./door.ts";

const RAISE = { kind: "confirm", payload: { summary: "Publish" } };
const ACT = "POST /v1/checkpoints/chk_0123456789/act";

const api = await door();

describe("who is calling", () => {
  test.each([
    ["no token", null],
    ["an unknown token", "nobody-knows-me"],
    ["an empty token", ""],
  ])("turns away %s with 401 and what to send", async (_, token) => {
    const answer = await api.call("GET /v1/whoami", { token });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="hitl-bot"');
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body).toEqual({
      type: "urn:hitl-bot:unauthorized",
      title: "Unauthorized",
      status: 401,
      code: "unauthorized",
      detail: "Send a token of this bot in the header Authorization: Bearer <token>.",
    });
  });

  test("takes a token from the header alone, and only as a bearer", async () => {
    const address = `GET /v1/whoami?access_token=${TOKENS.agent}`;
    expect((await api.call(address, { token: null })).status).toBe(401);
    const basic = { authorization: `Basic ${TOKENS.agent}` };
    expect((await api.call("GET /v1/whoami", { token: null, headers: basic })).status).toBe(401);
  });

  test.each(["by", "approver", "decided_by"])(
    "refuses a body that says who acts (%s), whatever else is wrong with it",
    async (field) => {
      const bodies: [string, object][] = [
        ["POST /v1/checkpoints", { ...RAISE, [field]: "person:bob" }],
        ["POST /v1/checkpoints", { [field]: null, aprovers: [] }],
        [ACT, { action: "proceed", [field]: { person: "bob" } }],
        ["POST /v1/checkpoints/chk_0123456789/comments", { text: "x", [field]: 1 }],
        ["POST /v1/checkpoints/chk_0123456789/withdraw", { [field]: [] }],
      ];
      for (const [route, body] of bodies) {
        const answer = await api.call(route, { token: TOKENS.admin, body });
        expect([answer.status, answer.body.code]).toEqual([400, "identity_in_body"]);
        expect(answer.body.errors).toMatchObject([{ pointer: `/${field}` }]);
      }
      const query = await api.call(`${ACT}?${field}=bob`, { body: { action: "proceed" } });
      expect([query.status, query.body.code]).toEqual([400, "identity_in_body"]);
    },
  );
});

describe("what is sent", () => {
  test("names every fault with a pointer, and unknown fields first", async () => {
    const answer = await api.call("POST /v1/checkpoints", {
      body: {
        kind: "confrm",
        payload: [],
        aprovers: ["person:bob"],
        quorum: "two",
        source: { agnet: "x" },
        actions: ["proceed", { action: "revise", lable: "x" }, "approve"],
        timeout: "soon",
      },
    });
    expect([answer.status, answer.body.code]).toEqual([422, "unknown_field"]);
    expect(answer.body.detail).toBe("/aprovers: is not known; did you mean approvers? (and 7 more in errors).");
    expect(answer.body.errors).toEqual([
      { pointer: "/aprovers", message: "is not known; did you mean approvers?" },
      {
        pointer: "/kind",
        message: 'expected one of "clarify"|"confirm"|"preview"|"validate"|"tool"|"task"|"phase"',
      },
      { pointer: "/payload", message: "must be an object" },
      { pointer: "/source/agnet", message: "is not known" },
      { pointer: "/quorum", message: "expected number, received string" },
      { pointer: "/actions/1/lable", message: "is not known" },
      {
        pointer: "/actions/2",
        message:
          'expected one of "proceed"|"revise"|"refine"|"reject"|"cancel"|"answer"|"edit", or expected object, received string',
      },
      { pointer: "/timeout", message: 'must be a duration like "90s", "15m", "1h", "2d", or seconds' },
    ]);
  });

  test("says what is missing, and lists what is known where nothing is close", async () => {
    const answer = await api.call(ACT, { body: { verdict: "yes" } });
    expect(answer.body.errors).toEqual([
      {
        pointer: "/verdict",
        message: "is not known; known are action, feedback, reason, answers, edited, digest",
      },
      { pointer: "/action", message: "is required" },
    ]);
  });

  test.each([
    ["approvers: []", { approvers: [] }, "/approvers"],
    ["actions: []", { actions: [] }, "/actions"],
    ["a name instead of an id", { approvers: ["Bob"] }, "/approvers/0"],
    ["a title of two lines", { title: "a\nb" }, "/title"],
    ["a title of spaces", { title: "  " }, "/title"],
    ["half an approver", { quorum: 1.5 }, "/quorum"],
    ["no time at all", { timeout: 0 }, "/timeout"],
    ["a short id", { id: "abc" }, "/id"],
    ["a priority that nobody knows", { priority: "asap" }, "/priority"],
    ["a link that is none", { source: { url: "javascript:alert(1)" } }, "/source/url"],
    ["metadata that is a list", { metadata: [] }, "/metadata"],
  ])("refuses %s", async (_, over, at) => {
    const answer = await api.call("POST /v1/checkpoints", { body: { ...RAISE, ...over } });
    expect([answer.status, answer.body.code]).toEqual([422, "invalid_request"]);
    expect(answer.body.errors).toMatchObject([{ pointer: at }]);
  });

  test.each(["null", "[]", '"text"', "7", "true"])("refuses the body %s, which is JSON but no object", async (body) => {
    const answer = await api.call("POST /v1/checkpoints", { body });
    expect([answer.status, answer.body.code]).toEqual([422, "invalid_request"]);
    expect(answer.body.errors).toEqual([{ pointer: "", message: "must be an object" }]);
  });

  test("shortens an endless key, and never sends more than twenty faults back", async () => {
    const long = await api.call("POST /v1/checkpoints", { body: { ...RAISE, ["k".repeat(200_000)]: 1 } });
    expect([long.status, long.text.length < 2_000]).toEqual([422, true]);
    const approvers = Array.from({ length: 90 }, () => "nobody");
    const many = await api.call("POST /v1/checkpoints", { body: { ...RAISE, approvers } });
    expect(many.body.errors).toHaveLength(20);
  });

  test("does not quote a body that is no JSON", async () => {
    const answer = await api.call("POST /v1/checkpoints", { body: '{"token":"s3cr3t-value", oops}' });
    expect([answer.status, answer.body.code]).toEqual([400, "not_json"]);
    expect(answer.text).not.toContain("s3cr3t");
    expect(answer.body.errors).toEqual([
      { pointer: "", message: "not JSON: expected a key in double quotes at line 1, column 26" },
    ]);
  });

  test.each([
    ["none", ""],
    ["text", "text/plain"],
    ["a form", "application/x-www-form-urlencoded"],
    ["another charset", "application/json; charset=latin1"],
    ["something that begins like JSON", "application/jsonp"],
  ])("takes no other content type: %s", async (_, type) => {
    const body = new TextEncoder().encode(JSON.stringify(RAISE));
    const answer = await api.call("POST /v1/checkpoints", { body, headers: { "content-type": type } });
    expect([answer.status, answer.body.code]).toEqual([415, "unsupported_media_type"]);
  });

  test("takes no compressed body, which could unpack to anything", async () => {
    const answer = await api.call("POST /v1/checkpoints", { body: RAISE, headers: { "content-encoding": "gzip" } });
    expect([answer.status, answer.body.code]).toEqual([415, "unsupported_media_type"]);
  });

  test("takes 256 KB to the byte and not one more, however it is sent", async () => {
    const sized = (bytes: number) => {
      const frame = JSON.stringify({ kind: "confirm", payload: { summary: "" } });
      return JSON.stringify({ kind: "confirm", payload: { summary: "x".repeat(bytes - frame.length) } });
    };
    expect((await api.call("POST /v1/checkpoints", { body: sized(262_144) })).status).toBe(201);
    const declared = await api.call("POST /v1/checkpoints", { body: sized(262_145) });
    expect([declared.status, declared.body.code]).toEqual([413, "too_large"]);
    const chunked = await fetch(`${api.url}/v1/checkpoints`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKENS.agent}`, "content-type": "application/json" },
      body: new Blob([sized(262_145)]).stream(),
      duplex: "half",
    } as RequestInit);
    expect([chunked.status, await chunked.json()]).toMatchObject([413, { code: "too_large" }]);
  });

  test.each([
    ["", "/headers/idempotency-key"],
    ["k".repeat(201), "/headers/idempotency-key"],
    ["schlüssel", "/headers/idempotency-key"],
  ])("refuses the Idempotency-Key %j", async (key, at) => {
    const answer = await api.call("POST /v1/checkpoints", { body: RAISE, headers: { "idempotency-key": key } });
    expect([answer.status, answer.body.code]).toEqual([422, "invalid_request"]);
    expect(answer.body.errors).toMatchObject([{ pointer: at }]);
  });
});

describe("where it is sent", () => {
  test.each([
    ["limit=0", "invalid_request", "/query/limit"],
    ["limit=201", "invalid_request", "/query/limit"],
    ["limit=ten", "invalid_request", "/query/limit"],
    ["limit=", "invalid_request", "/query/limit"],
    ["status=open", "invalid_request", "/query/status"],
    ["kind=", "invalid_request", "/query/kind"],
    ["approver=Bob", "invalid_request", "/query/approver"],
    ["overdue=yes", "invalid_request", "/query/overdue"],
    ["cursor=", "invalid_request", "/query/cursor"],
    ["limit=5&limit=6", "invalid_request", "/query/limit"],
    ["stauts=pending", "unknown_field", "/query/stauts"],
    ["wait=5", "unknown_field", "/query/wait"],
    ["__proto__=1", "unknown_field", "/query/__proto__"],
  ])("refuses to list by %s", async (query, code, at) => {
    const answer = await api.call(`GET /v1/checkpoints?${query}`);
    expect([answer.status, answer.body.code]).toEqual([422, code]);
    expect(answer.body.errors).toMatchObject([{ pointer: at }]);
  });

  test.each(["abc", "-1", "1e3", "NaN", "", "0x10", "5s"])("refuses to wait for %j seconds", async (wait) => {
    for (const route of [`GET /v1/checkpoints/chk_0123456789?wait=${wait}`, `POST /v1/checkpoints?wait=${wait}`]) {
      const answer = await api.call(route, route.startsWith("POST") ? { body: RAISE } : {});
      expect([answer.status, answer.body.code]).toEqual([422, "invalid_request"]);
      expect(answer.body.errors).toEqual([{ pointer: "/query/wait", message: "must be a number of seconds" }]);
    }
  });

  test.each(["short", "a".repeat(65), "chk_%2e%2e%2fetc", "chk_ümlaut_1", "chk_0123%00456"])(
    "answers for the impossible id %s as for one that does not exist",
    async (id) => {
      const nowhere = await door({ read: async () => notFound });
      const impossible = await nowhere.call(`GET /v1/checkpoints/${id}`);
      const unknown = await nowhere.call("GET /v1/checkpoints/chk_unknown_1");
      expect(impossible.status).toBe(404);
      expect(impossible.body).toEqual(unknown.body);
    },
  );

  test.each([
    ["PUT /v1/checkpoints", "GET, HEAD, POST"],
    ["DELETE /v1/checkpoints/chk_0123456789", "GET, HEAD"],
    ["GET /v1/checkpoints/chk_0123456789/act", "POST"],
    ["PATCH /v1/checkpoints/chk_0123456789/comments", "POST"],
    ["OPTIONS /v1/whoami", "GET, HEAD"],
    ["POST /healthz", "GET, HEAD"],
    ["PROPFIND /openapi.json", "GET, HEAD"],
  ])("answers %s with 405 and what the path takes", async (route, allow) => {
    const answer = await api.call(route);
    expect([answer.status, answer.body.code, answer.headers.get("allow")]).toEqual([405, "method_not_allowed", allow]);
  });

  test.each([
    "/",
    "/v1",
    "/v1/",
    "/v1/checkpoints/",
    "/v1/checkpoints/chk_0123456789/nope",
    "/V1/checkpoints",
    "/v1//checkpoints",
  ])("answers %s with 404", async (path) => {
    const answer = await api.call(`GET ${path}`);
    expect([answer.status, answer.body.code]).toEqual([404, "not_found"]);
  });
});

const notFound: Denied = {
  type: "refused",
  code: "not_found",
  detail: "There is no such checkpoint, or it is not yours to see.",
};

describe("what the desk refuses", () => {
  const won = checkpoint({
    status: "resolved",
    decision: { action: "proceed", outcome: "approved", by: person("carol"), at: RAISED, digest: "sha256:x" },
  });

  test.each<[Denied["code"], number]>([
    ["already_resolved", 409],
    ["expired", 409],
    ["withdrawn", 409],
    ["already_voted", 409],
  ])("tells who was faster: %s", async (code, status) => {
    const late = await door({ act: async () => ({ type: "refused", code, detail: "Too late.", checkpoint: won }) });
    const answer = await late.call(ACT, { token: TOKENS.bob, body: { action: "reject" } });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      type: `urn:hitl-bot:${code}`,
      code,
      detail: "Too late.",
      checkpoint: { status: "resolved", decision: { by: { person: "carol" }, at: "2026-11-20T10:00:00.000Z" } },
    });
  });

  test.each<[Denied["code"], number]>([
    ["forbidden", 403],
    ["not_an_approver", 403],
    ["self_approval", 403],
    ["feedback_required", 422],
    ["edit_out_of_policy", 422],
    ["id_taken", 409],
    ["idempotency_mismatch", 422],
  ])("passes on %s with its status and its pointers", async (code, status) => {
    const errors = [{ pointer: "/feedback", message: "say what to change" }];
    const strict = await door({ act: async () => ({ type: "refused", code, detail: "Not like this.", errors }) });
    const answer = await strict.call(ACT, { token: TOKENS.bob, body: { action: "revise" } });
    expect([answer.status, answer.body.code, answer.body.errors]).toEqual([status, code, errors]);
  });
});

describe("faults", () => {
  test("answers 503 and when to come back while the store is out of reach", async () => {
    const down = Object.assign(new Error("connect ECONNREFUSED 10.0.0.5:6379"), { name: "StoreUnavailable" });
    const api = await door({ read: () => Promise.reject(down), raise: () => Promise.reject(down) });
    for (const [route, asked] of [
      ["GET /v1/checkpoints/chk_0123456789", {}],
      ["POST /v1/checkpoints", { body: RAISE }],
    ] as const) {
      const answer = await api.call(route, asked);
      expect([answer.status, answer.body.code, answer.headers.get("retry-after")]).toEqual([503, "unavailable", "1"]);
      expect(answer.text).not.toContain("10.0.0.5");
    }
  });

  test("says what is wrong with the store where that is for anybody to know", async () => {
    const full = new StoreUnavailable("/srv/hitl.db: full", { reason: "the disk is full" });
    const api = await door({ raise: () => Promise.reject(full) });
    const { body } = await api.call("POST /v1/checkpoints", { body: RAISE });
    expect(body.detail).toBe(
      "The store is out of reach: the disk is full. Send the same again; with the same id or Idempotency-Key it happens once.",
    );
  });

  test("answers 500 with an id that the log knows, and nothing about the inside", async () => {
    const api = await door({
      read: () => {
        throw new TypeError("undefined is not a function of s3cr3t");
      },
    });
    const answer = await api.call("GET /v1/checkpoints/chk_0123456789");
    expect([answer.status, answer.body.code]).toEqual([500, "internal"]);
    expect(answer.text).not.toMatch(/s3cr3t|TypeError|\.ts/);
    const id = String(answer.body.instance).replace("urn:uuid:", "");
    expect(answer.body.detail).toContain(id);
    expect(api.faults).toMatchObject([
      [{ err: { name: "TypeError" }, route: "GET /v1/checkpoints/:id", fault: id }, "a request failed"],
    ]);
  });
});
