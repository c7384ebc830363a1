import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { messageFaults, modalFaults } from "../../../../adapters/channels/discord/check.ts";
import { stepsOf } from "../../../../adapters/channels/discord/fields.ts";
import { listView } from "../../../../adapters/channels/discord/lists.ts";
import { render } from "../../../../adapters/channels/discord/render.ts";
import {
  cardView,
  faultyView,
  formView,
  nextView,
  noteView,
  pagesFor,
  pageView,
  tooLong,
} from "../../../../adapters/channels/discord/views.ts";
import type { MessageBody, Modal, Part } from "../../../../adapters/channels/discord/wire.ts";
import type { Card } from "../../../../src/card.ts";
import { type Checkpoint, KINDS, type KindName, STATUSES } from "../../../../src/checkpoint.ts";
import { listing } from "../../../../src/commands.ts";
import type { JsonObject } from "../../../../src/json.ts";
import { kindOf } from "../../../../src/kinds/index.ts";
import { cardOf } from "../../../../src/picture.ts";
import { checkpoint, DIGEST, person, RAISED } from "../../../make.ts";
import { type Discord, fakeDiscord } from "../../../peers/discord/index.ts";
import { SEEDS } from "../../../seeds.ts";
import { faultsOf, HANDLE, sign } from "./discord.ts";

const RUNS = process.env.HITL_TEST_LONG ? 3_000 : 60;

const words = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: "grapheme", maxLength: 60 }) },
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.constantFrom("", " ", "\n\n", "```", "<@1> **x** https://evil.example", "_".repeat(300), "👩‍🚀".repeat(40)),
  fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 60 }).map((text) => text.repeat(120)),
);
const said = words.map((text) => `${text}x`);
const scalar = fc.oneof(words, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null));
const some = <T>(item: fc.Arbitrary<T>, maxLength = 8) => fc.array(item, { maxLength });
const record = (value: fc.Arbitrary<unknown>) =>
  fc.dictionary(said, value, { maxKeys: 12 }) as fc.Arbitrary<Record<string, never>>;

const PAYLOADS: Record<KindName, fc.Arbitrary<object>> = {
  clarify: fc.record({
    questions: fc.array(
      fc.record({ question: said, options: some(said, 30), rationale: words }, { requiredKeys: ["question"] }),
      { minLength: 1, maxLength: 14 },
    ),
    rationale: words,
  }),
  confirm: fc.record({ summary: words, path: words, key_assumptions: some(words), more: record(scalar) }),
  preview: fc.record({ content: words, highlights: some(words), potential_issues: some(words) }),
  validate: fc.record({ report: words, passed: fc.boolean(), skill_content: words }),
  tool: fc.record({
    tool_name: words,
    tool_args: fc.oneof(record(scalar), fc.jsonValue({ maxDepth: 3 }), words),
    policy_note: words,
  }),
  task: fc.record({ agent: words, output: fc.oneof(words, fc.jsonValue({ maxDepth: 3 })), context: record(scalar) }),
  phase: fc.record({ phase: words, summary: words, outputs: record(words) }),
};

const anyCheckpoint = fc.constantFrom(...KINDS).chain((kind) =>
  fc
    .record({
      payload: PAYLOADS[kind],
      title: said.map((text) => text.slice(0, 300)),
      status: fc.constantFrom("pending", "pending", ...STATUSES),
      agent: said.map((text) => text.slice(0, 200)),
      feedback: words,
      label: said.map((text) => text.slice(0, 60)),
      reasons: some(
        said.map((text) => text.slice(0, 75)),
        20,
      ),
      approvers: some(
        said.map((text) => `group:${text.slice(0, 90)}`),
        9,
      ),
      voters: fc.integer({ min: 0, max: 6 }),
      url: fc.option(fc.webUrl(), { nil: null }),
    })
    .map(({ payload, title, status, agent, feedback, label, reasons, approvers, voters, url }) => {
      const votes = Array.from({ length: voters }, (_, at) => ({
        ...({ action: "proceed", by: { ...person(`p${at}`), name: agent }, digest: DIGEST, at: RAISED } as const),
      }));
      const over: Partial<Checkpoint> = {
        ...{ kind, payload: payload as JsonObject, title, status, approvers, votes, quorum: 3 },
        source: { agent, workflow: agent, session: agent, step: agent },
        actions: kindOf(kind).actions.map((each) => ({ ...each, label, reasons, comment: "optional" })),
        decision:
          status === "resolved"
            ? {
                action: "cancel",
                outcome: "rejected",
                by: { ...person("bob"), name: agent },
                at: RAISED,
                digest: DIGEST,
                reason: feedback,
              }
            : null,
        withdrawn: status === "withdrawn" ? { reason: feedback, by: person("bob"), at: RAISED } : null,
      };
      return { made: checkpoint(over), url };
    }),
);

