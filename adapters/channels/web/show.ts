/** The page of a checkpoint, with all that belongs on it, for whoever looks. */
import { randomBytes } from "node:crypto";
import { approvalsGiven, type Checkpoint, personOf } from "../../../src/checkpoint.ts";
import type { Desk } from "../../../src/desk.ts";
import type { DeskPort } from "../../../src/desk-port.ts";
import { sessionOf } from "../../../src/policy/sight.ts";
import type { Clock } from "../../../src/ports.ts";
import { stateLine } from "../../../src/state-line.ts";
import type { Html } from "./markup.ts";
import { makeNames } from "./names.ts";
import type { Attempt, Sealed } from "./pages/actions.ts";
import { checkpointPage, type Notice } from "./pages/checkpoint.ts";
import { wordsIn } from "./parse.ts";
import { hasVoted, type Person, type Standing, standingOf } from "./standing.ts";
import type { Visit } from "./transport.ts";

export type WebDesk = Pick<
  DeskPort,
  "read" | "act" | "comment" | "withdraw" | "list" | "timeline" | "follow" | "deliveries" | "redeliver" | "stats"
> &
  Pick<Desk, "cardOf" | "rulesOf">;

export interface Extra {
  attempt?: Attempt | undefined;
  notice?: Notice | undefined;
}

/** Rounds before, and records looked through for the one after. */
const MOST_ROUNDS = 10;
const NEAR = 50;

export interface ShowParts {
  desk: WebDesk;
  clock: Clock;
  /** Of a person, by their id. */
  nameOf(id: string): string;
}

export function makeShow({ desk, clock, nameOf }: ShowParts) {
  const names = makeNames(nameOf);

  function sealed({ id, digest }: Checkpoint, { token }: Visit): Sealed {
    return { id, digest, token, key: randomBytes(16).toString("base64url") };
  }

  async function roundsBefore(checkpoint: Checkpoint, caller: Person): Promise<Checkpoint[]> {
    const rounds: Checkpoint[] = [];
    for (let id = checkpoint.previous; id !== null && rounds.length < MOST_ROUNDS; ) {
      const found = await desk.read(caller, id);
      if ("type" in found) break;
      rounds.unshift(found);
      id = found.previous;
    }
    return rounds;
  }

  /** Records point back only; the next round of the same agent and session lies among its newest. */
  async function roundAfter(checkpoint: Checkpoint, caller: Person): Promise<Checkpoint | undefined> {
    const { id, status, source } = checkpoint;
    if (status === "pending") return undefined;
    const { agent } = source;
    const session = sessionOf(checkpoint);
    const page = await desk.list(caller, { agent, ...(session === undefined ? {} : { session }), limit: NEAR });
    return page.type === "refused" ? undefined : page.items.find(({ previous }) => previous === id);
  }

  /** The newest that still waits for this person's word. */
  async function nextFor({ person }: Visit["session"], caller: Person, but: string): Promise<Checkpoint | undefined> {
    const page = await desk.list(caller, { status: "pending", approver: `person:${person}`, limit: 10 });
    if (page.type === "refused") return undefined;
    return page.items.find((each) => each.id !== but && !hasVoted(each, person));
  }

  async function body(visit: Visit, checkpoint: Checkpoint, { attempt, notice }: Extra = {}): Promise<Html> {
    const { caller, session } = visit;
    const card = await desk.cardOf(checkpoint);
    const timeline = await desk.timeline(caller, checkpoint.id);
    const standing = standingOf(card, checkpoint, caller);
    const rules = desk.rulesOf(checkpoint);
    const after = await roundAfter(checkpoint, caller);
    const shown = names.record(checkpoint);
    return checkpointPage({
      checkpoint: shown,
      card: { ...card, state: stateLine(shown, clock(), rules) },
      rules,
      standing,
      sealed: sealed(checkpoint, visit),
      log: timeline.type === "refused" ? [] : names.log(timeline.items),
      before: await roundsBefore(checkpoint, caller),
      after: after && names.record(after),
      now: clock(),
      attempt,
      notice: notice ?? homeless(attempt, standing),
      next: notice?.tone === "done" ? await nextFor(session, caller, checkpoint.id) : undefined,
    });
  }

  return { body, sealed };
}

/** An attempt at what is not offered (any more) has no form to come back in. */
function homeless(attempt: Attempt | undefined, { actions, mayWithdraw }: Standing): Notice | undefined {
  if (attempt === undefined || attempt.action === "comment") return undefined;
  if (attempt.action === "withdraw" ? mayWithdraw : actions.some(({ action }) => action === attempt.action))
    return undefined;
  const unsent = wordsIn(attempt.fields);
  const words = attempt.detail ?? "That action is not offered here.";
  return { tone: "conflict", words, ...(unsent === "" ? {} : { unsent }) };
}

/** What was just done, told from the record itself: an address alone cannot make the page claim anything. */
export function toldNotice(
  told: string | null,
  checkpoint: Checkpoint,
  person: string,
  now: number,
): Notice | undefined {
  const done = (words: string): Notice => ({ tone: "done", words });
  const { decision, withdrawn, comments, quorum } = checkpoint;
  if (told === "acted" && decision !== null && personOf(decision.by) === person)
    return done(stateLine(checkpoint, now));
  if (told === "acted" && decision === null && hasVoted(checkpoint, person))
    return done(`Your approval is recorded: ${approvalsGiven(checkpoint)} of ${quorum}.`);
  const last = comments.at(-1);
  if (told === "commented" && last !== undefined && personOf(last.by) === person) return done("Your comment is there.");
  if (told === "withdrawn" && withdrawn !== null && personOf(withdrawn.by) === person)
    return done(stateLine(checkpoint, now));
  return undefined;
}
