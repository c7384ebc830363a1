/**
 * Who somebody is at the moment of acting: the account that Slack signed, what kind of member it is, and which of the
 * user groups that matter hold it. What Slack says is kept for a minute at most; when it says nothing, nobody acts.
 */

import { remembering } from "../../../src/chat/remembered.ts";
import type { Ref } from "../../../src/checkpoint.ts";
import { isObject, type JsonObject } from "../../../src/json.ts";
import type { Account } from "../../../src/policy/directory.ts";
import type { Presser } from "./parse.ts";
import { codeOf, type Wire } from "./wire.ts";

export type Known = { type: "account"; account: Account } | { type: "nobody"; why: string };

export interface People {
  /** `groups`: references like `slack-group:S0SRE` that could make a difference. Throws when Slack cannot be asked. */
  who(by: Presser, groups: readonly Ref[]): Promise<Known>;
}

/** Membership is looked up when the act happens, and is at most that old. */
const TTL = 60_000;
/** Two of these come before a commit that has 2.0 s of the 3 s. */
const ASK_WITHIN = 700;

export function makePeople({ call, home }: Pick<Wire, "call" | "home">, now: () => number): People {
  const users = remembering(TTL, now, async (id) => {
    const { user } = await call("users.info", { user: id }, ASK_WITHIN);
    return isObject(user) ? user : {};
  });
  const groups = remembering(TTL, now, async (key) => {
    const [id = "", team] = key.split(" ");
    // Of an app of a whole enterprise Slack wants to know in which workspace it is to look.
    const asked = { usergroup: id, ...(team === undefined ? {} : { team_id: team }) };
    const { users: members } = await call("usergroups.users.list", asked, ASK_WITHIN).catch((error) => {
      // A group that is gone holds nobody; any other failure is no answer.
      if (["no_such_subteam", "subteam_not_found"].includes(codeOf(error))) return { users: [] };
      throw error;
    });
    return new Set(Array.isArray(members) ? members.filter((each) => typeof each === "string") : []);
  });

  return {
    async who({ user: id, team }, asked) {
      const [user, held] = await Promise.all([users.get(id), groupsOf(id, team, asked)]);
      if (user.deleted === true) return { type: "nobody", why: "This account is switched off." };
      if (user.is_bot === true || id === "USLACKBOT") return { type: "nobody", why: "Bots do not decide here." };
      const workspace = team === "" ? String(user.team_id ?? home.team) : team;
      const grid = gridOf(user);
      const own = grid !== null && grid.enterprise === home.enterprise;
      const stranger = user.is_stranger === true;
      // A member of the workspace that the app was installed in; or of the enterprise, where all of it installed it.
      const inside = own
        ? home.org || grid.teams.includes(home.team)
        : workspace === home.team && (user.team_id === undefined || user.team_id === home.team);
      return {
        type: "account",
        account: {
          platform: "slack",
          id,
          // One account, whichever workspace of the enterprise it was used in.
          ...(grid === null
            ? { tenant: workspace }
            : { tenant: grid.enterprise, also: [...new Set([workspace, ...grid.teams])] }),
          ...nameOf(user),
          groups: held,
          member: inside && !stranger && user.is_restricted !== true && user.is_ultra_restricted !== true,
          home: (own || workspace === home.team) && !stranger,
        },
      };
    },
  };

  async function groupsOf(id: string, team: string, asked: readonly Ref[]): Promise<Ref[]> {
    const where = home.org && team !== "" ? ` ${team}` : "";
    const held = await Promise.all(
      asked.map(async (ref) => ((await groups.get(ref.slice("slack-group:".length) + where)).has(id) ? [ref] : [])),
    );
    return held.flat();
  }
}

/** An account of an Enterprise Grid is the enterprise's, and in some of its workspaces. */
function gridOf({ enterprise_user: grid, team_id }: JsonObject): { enterprise: string; teams: string[] } | null {
  if (!isObject(grid) || typeof grid.enterprise_id !== "string" || grid.enterprise_id === "") return null;
  const teams = Array.isArray(grid.teams) ? grid.teams : [team_id];
  return { enterprise: grid.enterprise_id, teams: teams.filter((each) => typeof each === "string") };
}

/** Decoration only; whoever bears a name can change it. */
function nameOf({ profile, real_name, name }: JsonObject): { name?: string } {
  const own = isObject(profile) ? [profile.display_name, profile.real_name] : [];
  const found = [...own, real_name, name].find((each) => typeof each === "string" && each !== "");
  return typeof found === "string" ? { name: found.slice(0, 80) } : {};
}