/** Everything that this channel may show of a checkpoint. */
function shownOf(made: Checkpoint, url: string | null): (MessageBody | Modal)[] {
  const card = cardOf(made, RAISED + 60_000, { url });
  const pages = pagesFor(card);
  const row = listing([made], RAISED + 60_000);
  return [
    render(card, sign).message,
    ...[0, 1, pages.length - 1].map((page) => pageView(card, pages, page, sign, { note: made.title })),
    cardView(card, sign),
    listView({
      title: made.title,
      rows: Array.from({ length: 10 }, () => row)
        .flat()
        .map((each, at) => ({ ...each, id: `chk_00000${at}` })),
      from: 0,
      count: 30,
      command: made.title,
    }),
    noteView(card.state, made.id),
    tooLong(card),
    ...formsOf(card),
  ];
}

function formsOf({ actions }: Card): (MessageBody | Modal)[] {
  return actions.flatMap(({ form }) => {
    if (form === null) return [];
    const problems = form.fields.map(({ name, label }) => ({ pointer: `/${name}`, message: label }));
    const steps = Array.from(stepsOf(form) ?? [], (_step, at) => formView(form, at, HANDLE)).filter(
      (each) => each !== null,
    );
    return [...steps, nextView(form, 1, HANDLE), faultyView(form, problems, HANDLE)];
  });
}

describe("whatever an agent sends", () => {
  it("makes no message and no form that Discord would refuse", () => {
    let modals = 0;
    fc.assert(
      fc.property(anyCheckpoint, ({ made, url }) => {
        for (const shown of shownOf(made, url)) {
          expect(faultsOf(shown)).toEqual([]);
          if ("title" in shown) modals += 1;
        }
      }),
      { numRuns: RUNS },
    );
    expect(modals).toBeGreaterThan(RUNS);
  });

  it("is taken by a Discord that checks each message it gets, when it is posted and when it is changed", async () => {
    const discord = await fakeDiscord();
    onTestFinished(() => discord.close());
    const seeds = KINDS.map((kind) => checkpoint({ kind, payload: SEEDS[kind][0].payload }));
    const odd = fc.sample(anyCheckpoint, { numRuns: 15, seed: 20251 });
    for (const { made, url } of [...seeds.map((seed) => ({ made: seed, url: null })), ...odd]) {
      const messages = shownOf(made, url).filter((each): each is MessageBody => !("title" in each));
      const [first, ...rest] = messages.filter(({ files }) => files === undefined);
      const { status, id } = await send(discord, "POST", "", first);
      expect(status).toBe(200);
      for (const each of rest) expect((await send(discord, "PATCH", `/${id}`, each)).status).toBe(200);
    }
    expect(discord.breaches).toEqual([]);
    expect([discord.pings, discord.unguarded]).toEqual([[], []]);
  });
});

async function send(discord: Discord, method: string, path: string, body: MessageBody | undefined) {
  const response = await fetch(`${discord.api}/v10/channels/${discord.general.id}/messages${path}`, {
    method,
    headers: { authorization: `Bot ${discord.token}`, "content-type": "application/json" },
    body: JSON.stringify({ ...body, allowed_mentions: { parse: [] } }),
  });
  const { id } = (await response.json()) as { id: string };
  return { status: response.status, id };
}

