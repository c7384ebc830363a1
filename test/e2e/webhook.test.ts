/** Callbacks as an operator and an agent meet them: over HTTP, on the command line, with the program's own secret. */

import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { receiver } from "../adapters/agents/webhook/receiver.ts";
import { start } from "../cli/command.ts";
import { type Program, withProgram } from "../program.ts";

const confirm = { kind: "confirm", payload: { summary: "Publish it" } };

async function decided(program: Program, id: string, url: string): Promise<void> {
  const raised = await program.call("agent", "POST", "/v1/checkpoints", { id, ...confirm, callback: { url } });
  expect(raised.status).toBe(201);
  expect(raised.body.callback).toEqual({ state: "idle", attempts: 0 });
  await program.call("admin", "POST", `/v1/checkpoints/${id}/act`, { action: "proceed" });
}

async function callbackOf(program: Program, id: string, state: string) {
  for (;;) {
    const { body } = await program.call("agent", "GET", `/v1/checkpoints/${id}`);
    if (body.callback?.state === state) return body.callback;
  }
}

test("the agent is told within a second of the decision, and verifies it with the secret that the operator shows", async () => {
  const agent = await receiver();
  await withProgram(
    async (program) => {
      const started = performance.now();
      await decided(program, "chk_told_0001", `${agent.url}?key=hush`);
      const [got] = await agent.arrived(1);
      console.log(`raised, decided and told in ${Math.round(performance.now() - started)} ms`);
      const { code, out } = await start(["webhook-secret"], { HITL_DATA: program.folder });
      expect(code).toBe(0);
      expect(out).toMatch(/^whsec_[A-Za-z0-9+/]{43}=\n$/);
      const headers = got?.headers as Record<string, string>;
      expect(new Webhook(out.trim()).verify(String(got?.body), headers)).toMatchObject({
        type: "checkpoint.resolved",
        data: { id: "chk_told_0001", decision: { outcome: "approved" } },
      });
      expect(await callbackOf(program, "chk_told_0001", "delivered")).toMatchObject({ attempts: 1 });
      const metrics = await (await fetch(`${program.url}/metrics`)).text();
      expect(metrics).toContain('hitl_deliveries_total{result="delivered"} 1');
      expect(program.output()).not.toContain("hush");
      expect(program.output()).not.toContain(out.trim());
    },
    { HITL_CALLBACK_ALLOW: agent.at },
  );
});

test("a dead letter is listed for the admin, without its secrets, and delivered on demand", async () => {
  const agent = await receiver(410);
  await withProgram(
    async (program) => {
      await decided(program, "chk_dead_0001", `${agent.url}?key=hush`);
      await callbackOf(program, "chk_dead_0001", "dead");
      const listed = await program.call("admin", "GET", "/v1/deliveries?state=dead");
      expect(listed).toMatchObject({
        status: 200,
        body: {
          items: [
            {
              id: "chk_dead_0001",
              url: agent.url,
              state: "dead",
              attempts: 1,
              error: "410 Gone",
              checkpoint: { id: "chk_dead_0001", title: "Publish it", status: "resolved" },
            },
          ],
          next: null,
        },
      });
      for (const [method, path] of [
        ["GET", "/v1/deliveries"],
        ["POST", "/v1/deliveries/chk_dead_0001/retry"],
      ] as const)
        expect(await program.call("agent", method, path)).toMatchObject({ status: 403, body: { code: "forbidden" } });
      expect(await program.call("admin", "GET", "/v1/deliveries?state=waiting")).toMatchObject({ body: { items: [] } });

      const admin = { HITL_URL: program.url, HITL_TOKEN: program.token("admin") };
      const shown = await start(["deliveries", "--dead"], admin);
      expect(shown.out).toMatch(
        /^Publish it\n {2}chk_dead_0001 · resolved · dead after 1 attempt\n {2}http:\S+\/hook\n {2}last: 410 Gone, \S+Z\n$/,
      );
      agent.manner = 204;
      expect(await start(["deliveries", "retry", "chk_dead_0001"], admin)).toMatchObject({
        code: 0,
        out: `${agent.url} is being called about chk_dead_0001.\n`,
      });
      expect(await callbackOf(program, "chk_dead_0001", "delivered")).toMatchObject({ attempts: 1 });
      expect(agent.ids()).toEqual(["evt_chk_dead_0001", "evt_chk_dead_0001"]);
      expect(agent.got[1]?.body.equals(agent.got[0]?.body as Buffer)).toBe(true);
      expect(await start(["deliveries"], admin)).toMatchObject({
        out: "No agent waits to be called.\n",
      });
      const again = await program.call("admin", "POST", "/v1/deliveries/chk_dead_0001/retry");
      expect(again).toMatchObject({ status: 404, body: { code: "not_found" } });
      const metrics = await (await fetch(`${program.url}/metrics`)).text();
      expect(metrics).toContain('hitl_deliveries_total{result="dead"} 1');
    },
    { HITL_CALLBACK_ALLOW: agent.at },
  );
});

test("an endpoint that hangs does not keep the program from ending in time", async () => {
  const agent = await receiver(() => {});
  await withProgram(
    async (program) => {
      await decided(program, "chk_hang_0001", agent.url);
      await agent.arrived(1);
      const started = Date.now();
      expect(await program.end("SIGTERM")).toBe(0);
      const took = Date.now() - started;
      console.log(`ended ${took} ms after SIGTERM, beside an endpoint that hangs`);
      // What a container is given.
      expect(took).toBeLessThan(10_000);
    },
    { HITL_CALLBACK_ALLOW: agent.at },
  );
});
