/** What the settings are once they are taken, and how mistakes are told. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LONG, OTHER, room, SECRET } from "./config/load.ts";

const here = room();

describe("telling mistakes", () => {
  test("tells all of them at once, one a line", () => {
    const yaml = "groups:\n  sre: [alcie]\npeople:\n  alice: { zone: Mars }\n";
    expect(here.mistake(yaml, { HITL_PORT: "x", HITL_APPROVERS: "group:ops" }).split("\n")).toEqual([
      'HITL_PORT must be a port from 0 (any free one) to 65535, not "x".',
      "hitl.config.yml:4 people.alice.zone: is no time zone; write one like Europe/Berlin.",
      'hitl.config.yml:2 groups.sre[0]: "alcie" is nobody under `people`; did you mean alice?',
      'HITL_APPROVERS: "group:ops" is no group under `groups`; add it there.',
    ]);
  });

  test("calls the file by the name that HITL_CONFIG gives it", () => {
    mkdirSync(join(here.folder, "etc"));
    writeFileSync(join(here.folder, "etc/team.yml"), "\npeeple: {}\n");
    expect(here.mistake(undefined, { HITL_CONFIG: "etc/team.yml" })).toBe(
      "etc/team.yml:2 peeple: there is no such setting; did you mean people?",
    );
  });

  test("makes nothing on the disk when it cannot start", () => {
    here.mistake("poeple: {}\n");
    expect(readdirSync(here.folder)).toEqual(["hitl.config.yml"]);
  });

  test("never repeats a value that may be a secret", () => {
    const canary = "canary-canary-canary";
    const spoilt = [
      canary,
      `${canary} ${canary}`,
      "canary-15-chars",
      `whsec_${canary}`,
      `redis+x://u:${canary}@host`,
      `rediss:${canary}`,
    ];
    const secretive = [
      "HITL_SECRET",
      "HITL_AGENT_TOKEN",
      "HITL_ADMIN_TOKEN",
      "HITL_WEBHOOK_SECRET",
      "HITL_STORE",
      "HITL_BASE_URL",
    ];
    for (const name of secretive)
      for (const value of spoilt) {
        const told = here.mistake(undefined, { HITL_PORT: "x", [name]: value });
        expect(told).toContain("HITL_PORT must");
        expect(told).not.toContain("canary");
      }
    const places = [
      "admin: X",
      "people: { alice: { slack: X } }",
      "people: { alice: { zone: X } }",
      "groups: { sre: [X] }",
      "groups: { sre: ['group:X'] }",
      "tokens: [{ name: ci, role: X, token: X }]",
      "tokens: [{ name: ci, role: agent, token: X, person: X }]",
      "tokens: [{ name: ci, role: admin, token: X }, { name: X, role: admin, token: X }]",
      "policies: [{ name: all, approvers: [X] }]",
      "policies: [{ name: all, approvers: ['person:X'] }]",
      "policies: [{ name: all, route: [X] }]",
      "policies: [{ name: all, timeout: X }]",
      "policies: [{ name: all, when: { kind: X } }]",
      "policies: [{ name: X, when: { kind: tool } }, { name: X }]",
    ];
    for (const place of places)
      for (const written of [`"\${CANARY}"`, `"-\${CANARY}"`]) {
        const told = here.mistake(
          place
            .replaceAll("'group:X'", `"group:\${CANARY}"`)
            .replaceAll("'person:X'", `"person:\${CANARY}"`)
            .replaceAll("X", written),
          { CANARY: canary },
        );
        expect(told, place).toMatch(/^hitl\.config\.yml:1 /);
        expect(told, place).not.toContain("canary");
      }
    expect(here.mistake(`tokens:\n  - { name: ci, role: agent, token: ${canary} }\n`)).not.toContain(canary);
    expect(here.mistake("tokens:\n  - { name: ci, role: agent, token: 1234567890123456 }\n")).not.toContain("1234");
    expect(here.mistake(`tokens:\n  - { name: ci, role: agent, token: 'x' ${canary} }\n`)).not.toContain(canary);
    expect(here.mistake(`tokens:\n  - { name: ci, role: agent, token: *${canary} }\n`)).not.toContain(canary);
    expect(here.mistake(`tokens:\n  - { name: ci, role: agent, token: !${canary} x }\n`)).not.toContain(canary);
    expect(here.mistake(`tokens:\n  - { name: ci, role: agent, token: { ${canary}: x } }\n`)).not.toContain(canary);
  });
});

describe("what is taken", () => {
  test("starts on loopback with nothing set", () => {
    const settings = here.load(undefined);
    expect(settings).toMatchObject({
      host: "127.0.0.1",
      port: 8787,
      baseUrl: "http://127.0.0.1:8787",
      data: join(here.folder, ".hitl"),
      store: { type: "sqlite", path: join(here.folder, ".hitl/hitl.db") },
      people: [],
      groups: [],
      admin: "admin",
      approvers: [],
      policies: [{ name: "default" }],
      callbackAllow: [],
      retention: 7_776_000_000,
    });
    expect(settings.secret).toHaveLength(32);
    expect(settings).not.toHaveProperty("webhookSecret");
  });

  test("takes the environment as it says", () => {
    const settings = here.load("people: { alice: {} }\n", {
      HITL_HOST: "::",
      HITL_PORT: "0",
      HITL_BASE_URL: "https://hitl.example.com/team/",
      HITL_DATA: "/var/lib/hitl",
      HITL_STORE: "rediss://u:p@redis.example.com:6379/2",
      HITL_APPROVERS: " person:alice, anyone,person:alice,slack:U1 ",
      HITL_SECRET: SECRET,
      HITL_AGENT_TOKEN: LONG,
      HITL_ADMIN_TOKEN: `${OTHER}\n`,
      HITL_WEBHOOK_SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      HITL_CALLBACK_ALLOW: "127.0.0.1:9000,10.1.0.0/16,[::1]:80,fd00::/8,Hooks.internal,::1",
      HITL_RETENTION: "never",
      HITL_RAISES_PER_MINUTE: "unlimited",
      SLACK_BOT_TOKEN: "xoxb-12345",
      SLACK_APP_TOKEN: "xapp-12345",
      SLACK_CHANNEL: "#deploys",
      DISCORD_TOKEN: "a1.b2.c3",
    });
    expect(settings).toEqual({
      host: "::",
      port: 0,
      baseUrl: "https://hitl.example.com/team",
      data: "/var/lib/hitl",
      store: { type: "redis", url: "rediss://u:p@redis.example.com:6379/2" },
      approvers: ["person:alice", "anyone", "slack:U1"],
      callbackAllow: ["127.0.0.1:9000", "10.1.0.0/16", "[::1]:80", "fd00::/8", "hooks.internal", "::1"],
      retention: null,
      raisesPerMinute: null,
      slack: { botToken: "xoxb-12345", appToken: "xapp-12345", channel: "#deploys", apiUrl: "https://slack.com/api/" },
      discord: { token: "a1.b2.c3", guilds: [], content: false, apiUrl: "https://discord.com/api" },
      threadReplies: "words",
      policies: [{ name: "default" }],
      connections: [],
      people: [{ id: "alice" }],
      groups: [],
      admin: "admin",
      webhookSecret: Buffer.from("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "base64"),
      secret: Buffer.from(SECRET, "base64url"),
      tokens: [
        { name: "agent", role: "agent", token: LONG, agents: "any" },
        { name: "admin", role: "admin", token: OTHER },
      ],
      generated: {},
    });
  });

  test("takes the file as it says", () => {
    const settings = here.load(
      `admin: alice
people:
  alice: { name: Alice, slack: T1/U0ALICE, discord: "112233445566", email: Alice@Example.com, zone: Europe/Berlin, hours: "09:00-18:00" }
  bob:
  night: { hours: "22:00-24:00" }
groups:
  sre: [alice, bob, "slack-group:S0SRE", "discord-role:998877", "group:ops"]
  ops: ["discord:42"]
tokens:
  - { name: ci, role: agent, token: "\${CI}", person: bob }
  - { name: many, role: agent, token: "\${CD}", agents: [build, deploy] }
  - { name: cli, role: approver, person: alice, token: "\${CLI}" }
policies:
  - name: payments
    when: { kind: tool, payload.tool_name: make_payment, payload.tool_args.amount: 10, metadata.dry: false, metadata.note: null }
    route: ["slack:#finance", web]
    approvers: ["group:sre", "person:alice"]
    quorum: 2
    actions: [proceed, reject]
    comment: [reject]
    timeout: 2h
    on_timeout: reject
    remind: [30m, 15m, 900]
    escalate: [{ after: 45m, to: ["person:bob"] }]
    self_approval: true
    see_all: required
    max_rounds: 3
    fallback: slack:#ops
  - { name: rest, timeout: null, auto: proceed }
`,
      { CI: "value-of-ci-value-of-ci", CD: "value-of-cd-value-of-cd", CLI: "value-of-cli-value-of-cli" },
    );
    expect(settings.admin).toBe("alice");
    expect(settings.people).toEqual([
      {
        id: "alice",
        name: "Alice",
        slack: "T1/U0ALICE",
        discord: "112233445566",
        email: "alice@example.com",
        zone: "Europe/Berlin",
        hours: { from: 540, to: 1080 },
      },
      { id: "bob" },
      { id: "night", hours: { from: 1320, to: 1440 } },
    ]);
    expect(settings.groups).toEqual([
      { id: "sre", members: ["person:alice", "person:bob", "slack-group:S0SRE", "discord-role:998877", "group:ops"] },
      { id: "ops", members: ["discord:42"] },
    ]);
    expect(settings.tokens.slice(0, 3)).toEqual([
      { name: "ci", role: "agent", token: "value-of-ci-value-of-ci", agents: ["ci"], person: "bob" },
      { name: "many", role: "agent", token: "value-of-cd-value-of-cd", agents: ["build", "deploy"] },
      { name: "cli", role: "approver", token: "value-of-cli-value-of-cli", person: "alice" },
    ]);
    expect(settings.policies).toEqual([
      {
        name: "payments",
        when: {
          kind: "tool",
          "payload.tool_name": "make_payment",
          "payload.tool_args.amount": 10,
          "metadata.dry": false,
          "metadata.note": null,
        },
        route: ["slack:#finance", "web"],
        approvers: ["group:sre", "person:alice"],
        quorum: 2,
        actions: ["proceed", "reject"],
        comment: ["reject"],
        timeout: 7_200_000,
        on_timeout: "reject",
        remind: [900_000, 1_800_000],
        escalate: [{ after: 2_700_000, to: ["person:bob"] }],
        self_approval: true,
        see_all: "required",
        max_rounds: 3,
        fallback: "slack:#ops",
      },
      { name: "rest", timeout: null, auto: "proceed" },
    ]);
  });

  test("lets a list of tokens open a host that others reach", () => {
    const yaml = `people: { alice: {} }
tokens:
  - { name: ci, role: agent, token: "\${CI}" }
  - { name: cli, role: approver, person: alice, token: "\${CLI}" }
`;
    const env = { HITL_HOST: "0.0.0.0", CI: LONG, CLI: OTHER };
    const settings = here.load(yaml, env);
    expect(settings.baseUrl).toBe("http://127.0.0.1:8787");
    expect(settings.tokens.map((token) => token.name)).toEqual(["ci", "cli"]);
    expect(settings.generated).toEqual({ secret: true });
  });

  test("keeps a policy without `when` as the last one, whatever it is called", () => {
    expect(here.load("policies: [{ name: strict, quorum: 1 }]\n").policies).toEqual([{ name: "strict", quorum: 1 }]);
    expect(here.load("policies: [{ name: tools, when: { kind: tool } }]\n").policies).toEqual([
      { name: "tools", when: { kind: "tool" } },
      { name: "default" },
    ]);
  });

  test("takes one member id in two workspaces for two people", () => {
    const yaml = "people: { alice: { slack: T1/U1 }, bob: { slack: T2/U1 } }\n";
    expect(here.load(yaml).people.map(({ slack }) => slack)).toEqual(["T1/U1", "T2/U1"]);
  });

  test("lets a ladder last as long as its rungs prolong the time", () => {
    const yaml = (after: string) => `policies:
  - name: all
    timeout: 1h
    on_timeout: escalate
    escalate: [{ to: [admin] }, { after: ${after}, to: [admin] }]
`;
    expect(here.mistake(yaml("170m"))).toBe("it started");
    expect(here.mistake(yaml("3h"))).toBe(
      "hitl.config.yml:5 policies[0].escalate[1].after: comes too late: it all ends after 3h.",
    );
  });

  test("leaves variables alone that only the file uses", () => {
    const yaml = `tokens: [{ name: ci, role: agent, token: "\${HITL_A_TOKEN}" }]\n`;
    expect(here.mistake(yaml, { HITL_A_TOKEN: LONG })).toBe("it started");
    expect(here.mistake("", { HITL_A_TOKEN: LONG })).toBe(
      "HITL_A_TOKEN is not a setting; did you mean HITL_TOKEN? Rename or unset it.",
    );
  });

  test("takes an empty file for none", () => {
    expect(here.load("# nothing yet\n").policies).toEqual([{ name: "default" }]);
  });

  test("puts a variable in as text, never as more settings", () => {
    const name = 'x", admin: root\nadmin: root #';
    expect(here.load(`people: { alice: { name: "\${NAME}" } }\n`, { NAME: name })).toMatchObject({
      admin: "admin",
      people: [{ id: "alice", name }],
    });
  });
});
