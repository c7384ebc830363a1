/**
 * Where a checkpoint is shown: the places of its route, as conversations that cards are posted to. Mail goes to people:
 * `email` to whoever may decide, `email:…` to whom it names; an agent may send it to nobody who has no part in it.
 */
import { type Refusal, refuse } from "../card.ts";
import type { Checkpoint, Placement, Ref } from "../checkpoint.ts";
import { type House, READING_CHANNELS } from "../house.ts";
import type { RaiseRequest } from "../request.ts";
import { splitPlace } from "./small.ts";
import { type Asked, hasAddress, MAIL, mailRef, waitingFor } from "./telling.ts";

export function routeOf(
  request: RaiseRequest,
  ofPolicy: readonly string[] | undefined,
  previous: Checkpoint | null,
  asked: Asked,
  house: House,
): string[] | Refusal {
  const route = [...new Set(request.route ?? previous?.route ?? ofPolicy ?? house.route)];
  const unknown = route.findIndex((place) => !isConfigured(place, house));
  if (unknown >= 0) {
    const known = ["web", ...house.channels].join(", ");
    return misled(unknown, "its channel is not set up", `is in no channel that is set up here (there are: ${known}).`);
  }
  const settled = new Set([...(ofPolicy ?? []), ...house.route]);
  const stranger = route.findIndex((place) => !settled.has(place) && !hasPart(place, asked, house));
  if (stranger < 0) return route;
  return misled(
    stranger,
    "is neither an approver nor whoever asked",
    "is not the mail of an approver or of whoever asked; only a policy may send mail to others.",
  );

  function misled(index: number, message: string, sentence: string): Refusal {
    return refuse("unknown_route", `"${route[index]}" ${sentence}`, [{ pointer: `/route/${index}`, message }]);
  }
}

function isConfigured(place: string, house: House): boolean {
  const channel = place.split(":")[0] ?? "";
  return READING_CHANNELS.has(channel) || (house.channels.has(channel) && (place.includes(":") || place === MAIL));
}

/** A title may not be sent to whatever address an agent likes. */
function hasPart(place: string, { approvers, requesters }: Asked, house: House): boolean {
  const split = splitPlace(place);
  if (split?.channel !== MAIL) return true;
  const involved = new Set([...approvers, ...requesters].flatMap((ref) => house.singles(ref)));
  const named = house.singles(mailRef(split.conversation));
  return named.length > 0 && named.every((single) => involved.has(single));
}

export function placementsOf(route: readonly string[], asked: Asked, house: House): Placement[] {
  const places = route.flatMap((place) => {
    const split = splitPlace(place);
    const channel = split?.channel ?? place;
    if (!house.channels.has(channel)) return [];
    if (channel === MAIL) return mailboxes(split?.conversation ?? null, asked, house);
    return split === null ? [] : [split];
  });
  const own = new Map(places.map((place) => [`${place.channel}:${place.conversation}`, place]));
  return [...own.values()].map((place) => ({ ...place, state: "queued" }));
}

/** A person under one name, however they were written; what is no person's address stays an address. */
function mailboxes(
  conversation: string | null,
  asked: Asked,
  house: House,
): Pick<Placement, "channel" | "conversation">[] {
  const to = conversation === null ? mailedApprovers(asked, house) : namedIn(conversation, house);
  return to.map((each) => ({ channel: MAIL, conversation: each }));
}

/** Nobody with an address: a mailbox that cannot be reached says so, where silence would not. */
function mailedApprovers(asked: Asked, house: House): Ref[] {
  const people = waitingFor(asked, house).singles.filter((ref) => hasAddress(ref, house));
  return people.length === 0 ? ["approvers"] : people;
}

function namedIn(conversation: string, house: House): Ref[] {
  const people = house.singles(mailRef(conversation));
  return people.length === 0 ? [conversation] : people;
}
