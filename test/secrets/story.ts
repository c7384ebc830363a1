/** What happens to checkpoints full of secrets: they are shown, talked about, decided in all ways, and told. */
import { expect } from "vitest";
import { buttonsOf } from "../peers/discord/index.ts";
import type { Plant } from "./plants.ts";
import { plantsIn } from "./plants.ts";
import { PLANTED, raisesOf } from "./raises.ts";
import type { Stand } from "./stand.ts";

/** Answers what was planted in raises, in words of the agent, in requests that are refused, and in what it wants back. */
export async function live(stand: Stand, seed: number, { refused: withRefused = true } = {}) {
  const raised = plantsIn(PLANTED, seed);
  for (const place of PLANTED)
    for (const request of raisesOf(
      place,
      raised.filter((plant) => plant.place === place),
    ))
      await stand.raise(request);
  const kept = plantsIn(["state"], seed + 1);
  const keeping = await stand.raise({
    kind: "confirm",
    payload: { summary: "Go on" },
    state: kept.map(({ member }) => member),
  });
  const said = await talk(stand, seed + 2);
  const refused = withRefused ? await refuse(stand, seed + 3) : [];
  await shown(stand);
  await look(stand);
  await decide(stand);
  return { raised: [...raised, ...said, ...refused], kept, keeping };
}

async function talk(stand: Stand, seed: number): Promise<Plant[]> {
  const plants = plantsIn(["comment", "withdrawal"], seed);
  const [first = ""] = stand.ids;
  const comments = plants.filter(({ place }) => place === "comment");
  for (const { text } of comments) {
    const { status } = await stand.call("agent", "POST", `/v1/checkpoints/${first}/comments`, { text });
    expect(status).toBe(201);
  }
  const withdrawn = await stand.raise({ kind: "confirm", payload: { summary: "Never mind" } });
  const reason = plants
    .filter(({ place }) => place === "withdrawal")
    .map(({ text }) => text)
    .join("\n");
  const { status } = await stand.call("agent", "POST", `/v1/checkpoints/${withdrawn}/withdraw`, { reason });
  expect(status).toBe(200);
  return plants;
}

/** Secrets where none belong: each request is refused, and says why without saying what. */
async function refuse(stand: Stand, seed: number): Promise<Plant[]> {
  const plants = plantsIn(["refused"], seed).filter(({ kind }) => FORMED.has(kind));
  const payload = { summary: "x" };
  const wrong: ((secret: string) => [path: string, init: RequestInit])[] = [
    (secret) => post({ kind: "confirm", payload, [secret]: 1 }),
    (secret) => post({ kind: "confirm", payload, source: { [secret]: "a" } }),
    (secret) => post({ kind: secret, payload }),
    (secret) => post({ kind: "confirm", payload: { summary: { [secret]: 1 } } }),
    (secret) => post({ kind: "clarify", payload: { questions: [{ [secret]: 1 }] } }),
    (secret) => post({ kind: "confirm", payload, source: { agent: secret } }),
    (secret) => post({ kind: "confirm", payload, approvers: [`person:${secret}`] }),
    (secret) => post({ kind: "confirm", payload, approvers: [secret] }),
    (secret) => post({ kind: "confirm", payload, route: [`slack:${secret}`, `nowhere:${secret}`] }),
    (secret) => post({ kind: "confirm", payload, requested_by: `person:${secret}` }),
    (secret) => post({ kind: "confirm", payload, callback: { url: `http://${secret}.example.com/?x=${secret}` } }),
    (secret) => post({ kind: "confirm", payload, timeout: secret, priority: secret, on_timeout: secret }),
    (secret) => post({ kind: "confirm", payload, actions: [secret, { action: "revise", label: `${secret}\n` }] }),
    (secret) => post({ kind: "confirm", payload, id: secret.slice(0, 64) }),
    (secret) => post({ kind: "confirm", payload, previous: secret }),
    (secret) => ["/v1/checkpoints", { method: "POST", body: `{"kind": "confirm", "payload": {"${secret}": tru}}` }],
    (secret) => ["/v1/checkpoints", { method: "POST", body: `{"${secret}": 1, "${secret}": 2}` }],
    (secret) => ["/v1/checkpoints", { method: "POST", body: JSON.stringify(secret) }],
    (secret) => [`/v1/checkpoints?${encodeURIComponent(secret)}=1`, { method: "GET" }],
    (secret) => [`/v1/checkpoints?status=${encodeURIComponent(secret)}`, { method: "GET" }],
    (secret) => [`/v1/checkpoints/${encodeURIComponent(secret)}`, { method: "GET" }],
    (secret) => [`/${encodeURIComponent(secret)}`, { method: "GET" }],
    (secret) => [`/v1/checkpoints/${stand.ids[1]}/act`, { method: "POST", body: JSON.stringify({ action: secret }) }],
    (secret) => [
      `/v1/checkpoints/${stand.ids[1]}/act`,
      { method: "POST", body: JSON.stringify({ action: "edit", edited: secret }) },
    ],
  ];
  for (const [at, make] of wrong.entries())
    for (const plant of plants.filter((_, index) => index % 3 === at % 3 || at === 0)) {
      const [path, init] = make(String(plant.member[1]));
      const answer = await stand.send(at >= 22 ? "admin" : "agent", path, init);
      expect(Number(answer.slice(0, 3)), `${path} ${answer}`).toBeGreaterThanOrEqual(400);
    }
  return plants;
}

