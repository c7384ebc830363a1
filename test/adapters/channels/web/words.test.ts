/** What the page of a checkpoint says about people, in words of its own. */
import { expect, test } from "vitest";
import { makeNames } from "../../../../adapters/channels/web/names.ts";
import { endOf } from "../../../../adapters/channels/web/pages/checkpoint.ts";
import { timeline } from "../../../../adapters/channels/web/pages/timeline.ts";
import type { By, Outcome } from "../../../../src/checkpoint.ts";
import type { Json } from "../../../../src/json.ts";
import type { EntryType } from "../../../../src/ports.ts";
import { checkpoint, DIGEST, person, RAISED } from "../../../make.ts";

test("whoever has a form open is told who was faster, and with what", () => {
  const by = person("carol", "web");
  const ended = (outcome: Outcome, who: By = by) =>
    endOf(checkpoint({ decision: { action: "proceed", outcome, by: who, at: RAISED, digest: DIGEST } }));
  expect([
    ended("approved"),
    ended("answered"),
    ended("changes"),
    ended("rejected"),
    ended("timed_out"),
    ended("approved", { kind: "policy", name: "small" }),
    endOf(checkpoint({ withdrawn: { reason: "x", by, at: RAISED } })),
  ]).toEqual([
    "Carol approved this meanwhile.",
    "Carol answered this meanwhile.",
    "Carol asked for changes meanwhile.",
    "Carol rejected this meanwhile.",
    "This timed out meanwhile.",
    "The policy small approved this meanwhile.",
    "Carol withdrew this meanwhile.",
  ]);
});

test("what happened names people as the settings do, and groups as they are called", () => {
  const names = makeNames((id) => (id === "alice" ? "Alice Arnold" : id));
  const by = { kind: "policy", name: "default" } as const;
  const of = {
    id: "chk_0123456789",
    revision: 2,
    at: RAISED,
    host: RAISED,
    by,
    digest: DIGEST,
    content: DIGEST,
    mac: "",
  };
  const told = (type: EntryType, to: Json) => ({ seq: 1, entry: { ...of, type, data: { to } } });
  const drawn = String(
    timeline(
      names.log([
        told("checkpoint.reminded", ["person:alice", "group:sre"]),
        told("checkpoint.escalated", ["admin"]),
        told("checkpoint.delivered", "https://agents.example.com/"),
      ]),
    ),
  );
  expect([...drawn.matchAll(/<li>(.*?) <span/g)].map(([, words]) => words?.replaceAll(/<[^>]*>/g, ""))).toEqual([
    "Reminded Alice Arnold, group:sre",
    "Escalated to admin",
    "Told the agent at https://agents.example.com/",
  ]);
});
