/**
 * The app's home tab: what waits for this person, what they asked for, what they decided lately. Published when it is
 * opened, and again when something happens for those who opened it lately.
 */
import type { Actor } from "../../../src/access.ts";
import { askedBy, decidedBy, seen, waitsFor } from "../../../src/chat/queries.ts";
import { type Checkpoint, personOf } from "../../../src/checkpoint.ts";
import { listing } from "../../../src/commands.ts";
import { sightOfRecord } from "../../../src/policy/sight.ts";
import { actorOf } from "./doing.ts";
import { heading, rowsOf } from "./lists.ts";
import { context, type Part, section } from "./literal.ts";
import { type Presser, parseOpened } from "./parse.ts";
import type { Parts } from "./parts.ts";
import { stamp } from "./slash.ts";

export interface HomeTab {
  opened(body: unknown): Promise<void>;
  /** Something happened to that checkpoint: whoever it concerns and looked lately sees it. */
  changed(id: string): void;
  stop(): void;
}

/** People and hours for whom it is kept current. */
const MOST = 100;
const LATELY = 12 * 3_600_000;
/** Ms in which changes are gathered into one publishing. */
const GATHER = 1_500;
/** Rows of a part; two blocks each, of 100. */
const ROWS = 12;

interface Viewer {
  by: Presser;
  actor: Actor;
  at: number;
}

export function makeHome(parts: Parts): HomeTab {
  const viewers = new Map<string, Viewer>();
  const stale = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  async function publish({ by, actor }: Viewer): Promise<void> {
    const view = { type: "home", blocks: homeBlocks(await seen(parts, actor), actor, parts.clock()) };
    await parts.wire.call("views.publish", { user_id: by.user, view });
  }

  async function mark(checkpoint: string): Promise<void> {
    const record = await parts.record(checkpoint);
    if (record === undefined) return;
    const { decide, see } = sightOfRecord(record);
    const now = parts.clock();
    for (const [id, { actor, at }] of viewers) {
      if (now - at > LATELY) viewers.delete(id);
      else if (actor.refs.has("admin") || [...decide, ...see].some((ref) => actor.refs.has(ref))) stale.add(id);
    }
    if (stale.size > 0) timer ??= setTimeout(flush, GATHER);
  }

  function flush(): void {
    timer = undefined;
    const ids = [...stale];
    stale.clear();
    for (const id of ids) {
      const viewer = viewers.get(id);
      if (viewer !== undefined) parts.later("refreshing a home tab", () => refresh(id, viewer));
    }
  }

  /** As whom they are by now: groups are left, and accounts switched off. */
  async function refresh(id: string, { by, at }: Viewer): Promise<void> {
    const who = await actorOf(parts, by);
    if (who.type === "nobody") return void viewers.delete(id);
    const viewer = { by, at, actor: who.actor };
    if (viewers.has(id)) viewers.set(id, viewer);
    await publish(viewer);
  }

  return {
    async opened(body) {
      const by = parseOpened(body);
      if (by === undefined) return;
      const who = await actorOf(parts, by);
      if (who.type === "nobody") return;
      const viewer = { by, actor: who.actor, at: parts.clock() };
      viewers.delete(by.user);
      viewers.set(by.user, viewer);
      for (const oldest of viewers.keys()) {
        if (viewers.size <= MOST) break;
        viewers.delete(oldest);
      }
      parts.later("publishing a home tab", () => publish(viewer));
    },
    changed(id) {
      if (viewers.size > 0) parts.later("refreshing home tabs", () => mark(id));
    },
    stop: () => clearTimeout(timer),
  };
}

export function homeBlocks(checkpoints: readonly Checkpoint[], actor: Actor, now: number): Part[] {
  const pending = checkpoints.filter(({ status }) => status === "pending");
  const ended = checkpoints
    .filter((each) => decidedBy(each, actor) || each.votes.some(({ by }) => personOf(by) === actor.person))
    .filter(({ status }) => status !== "pending")
    .sort((one, other) => (other.ended_at ?? 0) - (one.ended_at ?? 0));
  const waiting = pending.filter((each) => waitsFor(each, actor)).toReversed();
  const asked = checkpoints.filter((each) => askedBy(each, actor));
  return [
    ...part("Waits for you", waiting, now, "Nothing waits for you."),
    ...part("You asked for", asked, now, "Nothing yet."),
    ...part("You decided lately", ended, now, "Nothing yet."),
    context(stamp(now)),
  ];
}

function part(title: string, all: readonly Checkpoint[], now: number, otherwise: string): Part[] {
  const rows = rowsOf(listing(all.slice(0, ROWS), now), `${title.replaceAll(" ", "-").toLowerCase()}-`);
  const more = all.length > ROWS ? [context(`… and ${all.length - ROWS} more: /hitl pending`)] : [];
  return [heading(title), ...(rows.length === 0 ? [section(otherwise)] : rows), ...more, { type: "divider" }];
}
