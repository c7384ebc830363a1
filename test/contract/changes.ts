/** Changes for the store's tests, as the core makes them: a raise, and acts upon it. A test states what it is about. */
import type { ActionName, Checkpoint } from "../../src/checkpoint.ts";
import type { Change, Entry, EntryType, Errand, Operation, Write } from "../../src/ports.ts";
import { checkpoint, person, RAISED } from "../make.ts";

export interface Over extends Partial<Omit<Write, "record">> {
  record?: Partial<Checkpoint>;
  operation?: Partial<Operation>;
}

/** Puts a new record into the store. */
export function raise(id: string, over: Over = {}): Change {
  return one(checkpoint({ id, ...over.record }), "checkpoint.raised", over);
}

/** The record after one more commit, in which nothing but what `over` says happened. */
export function advance(from: Checkpoint, over: Over = {}): Change {
  return one({ ...from, revision: from.revision + 1, ...over.record }, "checkpoint.commented", over);
}

/** The record ended by `who`. */
export function resolve(from: Checkpoint, who: string, action: ActionName = "proceed", over: Over = {}): Change {
  const by = person(who);
  const record: Checkpoint = {
    ...from,
    revision: from.revision + 1,
    status: "resolved",
    ended_at: RAISED + 1_000,
    decision: {
      action,
      outcome: action === "proceed" ? "approved" : "rejected",
      by,
      at: RAISED + 1_000,
      digest: from.digest,
    },
    ...over.record,
  };
  return one(record, "checkpoint.resolved", { operation: { id: `op:${from.id}:resolve:${who}` }, ...over });
}

/** One operation over several records. */
export function together(operation: string, ...changes: Change[]): Change {
  return { operation: operationOf(operation), writes: changes.flatMap(({ writes }) => writes) };
}

export function entry(record: Checkpoint, type: EntryType, data: Entry["data"] = {}): Entry {
  return {
    id: record.id,
    type,
    revision: record.revision,
    at: RAISED,
    host: RAISED,
    by: record.decision?.by ?? { kind: "agent", name: record.source.agent },
    digest: record.digest,
    data,
    content: `sha256:${"c".repeat(64)}`,
    mac: "a".repeat(43),
  };
}

export function show(id: string, conversation = "C0123"): Errand {
  return { do: "show", key: `show:${id}:slack:${conversation}`, id, channel: "slack", conversation };
}

function one(record: Checkpoint, type: EntryType, { record: _, operation, ...over }: Over): Change {
  return {
    operation: { ...operationOf(`op:${record.id}:${record.revision}`), ...operation },
    writes: [
      {
        record,
        expect: record.revision - 1,
        look: null,
        outbox: [],
        entries: [entry(record, type)],
        sight: { decide: record.approvers, see: [`token:${record.token}`] },
        ...over,
      },
    ],
  };
}

function operationOf(id: string): Operation {
  return { id, hash: `sha256:${id}`, answer: "{}" };
}
