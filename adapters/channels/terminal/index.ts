/**
 * The terminal as a channel: `review` shows what waits for a person, asks, sends the act with the digest of what was
 * shown, and says what came of it. Leaving at any point decides nothing, and says so.
 */
import { randomUUID } from "node:crypto";
import type { Readable, Writable } from "node:stream";
import type { ReadStream, WriteStream } from "node:tty";
import type { Act, Card } from "../../../src/card.ts";
import type { ReviewIo } from "../../../src/cli/world.ts";
import { pause } from "../../../src/client/call.ts";
import type { CheckpointView, Whoami } from "../../../src/client/checks.ts";
import { mine } from "../../../src/client/mine.ts";
import { type Hitl, HitlError } from "../../../src/client.ts";
import { type Asked, ask, type Draft } from "./ask.ts";
import { linePrompter } from "./lines.ts";
import { oneLine } from "./literal.ts";
import { actedSentence, age } from "./outcome.ts";
import { hasLeft, type Left, type Prompter } from "./prompter.ts";
import { type Look, render } from "./render.ts";
import { renderComments } from "./talk.ts";
import { ttyPrompter } from "./transport.ts";

/** An agent that was just answered often has its next question ready at once. */
const NEXT_ROUND = 1_000;
const DONE = 0;
const FORBIDDEN = 4;
const INTERRUPTED = 130;

/** Answers the exit code; throws a HitlError when the bot cannot be asked what waits. */
export async function review(bot: Hitl, io: ReviewIo): Promise<number> {
  const { input, output, signal } = io;
  const enter = isTerminalIn(input);
  const fancy = !io.plain && isTerminalIn(input) && isTerminalOut(output);
  const prompter = fancy ? ttyPrompter(input, output, signal) : linePrompter(input, output, signal);
  const width = isTerminalOut(output) ? output.columns : 80;
  const look: Look = { width, plain: !fancy, colour: fancy && io.colour };
  try {
    return await session({ bot, io, prompter, look, enter });
  } finally {
    prompter.close();
  }
}

interface Session {
  bot: Hitl;
  io: ReviewIo;
  prompter: Prompter;
  look: Look;
  enter: boolean;
}

async function session(at: Session): Promise<number> {
  const { bot, io, prompter } = at;
  const me = await bot.whoami({ signal: io.signal });
  if (me.role === "agent") {
    prompter.say([`"${oneLine(me.name)}" is an agent's token: it may ask, but not decide. Use your own.`]);
    return FORBIDDEN;
  }
  const passed = new Set<string>();
  for (let result: Result = "passed"; ; ) {
    let waiting = await pendingFor(me, bot, io.signal);
    if (waiting.length === 0 && result === "done") {
      await pause(NEXT_ROUND, io.signal);
      waiting = await pendingFor(me, bot, io.signal);
    }
    const open = waiting.filter(({ id }) => !passed.has(id));
    const picked = await pick(at, open, waiting.length - open.length);
    if (picked === undefined) return DONE;
    if (hasLeft(picked)) return leave(prompter, picked);
    result = await decide(at, picked);
    if (typeof result !== "string") return leave(prompter, result, picked);
    if (result === "stop") return DONE;
    if (result === "passed") passed.add(picked.id);
  }
}

