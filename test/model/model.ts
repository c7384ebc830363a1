/**
 * A second, much simpler telling of a checkpoint's life, against which the real one is held. It knows no digests,
 * revisions or stores: contents are texts, people are names, time is a number. One approver's group: bob, carol, dave;
 * alice asks and may decide too; mallory is nobody.
 */
export type Who = "alice" | "bob" | "carol" | "dave" | "mallory";
export type Does = "proceed" | "edit" | "reject" | "revise";

export interface Raise {
  kind: "confirm" | "tool";
  quorum: 1 | 2;
  /** Ms until due; null: never. */
  timeout: number | null;
}

interface Told {
  /** What the first answer was made for, and what it said. */
  request: string;
  answer: string;
}

export interface ModelCheckpoint {
  kind: Raise["kind"];
  quorum: number;
  timeout: number | null;
  due: number | null;
  status: "pending" | "resolved" | "expired" | "withdrawn";
  original: string;
  table: string;
  votes: { who: Who; on: string }[];
  /** `action by who: content` of the decision. */
  decision: string | null;
  comments: number;
  story: string[];
  told: Map<string, Told>;
}

export class Model {
  now = 0;
  readonly all: ModelCheckpoint[] = [];

  raise({ kind, quorum, timeout }: Raise): void {
    this.all.push({
      kind,
      quorum,
      timeout,
      due: timeout === null ? null : this.now + timeout,
      status: "pending",
      original: "a",
      table: "a",
      votes: [],
      decision: null,
      comments: 0,
      story: ["raised"],
      told: new Map(),
    });
  }

  /** What the timers do when they run: all that is due by now. */
  tick(): void {
    for (const one of this.all) if (one.due !== null && one.due <= this.now) this.#expire(one);
  }

  act(one: ModelCheckpoint, who: Who, does: Does, words: boolean, content: string, key: string | null): string {
    if (who === "mallory") return "not_found";
    const request = JSON.stringify([does, words, does === "edit" ? content : ""]);
    const told = key === null ? undefined : one.told.get(`${who} ${key}`);
    if (told !== undefined) return told.request === request ? told.answer : "idempotency_mismatch";
    if (one.due !== null && one.due <= this.now) this.#expire(one);
    if (one.status !== "pending") return one.status === "resolved" ? "already_resolved" : one.status;
    const answer = this.#count(one, who, does, words, content);
    if (key !== null && (answer === "resolved" || answer === "recorded"))
      one.told.set(`${who} ${key}`, { request, answer });
    return answer;
  }

  comment(one: ModelCheckpoint, who: Who): string {
    if (who === "mallory") return "not_found";
    one.comments += 1;
    one.story.push("commented");
    return "commented";
  }

  withdraw(one: ModelCheckpoint, who: Who): string {
    if (who === "mallory") return "not_found";
    if (one.due !== null && one.due <= this.now) this.#expire(one);
    if (who !== "alice") return "forbidden";
    if (one.status !== "pending") return one.status === "resolved" ? "already_resolved" : one.status;
    one.status = "withdrawn";
    one.story.push("withdrawn");
    return "withdrawn!";
  }

  #count(one: ModelCheckpoint, who: Who, does: Does, words: boolean, content: string): string {
    const offered = one.kind === "tool" ? ["proceed", "edit", "reject"] : ["proceed", "revise", "cancel"];
    if (!offered.includes(does)) return "action_not_offered";
    if (who === "alice" && (does === "proceed" || does === "edit")) return "self_approval";
    if (does === "revise" && !words) return "feedback_required";
    if (does === "reject" || does === "revise") return this.#end(one, `${does} by ${who}`);
    if (does === "edit" && content !== one.table) one.table = content;
    else if (one.votes.some((vote) => vote.who === who && vote.on === one.table)) return "already_voted";
    one.votes = [...one.votes.filter((vote) => vote.who !== who), { who, on: one.table }];
    const given = one.votes.filter((vote) => vote.on === one.table).length;
    if (given >= one.quorum)
      return this.#end(one, one.table === one.original ? `proceed by ${who}` : `edit by ${who}: ${one.table}`);
    one.story.push("voted");
    return "recorded";
  }

  #end(one: ModelCheckpoint, decision: string): string {
    one.status = "resolved";
    one.decision = decision;
    one.story.push("resolved");
    return "resolved";
  }

  #expire(one: ModelCheckpoint): void {
    if (one.status !== "pending") return;
    one.status = "expired";
    one.decision = `${one.kind === "tool" ? "reject" : "cancel"} by policy`;
    one.story.push("expired");
  }
}
