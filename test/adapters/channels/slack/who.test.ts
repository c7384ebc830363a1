/** Path × role × action, written out: what each way of acting in Slack brings about for whom. */
import { describe, expect, it } from "vitest";
import { type Bot, CONFIRM, TOKENS, withBot } from "./bot.ts";
import { buttonsIn } from "./slack.ts";

type Path = "button" | "modal" | "reply" | "list" | "home" | "offer" | "api";
type Action = "proceed" | "revise" | "cancel";

/** approver: Bob; requester who is an approver too: Carol; member who is neither: Eve; guest; somebody of elsewhere. */
const WHO = {
  approver: "U0BOB",
  requester: "U0CAROL",
  member: "U0EVE",
  guest: "U9GUEST",
  stranger: "U9STRANGER",
} as const;
type Role = keyof typeof WHO;

const YES: Record<Role, Action[]> = {
  approver: ["proceed", "revise", "cancel"],
  // Their own request they may stop and send back, and not approve.
  requester: ["revise", "cancel"],
  member: [],
  guest: [],
  stranger: [],
};
const PATHS: Record<Path, Action[]> = {
  button: ["proceed", "cancel"],
  modal: ["revise", "cancel"],
  reply: ["proceed", "revise", "cancel"],
  list: ["proceed", "revise"],
  home: ["proceed", "revise"],
  offer: ["revise"],
  api: ["proceed", "revise", "cancel"],
};
/** Whoever the settings do not know has no token, and what is no token is nobody's. */
const TOKEN_OF: Record<string, string> = {
  U0BOB: TOKENS.BOB_TOKEN,
  U0CAROL: TOKENS.CAROL_TOKEN,
  U0EVE: TOKENS.EVE_TOKEN,
};

const WORDS = { proceed: "lgtm", revise: "revise: shorter", cancel: "cancel: no" };
const LABELS = { proceed: "Proceed", revise: "Revise", cancel: "Cancel" };

async function attempt(
  { slack, call }: Bot,
  path: Path,
  user: string,
  id: string,
  action: Action,
  card: { channel: string; ts: string },
) {
  if (path === "reply") {
    await slack.reply(user, card, WORDS[action]);
    return;
  }
  if (path === "offer") {
    await slack.reply(user, card, "make it shorter");
    const [offer] = slack.ephemerals(user).slice(-1);
    if (offer !== undefined && buttonsIn(offer.blocks).has("Send this as revise feedback"))
      await slack.click(user, offer, "Send this as revise feedback");
    return;
  }
  if (path === "api") {
    const words = action === "revise" ? { feedback: "shorter" } : {};
    await call("POST", `/v1/checkpoints/${id}/act`, { action, ...words }, TOKEN_OF[user] ?? `slack:T1/${user}`);
    return;
  }
  if (path === "home") {
    const { hash } = slack.homeView(user) ?? {};
    await slack.home(user);
    const home = await slack.until(() => {
      const view = slack.homeView(user);
      return view !== undefined && view.hash !== hash ? view : undefined;
    }, "the home tab");
    const open = [...allButtons(home.blocks)].find(({ value }) => value === id);
    if (open === undefined) return;
    await slack.click(user, home, { value: id, action_id: String(open.action_id) });
    const view = await slack.openedView(user);
    if (!buttonsIn(view.blocks).has(LABELS[action])) return;
    await slack.click(user, view, LABELS[action]);
    if (action === "revise") await fill(slack, user, Number.POSITIVE_INFINITY);
    return;
  }
  if (path === "list") {
    const { shown } = await slack.slash(user, card.channel, "/hitl pending all");
    const open = [...buttonsIn(shown?.blocks).values()].find(({ value }) => value === id);
    if (open === undefined || shown === null) return;
    await slack.click(user, shown, { value: id });
    const view = await slack.openedView(user);
    await slack.click(user, view, LABELS[action]);
    if (action === "revise") await fill(slack, user, Number.POSITIVE_INFINITY);
    return;
  }
  const before = slack.ephemerals(user).length;
  await slack.click(user, card, LABELS[action]);
  if (action !== "proceed") await fill(slack, user, before);
}

/** Of a list, in which many are called Open. */
function allButtons(part: unknown): { value?: unknown; action_id?: unknown }[] {
  if (Array.isArray(part)) return part.flatMap(allButtons);
  if (typeof part !== "object" || part === null) return [];
  if ((part as { type?: unknown }).type === "button") return [part];
  return Object.values(part).flatMap(allButtons);
}

/** A form opens, or a sentence says why not. */
async function fill(slack: Bot["slack"], user: string, before = 0): Promise<void> {
  const formOf = () => slack.modals(user).findLast(({ callback_id }) => callback_id.startsWith("form"));
  await slack.until(() => formOf() !== undefined || slack.ephemerals(user).length > before, "a form or a reason");
  const form = formOf();
  if (form !== undefined) await slack.submit(user, form, { f0: "shorter" });
}

describe("by every path", () => {
  it.each(Object.keys(PATHS) as Path[])("%s: the same people may do the same", async (path) => {
    await withBot(async (bot: Bot) => {
      const { slack } = bot;
      slack.workspace("T2", {});
      slack.user(WHO.guest, { is_restricted: true });
      slack.user(WHO.stranger, { team: "T2", is_stranger: true });
      let at = 0;
      for (const role of Object.keys(WHO) as Role[])
        for (const action of PATHS[path]) {
          const user = WHO[role];
          const channel = `C${700 + at}`;
          slack.channel(channel, { name: `who-${at}`, sharedWith: ["T2"], members: [user] });
          at += 1;
          if ((path === "list" || path === "home") && role === "stranger") continue;
          const asked = { ...CONFIRM, requested_by: "person:carol", route: [`slack:${channel}`] };
          const { id, card } = await bot.card(asked, channel);
          await attempt(bot, path, user, id, action, card);
          await slack.idle();
          const { status, decision } = await bot.read(id);
          const expected = YES[role].includes(action) ? ["resolved", action] : ["pending", undefined];
          expect([status, decision?.action], `${path} ${role} ${action}`).toEqual(expected);
          for (const view of slack.modals(user).toReversed()) await slack.dismiss(user, view);
        }
    });
  });
});
