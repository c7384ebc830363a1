/** Working hours: reminders and rungs wait for somebody's day to begin; expiry never waits. */
import type { Person } from "../settings.ts";

const MINUTE = 60_000;
const DAY = 1_440;

/** The first moment at or after `at` when at least one of them works; `at` itself where nobody has hours. */
export function workingMoment(people: readonly Person[], at: number): number {
  const moments = people.map((person) => momentOf(person, at));
  return moments.length === 0 ? at : Math.min(...moments);
}

function momentOf({ hours, zone }: Person, at: number): number {
  if (hours === undefined) return at;
  let moment = at;
  // Twice, because a change of summer time in between moves the local clock.
  for (let pass = 0; pass < 2; pass += 1) {
    const local = localMinute(moment, zone ?? "UTC");
    if (isWithin(local, hours)) return moment;
    const wait = (hours.from - local + DAY) % DAY;
    moment = Math.floor(moment / MINUTE) * MINUTE + wait * MINUTE;
  }
  return moment;
}

function isWithin(minute: number, { from, to }: { from: number; to: number }): boolean {
  return from <= to ? from <= minute && minute < to : minute >= from || minute < to;
}

function localMinute(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const [hour = 0, minute = 0] = parts.format(at).split(":").map(Number);
  return hour * 60 + minute;
}
