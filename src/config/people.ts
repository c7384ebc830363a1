/** People, groups and the admin: ids that exist, accounts that belong to one person, groups that come to an end. */
import type { Ref } from "../checkpoint.ts";
import { accountsOf, type Directory, makeDirectory } from "../policy/directory.ts";
import { ref } from "../request.ts";
import type { Group, Person } from "../settings.ts";
import { nearest, suggest } from "./fault.ts";
import type { ConfigFile } from "./file.ts";
import type { Shape } from "./shape.ts";

const ID = /^[\w.@-]{1,100}$/;
const ID_FAULT = "must be an id of A-Z a-z 0-9 _ . @ -; put the name people see under `name`";

export function readPeople(shape: Shape, file: ConfigFile): Directory {
  const people = Object.entries(shape.people ?? {}).map(([id, person]) => readPerson(id, person ?? {}, file));
  checkAccounts(people, file);
  const ids = people.map((person) => person.id);
  const admin = readAdmin(shape.admin, ids, file);
  const groups = Object.entries(shape.groups ?? {}).map(([id, members]) => ({ id, members: members.map(memberOf) }));
  const directory = makeDirectory({ people, groups, admin });
  checkGroups(directory, file);
  return directory;
}

/** What is wrong with a reference, as the end of a sentence; `shown` is how to call it there. */
export function refFault(text: Ref, shown: string, directory: Directory): string | undefined {
  const ids = directory.people.map((person) => person.id);
  const names = directory.groups.map((group) => group.id);
  if (!ref.safeParse(text).success) {
    if (ids.includes(text)) return `${shown} needs to say what it is; write person:${text}`;
    if (names.includes(text)) return `${shown} needs to say what it is; write group:${text}`;
    return `${shown} is not a reference; write one like person:alice, group:sre, slack:U0ALICE, discord:1122, slack-group:S0SRE or discord-role:99`;
  }
  if (directory.knows(text)) return undefined;
  const [kind = "", id = ""] = text.split(":");
  if (kind === "group") return `${shown} is no group under \`groups\`${suggest(id, names, "; add it there")}`;
  if (kind === "person") return `${shown} is nobody under \`people\`${suggest(id, ids, "; add them there")}`;
  return `${shown} is no e-mail address under \`people\`; write it in lower case and link it to a person there`;
}

function readPerson(id: string, given: NonNullable<NonNullable<Shape["people"]>[string]>, file: ConfigFile): Person {
  const path = ["people", id];
  if (!ID.test(id)) file.fault(path, ID_FAULT);
  if (id === "anyone") file.fault(path, "is a word with a meaning of its own; choose another id");
  const { name, slack, discord, email, zone, hours } = given;
  if (zone !== undefined && !isZone(zone)) {
    const near = nearest(zone, Intl.supportedValuesOf("timeZone"));
    file.fault(
      [...path, "zone"],
      `is no time zone${near === undefined ? "; write one like Europe/Berlin" : `; did you mean ${near}?`}`,
    );
  }
  const [from, to] = hours?.split("-").map(minutes) ?? [];
  if (from !== undefined && from === to)
    file.fault([...path, "hours"], "begin and end at the same time; leave them out for all day");
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(slack === undefined ? {} : { slack }),
    ...(discord === undefined ? {} : { discord }),
    ...(email === undefined ? {} : { email: email.toLowerCase() }),
    ...(zone === undefined ? {} : { zone }),
    ...(from === undefined || to === undefined ? {} : { hours: { from, to } }),
  };
}

/** One account is one human. A bare Slack id may mean any workspace, so it clashes with the same id in each. */
function checkAccounts(people: readonly Person[], file: ConfigFile): void {
  const claims: { ref: Ref; id: string }[] = [];
  for (const person of people)
    for (const account of accountsOf(person)) {
      const [platform = ""] = account.split(":");
      const other = claims.find((claim) => claim.id !== person.id && isSameAccount(claim.ref, account));
      if (other !== undefined)
        file.fault(
          ["people", person.id, platform],
          `is already the account of ${other.id}; one account belongs to one person`,
        );
      claims.push({ ref: account, id: person.id });
    }
}

function isSameAccount(one: Ref, other: Ref): boolean {
  if (one === other) return true;
  const bare = (ref: Ref) => ref.replace(/^slack:[^/]*\//, "slack:");
  return bare(one) === bare(other) && (one === bare(one) || other === bare(other));
}

function readAdmin(admin: string | undefined, ids: readonly string[], file: ConfigFile): string {
  if (admin === undefined) return "admin";
  if (!ids.includes(admin)) {
    const bare = admin.replace(/^person:/, "");
    const cure = ids.includes(bare) ? `; write ${bare}` : suggest(bare, ids, "; add them there");
    file.fault(["admin"], `is nobody under \`people\`${cure}`);
  } else if (admin !== "admin" && ids.includes("admin"))
    file.fault(["people", "admin"], `is the person that ${admin} stands for under \`admin\`; choose another id`);
  return admin;
}

/** In a group a bare `alice` is a person. */
function memberOf(text: string): Ref {
  return ID.test(text) && text !== "anyone" ? `person:${text}` : text;
}

function checkGroups(directory: Directory, file: ConfigFile): void {
  const { groups } = directory;
  const names = groups.map((group) => group.id);
  for (const { id, members } of groups) {
    if (!ID.test(id)) file.fault(["groups", id], ID_FAULT);
    for (const [index, member] of members.entries()) {
      const path = ["groups", id, index];
      const shown = JSON.stringify(file.written(path));
      const bare = member.replace(/^person:/, "");
      if (member === "anyone") file.fault(path, `${shown} cannot be in a group; name it under \`approvers\` itself`);
      else if (!directory.knows(member) && names.includes(bare))
        file.fault(path, `${shown} is a group; write group:${bare}`);
      else {
        const fault = refFault(member, shown, directory);
        if (fault !== undefined) file.fault(path, fault);
      }
    }
    const round = roundOf(id, groups);
    // Told once, at the group of the round that stands first.
    if (round !== undefined && names.find((name) => round.includes(name)) === id)
      file.fault(["groups", id], `holds itself (${[...round, id].join(" → ")}); take one of them out`);
  }
}

/** The way from a group back to itself. */
function roundOf(start: string, groups: readonly Group[], way: string[] = [start]): string[] | undefined {
  const members = groups.find((group) => group.id === way.at(-1))?.members ?? [];
  for (const member of members.filter((each) => each.startsWith("group:"))) {
    const next = member.slice("group:".length);
    if (next === start) return way;
    const round = way.includes(next) ? undefined : roundOf(start, groups, [...way, next]);
    if (round !== undefined) return round;
  }
  return undefined;
}

/** Offsets like +02:00 are taken by Intl too, but know no summer time. */
function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return /^[A-Za-z]/.test(zone);
  } catch {
    return false;
  }
}

function minutes(time: string): number {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return hour * 60 + minute;
}
