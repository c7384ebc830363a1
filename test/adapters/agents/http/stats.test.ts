import { afterAll, describe, expect, test } from "vitest";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import { statsAnswer } from "../../../../src/stats-answer.ts";
import { office } from "../../../office.ts";
import { door, TOKENS } from "./door.ts";

const opened = openMemory();
const { desk } = office(opened);
afterAll(() => opened.close());
const api = await door(desk);
const { agent, other, bob, admin } = TOKENS;

describe("GET /v1/stats", () => {
  test("answers each token of what it may see", async () => {
    const body = { kind: "confirm", payload: { summary: "Publish" } };
    const raised = await api.call("POST /v1/checkpoints", { token: agent, body });
    await api.call("POST /v1/checkpoints", { token: other, body: { ...body, approvers: ["person:carol"] } });
    await api.call(`POST /v1/checkpoints/${raised.body.id}/act`, { token: bob, body: { action: "proceed" } });
    const told = async (token: string) => {
      const answer = await api.call("GET /v1/stats", { token });
      expect(answer.status, answer.text).toBe(200);
      const { raised, ended, outcomes, approvers } = statsAnswer.parse(answer.body);
      return [raised, ended, outcomes.approved.rate, approvers.map(({ person }) => person)];
    };
    expect(await told(admin)).toEqual([2, 1, 1, ["bob"]]);
    expect(await told(agent)).toEqual([1, 1, 1, ["bob"]]);
    expect(await told(other)).toEqual([1, 0, null, []]);
    expect(await told(bob)).toEqual([1, 1, 1, ["bob"]]);
  });

  test("counts the last seven days unless another time is asked for", async () => {
    const since = async (query: string) => {
      const { since, until } = statsAnswer.parse((await api.call(`GET /v1/stats${query}`, { token: admin })).body);
      return Date.parse(until) - Date.parse(since);
    };
    expect(await since("")).toBe(7 * 86_400_000);
    expect(await since("?since=1h")).toBe(3_600_000);
  });

  test.each([
    ["?since=yesterday", "/query/since"],
    ["?since=2100-01-01T00:00:00Z", "/query/since"],
    ["?sinse=7d", "/query/sinse"],
  ])("refuses %s", async (query, pointer) => {
    const answer = await api.call(`GET /v1/stats${query}`, { token: admin });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });
});
