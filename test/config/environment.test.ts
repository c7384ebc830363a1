/** Every mistake in the environment stops the start with a sentence that names the variable and the cure. */
import { describe, expect, test } from "vitest";
import type { Env } from "../../src/config/environment.ts";
import { LONG, RANDOM, room, SECRET } from "./load.ts";

const { mistake } = room();

describe("the environment", () => {
  const cases: [what: string, env: Env, sentence: string][] = [
    [
      "a port that is no number",
      { HITL_PORT: "http" },
      'HITL_PORT must be a port from 0 (any free one) to 65535, not "http".',
    ],
    [
      "a port beyond 65535",
      { HITL_PORT: "65536" },
      'HITL_PORT must be a port from 0 (any free one) to 65535, not "65536".',
    ],
    [
      "a port that Kubernetes set",
      { HITL_PORT: "tcp://10.0.0.1:80" },
      'HITL_PORT must be a port from 0 (any free one) to 65535, not "tcp://10.0.0.1:80"; Kubernetes set it for a service of that name, so say `enableServiceLinks: false`.',
    ],
    [
      "a host that is an address of the web",
      { HITL_HOST: "http://x" },
      'HITL_HOST must be an address or a host name like 127.0.0.1, ::1 or 0.0.0.0, not "http://x".',
    ],
    [
      "a base address without a scheme",
      { HITL_BASE_URL: "hitl.example.com" },
      "HITL_BASE_URL must be an address like https://hitl.example.com, without user, password, query or fragment.",
    ],
    [
      "a base address with a password",
      { HITL_BASE_URL: "https://u:p@hitl.example.com" },
      "HITL_BASE_URL must be an address like https://hitl.example.com, without user, password, query or fragment.",
    ],
    [
      "a store of an unknown kind",
      { HITL_STORE: "postgres://db" },
      "HITL_STORE must be sqlite:PATH, redis://HOST:PORT, rediss://HOST:PORT or memory:.",
    ],
    ["a store without a file", { HITL_STORE: "sqlite:" }, "HITL_STORE must name a file, as in sqlite:.hitl/hitl.db."],
    [
      "a store on a host",
      { HITL_STORE: "sqlite://db/hitl" },
      "HITL_STORE must name a file, as in sqlite:.hitl/hitl.db.",
    ],
    [
      "SQLite in memory",
      { HITL_STORE: "sqlite::memory:" },
      "HITL_STORE: write memory: for a store that forgets (tests only), or sqlite:PATH.",
    ],
    [
      "Redis without a host",
      { HITL_STORE: "rediss:", HITL_SECRET: SECRET },
      "HITL_STORE must name a host, as in rediss://redis.example.com:6379.",
    ],
    [
      "Sentinel",
      { HITL_STORE: "redis+sentinel://a,b/main", HITL_SECRET: SECRET },
      "HITL_STORE: redis+sentinel:// is not supported by this version yet; use redis://HOST:PORT or sqlite:PATH.",
    ],
    [
      "Cluster",
      { HITL_STORE: "redis+cluster://a,b", HITL_SECRET: SECRET },
      "HITL_STORE: redis+cluster:// is not supported by this version yet; use redis://HOST:PORT or sqlite:PATH.",
    ],
    [
      "Redis without a secret",
      { HITL_STORE: "redis://127.0.0.1:6379" },
      `HITL_SECRET is not set, and every replica on Redis needs the same one: set it to the output of ${RANDOM}.`,
    ],
    [
      "a secret of 31 bytes",
      { HITL_SECRET: "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlYw" },
      `HITL_SECRET must be exactly 32 bytes in base64url (43 characters): use the output of ${RANDOM}.`,
    ],
    [
      "a secret in another alphabet",
      { HITL_SECRET: SECRET.replace("c2", "c+") },
      `HITL_SECRET must be exactly 32 bytes in base64url (43 characters): use the output of ${RANDOM}.`,
    ],
    [
      "a short agent token",
      { HITL_AGENT_TOKEN: "fifteen-letters" },
      `HITL_AGENT_TOKEN has fewer than 16 characters: use a long random one, such as the output of ${RANDOM}.`,
    ],
    [
      "an agent token longer than any header should be",
      { HITL_AGENT_TOKEN: "x".repeat(513) },
      "HITL_AGENT_TOKEN has more than 512 characters: use a shorter one.",
    ],
    [
      "an admin token with a space",
      { HITL_ADMIN_TOKEN: "correct horse battery staple" },
      "HITL_ADMIN_TOKEN holds a space or a character that no HTTP header can carry: use A-Z a-z 0-9 _ -.",
    ],
    [
      "one token for agents and admin",
      { HITL_AGENT_TOKEN: LONG, HITL_ADMIN_TOKEN: LONG },
      "HITL_ADMIN_TOKEN is the same as HITL_AGENT_TOKEN: give each its own, or every agent is the admin.",
    ],
    [
      "a webhook secret without its prefix",
      { HITL_WEBHOOK_SECRET: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
      'HITL_WEBHOOK_SECRET must be "whsec_" and the base64 of 24 to 64 bytes: put whsec_ before the output of `openssl rand -base64 32`.',
    ],
    [
      "a webhook secret that is too short",
      { HITL_WEBHOOK_SECRET: "whsec_MfKQ9r8GKYqrTwjU" },
      'HITL_WEBHOOK_SECRET must be "whsec_" and the base64 of 24 to 64 bytes: put whsec_ before the output of `openssl rand -base64 32`.',
    ],
    [
      "a network with too many bits",
      { HITL_CALLBACK_ALLOW: "127.0.0.1:9000,10.0.0.0/33" },
      'HITL_CALLBACK_ALLOW: "10.0.0.0/33" must be a host, host:port or network like 127.0.0.1:9000, hooks.internal or 10.1.0.0/16.',
    ],
    [
      "a port that there is not to call back",
      { HITL_CALLBACK_ALLOW: "127.0.0.1:0" },
      'HITL_CALLBACK_ALLOW: "127.0.0.1:0" must be a host, host:port or network like 127.0.0.1:9000, hooks.internal or 10.1.0.0/16.',
    ],
    [
      "an address of the web to call back",
      { HITL_CALLBACK_ALLOW: "http://127.0.0.1" },
      'HITL_CALLBACK_ALLOW: "http://127.0.0.1" must be a host, host:port or network like 127.0.0.1:9000, hooks.internal or 10.1.0.0/16.',
    ],
    [
      "a retention without a unit",
      { HITL_RETENTION: "90" },
      'HITL_RETENTION must be a duration like 90d or 12h, or never, not "90".',
    ],
    [
      "no retention at all",
      { HITL_RETENTION: "0d" },
      'HITL_RETENTION must be a duration like 90d or 12h, or never, not "0d".',
    ],
    [
      "no raises at all",
      { HITL_RAISES_PER_MINUTE: "0" },
      'HITL_RAISES_PER_MINUTE must be a whole number from 1 to 9999999, or unlimited, not "0".',
    ],
    [
      "a mistyped name",
      { HITL_APROVERS: "anyone" },
      "HITL_APROVERS is not a setting; did you mean HITL_APPROVERS? Rename or unset it.",
    ],
    [
      "approvers that are a comma",
      { HITL_APPROVERS: "," },
      "HITL_APPROVERS names nobody: unset it to leave deciding to the admin, or write references like person:alice,group:sre.",
    ],
    [
      "an approver whom nobody knows",
      { HITL_APPROVERS: "person:bob" },
      'HITL_APPROVERS: "person:bob" is nobody under `people`; add them there.',
    ],
    [
      "an approver that is a name",
      { HITL_APPROVERS: "#sre" },
      'HITL_APPROVERS: "#sre" is not a reference; write one like person:alice, group:sre, slack:U0ALICE, discord:1122, slack-group:S0SRE or discord-role:99.',
    ],
    [
      "a file that is not there",
      { HITL_CONFIG: "team.yml" },
      "HITL_CONFIG names team.yml, which cannot be read (ENOENT); name a file that is there, or unset it.",
    ],
    [
      "a host that others reach, without tokens",
      { HITL_HOST: "0.0.0.0" },
      `HITL_HOST is 0.0.0.0, which other machines may reach, so no tokens are made up: set HITL_AGENT_TOKEN and HITL_ADMIN_TOKEN to the output of ${RANDOM}, list tokens in hitl.config.yml, or listen on 127.0.0.1.`,
    ],
    [
      "a host that others reach, with the agent's token only",
      { HITL_HOST: "hitl.internal", HITL_AGENT_TOKEN: LONG },
      `HITL_HOST is hitl.internal, which other machines may reach, so no tokens are made up: set HITL_ADMIN_TOKEN to the output of ${RANDOM}, list tokens in hitl.config.yml, or listen on 127.0.0.1.`,
    ],
  ];
  test.each(cases)("refuses %s", (_, env, sentence) => {
    expect(mistake(undefined, env)).toBe(sentence);
  });
});
