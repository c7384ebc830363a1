/**
 * Who is who: from a person or an account to every reference that means them, and back. Pure look-ups over the
 * settings; what a platform knows better (membership in its groups) comes in with the account.
 */
import type { Ref } from "../checkpoint.ts";
import type { Group, Person, Settings } from "../settings.ts";

/** An account that a platform has vouched for, with what the platform knows about it at this moment. */
export interface Account {
  platform: "slack" | "discord";
  id: string;
  /** Slack workspace or Discord guild. */
  tenant?: string;
  /** Other workspaces in which the same account may be named: of a Slack enterprise, whose account it is. */
  also?: readonly string[];
  name?: string;
  /** The platform's own groups that hold it: `slack-group:S0`, `discord-role:99`. */
  groups?: readonly Ref[];
  /** A full member of the connected workspace or guild: no guest, stranger or bot. Only then it is `anyone`. */
  member: boolean;
  /** Of the installed workspace, which a bare `slack:U1` means; every member is, a guest may be. */
  home?: boolean;
}

export interface Directory {
  people: readonly Person[];
  groups: readonly Group[];
  /** The id of the person that the admin token acts as. */
  admin: string;
  person(id: string): Person | undefined;
  nameOf(id: string): string;
  /** The person an account is linked to. */
  ownerOf(account: Account | Ref): string | undefined;
  /** Every reference that a person (by id) or an account meets now. */
  refsOf(who: Account | string): ReadonlySet<Ref>;
  /** Whether settings and raisers may name it: accounts and platform groups always, the rest only if it is there. */
  knows(ref: Ref): boolean;
  /** What a reference stands for once groups are opened: people, accounts, platform groups, `anyone`. */
  members(ref: Ref): Ref[];
  /** The people a reference names: ids, and accounts that are linked to nobody. */
  expand(ref: Ref): string[];
}

export function makeDirectory({ people, groups, admin }: Pick<Settings, "people" | "groups" | "admin">): Directory {
  const byId = new Map(people.map((person) => [person.id, person]));
  const owners = new Map(people.flatMap((person) => accountsOf(person).map((ref) => [ref, person.id] as const)));
  const membersOf = new Map(groups.map((group) => [group.id, group.members]));
  const isPerson = (id: string) => byId.has(id) || id === admin || id === "admin";

  function ownerOf(account: Account | Ref): string | undefined {
    const names = typeof account === "string" ? [account] : namesOf(account);
    return names.map((name) => owners.get(name)).find((owner) => owner !== undefined);
  }

  function refsOf(who: Account | string): ReadonlySet<Ref> {
    const refs = new Set<Ref>(typeof who === "string" ? [] : refsOfAccount(who));
    const id = typeof who === "string" ? who : ownerOf(who);
    if (id?.includes(":")) refs.add(id);
    else if (id !== undefined && isPerson(id)) {
      refs.add(`person:${id}`);
      for (const ref of accountsOf(byId.get(id))) refs.add(ref);
      if (id === admin) refs.add("admin").add("person:admin");
    }
    return withGroups(refs);
  }

  /** Groups hold groups, so that one more may be met through each that was added. */
  function withGroups(refs: Set<Ref>): Set<Ref> {
    for (let size = -1; size !== refs.size; ) {
      size = refs.size;
      for (const { id, members } of groups) if (members.some((member) => refs.has(member))) refs.add(`group:${id}`);
    }
    return refs;
  }

  function members(ref: Ref, opened = new Set<Ref>()): Ref[] {
    if (!ref.startsWith("group:")) return [ref];
    if (opened.has(ref)) return [];
    opened.add(ref);
    const inside = membersOf.get(ref.slice("group:".length)) ?? [];
    return [...new Set(inside.flatMap((member) => members(member, opened)))];
  }

  function expand(ref: Ref): string[] {
    const ids = members(ref).flatMap((member) => {
      if (member === "admin" || member === "person:admin") return [admin];
      if (member.startsWith("person:")) return isPerson(idOf(member)) ? [idOf(member)] : [];
      return isAccount(member) ? [ownerOf(member) ?? member] : [];
    });
    return [...new Set(ids)];
  }

  return {
    people,
    groups,
    admin,
    person: (id) => byId.get(id),
    nameOf: (id) => byId.get(id)?.name ?? id,
    ownerOf,
    refsOf,
    knows(ref) {
      if (ref.startsWith("person:")) return isPerson(idOf(ref));
      if (ref.startsWith("group:")) return membersOf.has(ref.slice("group:".length));
      // Nobody acts through e-mail itself: an address that is linked to nobody would name nobody.
      return !ref.startsWith("email:") || ownerOf(ref) !== undefined;
    },
    members: (ref) => members(ref),
    expand,
  };
}

/** A person's own accounts as references, as the settings write them; e-mail in lower case. */
export function accountsOf(person: Person | undefined): Ref[] {
  const refs: Ref[] = [];
  if (person?.slack !== undefined) refs.push(`slack:${person.slack}`);
  if (person?.discord !== undefined) refs.push(`discord:${person.discord}`);
  if (person?.email !== undefined) refs.push(`email:${person.email.toLowerCase()}`);
  return refs;
}

/** Names one account or address, whoever it is linked to. */
export function isAccount(ref: Ref): boolean {
  return /^(slack|discord|email):/.test(ref);
}

/** The account as a person of its own, for whom the settings do not link. */
export function accountRef({ platform, id, tenant }: Account): Ref {
  return platform === "slack" && tenant !== undefined ? `slack:${tenant}/${id}` : `${platform}:${id}`;
}

function namesOf(account: Account): Ref[] {
  if (account.platform !== "slack") return [accountRef(account)];
  const also = (account.also ?? []).map((tenant) => accountRef({ ...account, tenant }));
  const isHome = account.home ?? account.member;
  return [...new Set([accountRef(account), ...also, ...(isHome ? [`slack:${account.id}`] : [])])];
}

function refsOfAccount(account: Account): Ref[] {
  const own = account.platform === "slack" ? "slack-group:" : "discord-role:";
  const groups = (account.groups ?? []).filter((ref) => ref.startsWith(own));
  return [...namesOf(account), ...groups, ...(account.member ? ["anyone"] : [])];
}

function idOf(ref: Ref): string {
  return ref.slice("person:".length);
}