describe("the validator", () => {
  const card = render(cardOf(checkpoint(), RAISED), sign).message;
  const [container] = card.components ?? [];
  const inside = (...components: Part[]): MessageBody => ({ ...card, components: [{ type: 17, components }] });
  const button = (custom_id: string, label = "Go"): Part => ({ type: 2, style: 1, custom_id, label });
  const row = (...components: Part[]): Part => ({ type: 1, components });
  const several = (count: number, make: (at: number) => Part) => Array.from({ length: count }, (_, at) => make(at));
  const words = (content: string): Part => ({ type: 10, content });

  it("finds nothing wrong with a card", () => {
    expect(container?.type).toBe(17);
    expect(messageFaults(card)).toEqual([]);
  });

  const MESSAGES: [string, MessageBody, string][] = [
    ["without the flag of V2", { ...card, flags: 0 }, "flags: not of Components V2"],
    ["with content beside its components", { ...card, content: "x" }, "content: a message of Components V2 has none"],
    ["with nothing in it", { ...card, components: [] }, "components: none"],
    ["with 41 components", inside(...several(40, () => ({ type: 14 }))), "components: 41 in all, over 40"],
    [
      "with 4,001 characters",
      inside(words("x".repeat(2_000)), words("x".repeat(2_001))),
      "components: 4001 characters in all, over 4000",
    ],
    ["with a blank text", inside(words(" ")), "components/0/0: blank"],
    [
      "with six buttons in a row",
      inside(row(...several(6, (at) => button(`b${at}`)))),
      "components/0/0: 6 components, not 1 to 5",
    ],
    ["with an empty row", inside(row()), "components/0/0: 0 components, not 1 to 5"],
    ["with an id of 101", inside(row(button("x".repeat(101)))), "components/0/0/0/custom_id: 101 characters, over 100"],
    ["with a label of 81", inside(row(button("a", "x".repeat(81)))), "components/0/0/0/label: 81 characters, over 80"],
    ["with an id twice", inside(row(button("a"), button("a"))), "components/0/0/1: the id a is there twice"],
    [
      "with a number twice",
      inside({ ...words("a"), id: 7 }, { ...words("b"), id: 7 }),
      "components/0/1: the number 7 is there twice",
    ],
    [
      "with a button that is link and action",
      inside(row({ ...button("a"), url: "https://a.b" })),
      "components/0/0/0: a link has an address, and any other button an id",
    ],
    ["with half of an emoji", inside(words("a\ud83d")), "components/0/0: half a character"],
    [
      "with a radio group",
      inside(row({ type: 21, custom_id: "r", options: [] })),
      "components/0/0/0: no component of type 21 may stand here",
    ],
    [
      "with a section without its button",
      inside({ type: 9, components: [words("a")] }),
      "components/0/0: a section needs an accessory",
    ],
    [
      "with a file that it does not bring",
      inside({ type: 13, file: { url: "attachment://a.txt" } }),
      "components/0/0: no such file",
    ],
  ];
  it.each(MESSAGES)("refuses a message %s", (_what, body, fault) => {
    expect(messageFaults(body)).toContain(fault);
  });

  const field = (component: Part, label = "Why"): Part => ({ type: 18, label, component });
  const input = (custom_id: string, more: object = {}): Part => ({ type: 4, custom_id, style: 1, ...more });
  const radio = (count: number): Part => ({
    ...{ type: 21, custom_id: "r" },
    options: Array.from({ length: count }, (_, at) => ({ label: "o", value: `o${at}` })),
  });
  const MODALS: [string, Partial<Modal>, string][] = [
    ["with six components", { components: several(6, (at) => field(input(`f${at}`))) }, "components: 6, not 1 to 5"],
    ["with a title of 46", { title: "x".repeat(46) }, "title: 46 characters, over 45"],
    [
      "with a label of 46",
      { components: [field(input("f"), "x".repeat(46))] },
      "components/0/label: 46 characters, over 45",
    ],
    [
      "with a value of 4,001",
      { components: [field(input("f", { value: "x".repeat(4_001) }))] },
      "components/0: over 4000 characters",
    ],
    ["with one radio button", { components: [field(radio(1))] }, "components/0: 1 options, not 2 to 10"],
    ["with eleven radio buttons", { components: [field(radio(11))] }, "components/0: 11 options, not 2 to 10"],
    ["with a button", { components: [row(button("a"))] }, "components/0: no component of type 1 may stand here"],
    [
      "with an id twice",
      { components: [field(input("f")), field(input("f"))] },
      "components/1: the id f is there twice",
    ],
  ];
  it.each(MODALS)("refuses a form %s", (_what, over, fault) => {
    const modal = { custom_id: "form:0:h", title: "Why", components: [field(input("f0"))] };
    expect(modalFaults(modal)).toEqual([]);
    expect(modalFaults({ ...modal, ...over })).toContain(fault);
  });
});