async function pendingFor(me: Whoami, bot: Hitl, signal: AbortSignal): Promise<CheckpointView[]> {
  const items: CheckpointView[] = [];
  let cursor: string | undefined;
  do {
    const page = await bot.list(
      { status: "pending", limit: 200, ...(cursor === undefined ? {} : { cursor }) },
      { signal },
    );
    items.push(...page.items.filter((item) => mine(me, item)));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return items.toReversed();
}

/** The only one, or one from the list with the cursor on the oldest; undefined: none is left, or the person stops. */
async function pick(
  { prompter, io }: Session,
  open: CheckpointView[],
  later: number,
): Promise<CheckpointView | Left | undefined> {
  const [only] = open;
  if (only === undefined) {
    prompter.say(["", later > 0 ? `${later} left for later. Nothing else waits for you.` : "Nothing waits for you."]);
    return undefined;
  }
  if (open.length === 1) {
    prompter.say(["", "1 checkpoint waits for you."]);
    return only;
  }
  await prompter.fresh();
  const rows = open.map((item) => ({ label: oneLine(item.title), hint: hintOf(item, io.now()) }));
  const message = `${open.length} checkpoints wait for you, the oldest first:`;
  const picked = await prompter.choose({ message, options: [...rows, { label: "Stop here" }] });
  return hasLeft(picked) ? picked : open[picked];
}

function hintOf({ kind, priority, source, created_at }: CheckpointView, now: number): string {
  const urgent = priority === "high" || priority === "critical" ? [priority] : [];
  return [...urgent, kind, oneLine(source.agent), age(created_at, now)].join(" · ");
}

type Result = "done" | "passed" | "stop" | Left;

/** Asks until the act is taken, refused for good, or put aside. */
async function decide(at: Session, { id }: CheckpointView): Promise<Result> {
  const { bot, io, prompter, look, enter } = at;
  let draft: Draft | undefined;
  let shown: Card | undefined;
  for (;;) {
    const [card, checkpoint, timeline] = await Promise.all([
      bot.card(id, { signal: io.signal }),
      bot.read(id, { signal: io.signal }),
      bot.timeline(id, { signal: io.signal }),
    ]);
    // Between the two answers it may have changed; what is asked must be about what is shown.
    if (card.digest !== checkpoint.digest || card.status !== checkpoint.status) continue;
    if (card.digest !== shown?.digest || card.status !== shown.status)
      prompter.say([...render(introOf(card), look), ...renderComments(timeline, look)]);
    shown = card;
    if (card.actions.length === 0) return "passed";
    const asked: Asked = await ask({ card, checkpoint, prompter, look, enter }, draft);
    if (hasLeft(asked) || asked.type !== "act")
      return hasLeft(asked) ? asked : asked.type === "stop" ? "stop" : "passed";
    const sent = await send(at, id, { ...asked.act, digest: card.digest });
    if (sent !== "again") return sent;
    draft = asked.draft;
  }
}

/** The questions of a clarification are shown one by one when they are asked. */
function introOf(card: Card): Card {
  if (!card.actions.some(({ action, form }) => action === "answer" && form !== null)) return card;
  return { ...card, body: card.body.filter(({ label }) => !/^Question \d+\/\d+$/.test(label ?? "")) };
}

/** One act under one key, so that trying again cannot decide twice. */
async function send({ bot, io, prompter }: Session, id: string, act: Act): Promise<Result | "again"> {
  const key = randomUUID();
  for (;;) {
    try {
      const acted = await bot.act(id, act, { key, signal: io.signal });
      prompter.say(["", `✓ ${actedSentence(acted)}`]);
      return "done";
    } catch (error) {
      if (io.signal.aborted) {
        prompter.say(["", `Interrupted while it was being sent: see what became of it with "hitl show ${id}".`]);
        return { left: "interrupted" };
      }
      if (!(error instanceof HitlError)) throw error;
      prompter.say([
        "",
        `✗ ${oneLine(error.detail)}`,
        ...error.errors.map(({ pointer, message }) => `  ${oneLine(`${pointer}: ${message}`)}`),
      ]);
      if (error.status === 422) return "again";
      if (error.status !== 0 && error.status < 500) return "passed";
      const options = [{ label: "Try again" }, { label: "Leave it for later" }];
      const picked = await prompter.choose({ message: "Your answer is kept here.", options });
      if (hasLeft(picked)) return picked;
      if (picked === 1) return "passed";
    }
  }
}

function leave(prompter: Prompter, { left }: Left, about?: CheckpointView): number {
  const on = about === undefined ? "" : ` on "${oneLine(about.title)}"`;
  prompter.say([
    "",
    left === "interrupted"
      ? `Interrupted. Nothing was decided${on}.`
      : `The input has ended. Nothing was decided${on}.`,
  ]);
  return left === "interrupted" ? INTERRUPTED : DONE;
}

function isTerminalIn(stream: Readable): stream is ReadStream {
  return "isTTY" in stream && stream.isTTY === true;
}

function isTerminalOut(stream: Writable): stream is WriteStream {
  return "isTTY" in stream && stream.isTTY === true;
}