/** Those that are known by their form alone: nothing else tells what an unknown name is. */
const FORMED = new Set([
  "github",
  "gitlab",
  "slack",
  "openai",
  "anthropic",
  "stripe",
  "aws",
  "google",
  "npm",
  "sendgrid",
  "jwt",
]);

function post(body: unknown): [string, RequestInit] {
  return ["/v1/checkpoints", { method: "POST", body: JSON.stringify(body) }];
}

/** Once every card is where it belongs. */
async function shown(stand: Stand): Promise<void> {
  for (const id of stand.ids)
    await expect
      .poll(
        async () =>
          (await stand.call("admin", "GET", `/v1/checkpoints/${id}`)).body.placements.every(
            ({ state }) => state !== "queued",
          ),
        {
          timeout: 20_000,
        },
      )
      .toBe(true);
}

/** People open the forms that there are, here and there. */
async function look({ slack, discord, bob, places, channels, ids }: Stand): Promise<void> {
  for (const card of places.flatMap((place) => slack.messages(place))) {
    if (!ids.includes(String(card.metadata?.event_payload.id))) continue;
    const words = JSON.stringify(card.blocks);
    const button = FORMS.find((name) => words.includes(`"text":"${name}"`));
    if (button === undefined) continue;
    await slack.click("U0BOB", card, button);
    await slack.dismiss("U0BOB", await slack.openedView("U0BOB"));
  }
  for (const card of channels.flatMap((channel) => discord.messages(channel))) {
    const button = FORMS.find((name) => buttonsOf(card).includes(name));
    if (button !== undefined) await discord.click(bob, card, button);
  }
}

const FORMS = ["Edit", "Answer", "Refine", "Modify", "Revise"];

/** In all ways that there are, so that everything is told to everybody. */
async function decide(stand: Stand): Promise<void> {
  for (const id of stand.ids) {
    const { body } = await stand.call("admin", "GET", `/v1/checkpoints/${id}`);
    if (body.status !== "pending") continue;
    const [first] = body.actions;
    const act =
      first?.action === "answer" ? { action: "answer", answers: { response: "yes" } } : { action: first?.action };
    const { status } = await stand.call("admin", "POST", `/v1/checkpoints/${id}/act`, act);
    expect(status).toBe(200);
  }
  await stand.agent.arrived(stand.ids.length);
}
