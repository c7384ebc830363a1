import { describe, expect, test } from "vitest";
import { LONG, room } from "./load.ts";

const here = room();
const env = { FLEET: LONG };

describe("connections of agents", () => {
  test("take the addresses of the protocol's own servers from `base`", () => {
    const { connections } = here.load(
      `agents:
  fleet: { protocol: callbacks, base: "https://fleet.example.com/", token: "\${FLEET}", route: [web], max_rounds: 3 }
  ops: { protocol: tool-interrupts, base: "http://127.0.0.1:9000/ops", edits: true, tools: { rm: { note: No way back }, ls: { allow_auto: true } } }
  crew: { protocol: crewai, secret: "\${FLEET}", base: "https://crew.example.com" }
  build: { protocol: pipeline, base: "https://pipe.example.com" }
`,
      env,
    );
    expect(connections).toEqual([
      {
        ...{ name: "fleet", protocol: "callbacks", token: LONG, route: ["web"], maxRounds: 3, every: 2_000 },
        response: "https://fleet.example.com/api/v1/hitl/{job_id}/response",
        prompt: "https://fleet.example.com/api/v1/hitl/{job_id}/prompt",
      },
      {
        ...{ name: "ops", protocol: "tool-interrupts", edits: true },
        approvals: "http://127.0.0.1:9000/ops/api/approvals",
        tools: { rm: { allowAuto: false, note: "No way back" }, ls: { allowAuto: true } },
      },
      { name: "crew", protocol: "crewai", secret: LONG, resume: "https://crew.example.com/resume" },
      {
        ...{ name: "build", protocol: "pipeline" },
        events: "https://pipe.example.com/pipeline/v2/events",
        pending: "https://pipe.example.com/api/checkpoints?status=pending",
        resolve: "https://pipe.example.com/pipeline/v2/checkpoint/{checkpoint_id}/resolve",
      },
    ]);
  });

  test("take what is written before what follows from `base`, and need no base", () => {
    const { connections } = here.load(
      `agents:
  fleet: { protocol: callbacks, base: "https://f.example.com", response: "{base}/answers/{job_id}?v=2", every: 5s, user: u1 }
  bare: { protocol: callbacks }
  crew: { protocol: crewai, base: "https://crew.example.com", callback: "https://hook.example.com/x" }
`,
    );
    expect(connections).toMatchObject([
      { response: "https://f.example.com/answers/{job_id}?v=2", every: 5_000, user: "u1" },
      { name: "bare", protocol: "callbacks", every: 2_000 },
      { name: "crew", protocol: "crewai", callback: "https://hook.example.com/x" },
    ]);
    expect(connections[2]).not.toHaveProperty("resume");
  });

  test("make a policy of what they allow without asking, below those of the file", () => {
    const { policies } = here.load(
      `agents:
  ops: { protocol: tool-interrupts, tools: { ls: { allow_auto: true }, pwd: { allow_auto: true }, rm: {} } }
policies:
  - { name: careful, when: { kind: tool }, quorum: 1 }
`,
    );
    expect(policies.map(({ name }) => name)).toEqual(["careful", "ops allow_auto", "default"]);
    expect(policies[1]).toMatchObject({
      auto: "proceed",
      when: { kind: "tool", agent: "ops", "payload.tool_name": { in: ["ls", "pwd"] } },
    });
  });

  const mistakes: [string, string][] = [
    ["fleet: {}", "agents.fleet.protocol: must be callbacks, tool-interrupts, crewai, pipeline."],
    ["fleet: { protocol: callback }", "must be callbacks, tool-interrupts, crewai, pipeline; did you mean callbacks?"],
    [
      "fleet: { protocol: callbacks, respons: x }",
      "agents.fleet.respons: there is no such setting; did you mean response?",
    ],
    ['fleet: { protocol: callbacks, response: "{base}/x" }', "names {base}, but there is no `base`"],
    [
      'fleet: { protocol: callbacks, response: "https://x.example.com/{job}" }',
      "only {base} and {job_id} may stand in it, not {job}",
    ],
    ['fleet: { protocol: callbacks, base: "ftp://x" }', "agents.fleet.base: must be an address like"],
    ['fleet: { protocol: callbacks, base: "https://u:p@x.example.com" }', "agents.fleet.base: must be an address like"],
    ["fleet: { protocol: callbacks, token: abc }", "agents.fleet.token: is written into the file"],
    ["crew: { protocol: crewai, secret: abc }", "agents.crew.secret: is written into the file"],
    ["agent: { protocol: callbacks }", '"agent" is the name of a token of the environment; choose another'],
    ['"a b": { protocol: callbacks }', "a connection's name is 1 to 100 letters"],
    [
      "ops: { protocol: tool-interrupts, tools: { rm: { auto: true } } }",
      "agents.ops.tools.rm.auto: there is no such setting",
    ],
    ["fleet: { protocol: callbacks, route: [slack] }", "agents.fleet.route[0]: must be a place like"],
    ["fleet: 7", "agents.fleet: must be a block like { protocol: callbacks }"],
    [
      'fleet: { protocol: callbacks, response: "https://{job_id}.example.com/answers" }',
      "agents.fleet.response: only {base} may stand in the name of a host",
    ],
    [
      'build: { protocol: pipeline, resolve: "https://example.{checkpoint_id}:8443/" }',
      "agents.build.resolve: only {base} may stand in the name of a host",
    ],
  ];

  test.each(mistakes)("refuse %s and say how to write it", (given, told) => {
    expect(here.mistake(`agents:\n  ${given}\n`)).toContain(told);
    expect(here.mistake(`agents:\n  ${given}\n`)).toMatch(/^hitl\.config\.yml:2 /);
  });

  test("refuse two crews with one secret, and a token that no header can hold", () => {
    const crews = ["sales", "press"].map((name) => `  ${name}: { protocol: crewai, secret: "\${SHARED}" }\n`).join("");
    expect(here.mistake(`agents:\n${crews}`, { SHARED: "canary-of-both-crews" })).toBe(
      "hitl.config.yml:3 agents.press.secret: is also that of sales; each needs its own, which tells them apart.",
    );
    const told = here.mistake(`agents:\n  fleet: { protocol: callbacks, token: "\${TORN}" }\n`, {
      TORN: "canary\r\nX: 1",
    });
    expect(told).toContain("agents.fleet.token: must be of printable ASCII without blanks, to go into a header");
    expect(told).not.toContain("canary");
  });

  test("never repeat a secret that stands in the file", () => {
    const told = here.mistake("agents:\n  crew: { protocol: crewai, secret: canary-canary, token: canary-2-canary }\n");
    expect(told).not.toContain("canary-");
  });
});
