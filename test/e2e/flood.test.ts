/** One agent that asks without end: people are asked no faster than was set, and nobody else waits for it. */
import { expect, test } from "vitest";
import { withProgram } from "../program.ts";

const LIMIT = 20;

test("an agent that floods is told when to come again, and keeps what it has raised", async () => {
  await withProgram(
    async (program) => {
      const payload = { summary: "Deploy?" };
      const raise = (role: "agent" | "admin", id: string) =>
        program.call(role, "POST", "/v1/checkpoints", { id, kind: "confirm", payload });
      const began = performance.now();
      const answers = [];
      // Asking again, as an agent does that waits, or asking wrongly takes nothing away.
      for (let at = 0; at < 2 * LIMIT; at += 1) {
        expect((await raise("agent", "chk_asked_again")).status).toBe(at === 0 ? 201 : 200);
        expect((await raise("agent", "no id")).status).toBe(422);
      }
      for (let at = 0; at < 2 * LIMIT; at += 1) answers.push(await raise("agent", `chk_flood_${at}`));
      const grown = ((performance.now() - began) * LIMIT) / 60_000;
      const held = answers.filter(({ status }) => status === 429);
      const made = answers.filter(({ status }) => status === 201).length;
      expect(made + held.length).toBe(2 * LIMIT);
      expect(made).toBeGreaterThanOrEqual(LIMIT - 1);
      expect(made).toBeLessThanOrEqual(LIMIT + grown + 1);
      const seconds = held[0]?.retryAfter;
      expect([1, 2, 3]).toContain(seconds);
      expect(held[0]?.body).toMatchObject({
        code: "too_many_requests",
        detail: `Nothing was raised: this agent asks faster than people can answer. Come again in ${seconds} s.`,
      });
      // Of one that came before the answer is what it is; of one that was held back there is nothing.
      expect(await raise("agent", "chk_flood_0")).toMatchObject({ status: 200, body: { status: "pending" } });
      const lost = answers.findLastIndex(({ status }) => status === 429);
      expect((await program.call("agent", "GET", `/v1/checkpoints/chk_flood_${lost}`)).status).toBe(404);
      expect((await raise("admin", "chk_quiet")).status).toBe(201);
      await program.end("SIGTERM");
      expect(program.output().match(/raises more than 20 a minute and is held back/g)).toHaveLength(1);
    },
    { HITL_RAISES_PER_MINUTE: String(LIMIT) },
  );
});
