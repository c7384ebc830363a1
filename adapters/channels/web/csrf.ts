/**
 * Whether a POST comes from one of our own pages: by what the browser says about where it was sent from, which no page
 * can forge, and by the token that the forms of a session carry.
 */
import { timingSafeEqual } from "node:crypto";

export interface Sender {
  host: string | undefined;
  origin: string | undefined;
  /** Sec-Fetch-Site: sent to https and loopback addresses only. */
  site: string | undefined;
}

/** A browser that says neither is too old to be trusted with decisions. */
export function isOwnForm({ host, origin, site }: Sender, baseUrl: string): boolean {
  if (site !== undefined) return site === "same-origin";
  if (origin === undefined || origin === "null" || !URL.canParse(origin)) return false;
  // Behind a proxy the host that we are called by may be another one than the browser's.
  return origin === new URL(baseUrl).origin || new URL(origin).host === host;
}

export function isSame(given: string | undefined, right: string): boolean {
  const [a, b] = [Buffer.from(given ?? ""), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
