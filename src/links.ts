/**
 * One-time links into the web inbox: printed at the start, handed out by the admin, made for whoever presses "Open in
 * browser". The shelf keeps a link's hash only. Looking at a link (as previews do) leaves it whole; taking it uses it up.
 */
import { createHash, randomBytes } from "node:crypto";
import { type Refusal, refuse } from "./card.ts";
import type { Directory } from "./policy/directory.ts";
import type { Clock, Shelf } from "./ports.ts";
import { oneLine } from "./text.ts";

export interface Link {
  person: string;
  /** Where it leads, a path of the inbox. */
  to: string;
  expires_at: number;
}

export interface Issued {
  type: "link";
  person: string;
  url: string;
  expires_at: number;
}

export interface Links {
  /** For a person of the settings, by id; `ttl` in ms. */
  issue(person: string, options?: { ttl?: number; to?: string }): Promise<Issued | Refusal>;
  look(token: string): Promise<Link | undefined>;
  /** Of several callers one gets it. */
  take(token: string): Promise<Link | undefined>;
}

export const LINK_TTL = 10 * 60_000;
/** Of the link that the start prints: nobody may be looking at that moment. */
export const START_TTL = 24 * 3_600_000;

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export interface LinkParts {
  shelf: Shelf;
  clock: Clock;
  directory: Pick<Directory, "person" | "admin">;
  baseUrl: string;
}

export function makeLinks({ shelf, clock, directory, baseUrl }: LinkParts): Links {
  return {
    async issue(given, { ttl = LINK_TTL, to = "/" } = {}) {
      const id = given.replace(/^person:/, "");
      const person = id === "admin" ? directory.admin : id;
      if (person !== directory.admin && directory.person(person) === undefined) return unknown(given);
      const token = randomBytes(32).toString("base64url");
      const link: Link = { person, to, expires_at: clock() + ttl };
      await shelf.set(keyOf(token), JSON.stringify(link), ttl);
      return { type: "link", person, url: `${baseUrl}/sign-in/${token}`, expires_at: link.expires_at };
    },
    look: async (token) => (TOKEN.test(token) ? read(await shelf.get(keyOf(token))) : undefined),
    take: async (token) => (TOKEN.test(token) ? read(await shelf.take(keyOf(token))) : undefined),
  };
}

function unknown(given: string): Refusal {
  const message = "is nobody under `people` of the settings; add them there, or write the id that stands there";
  return refuse("invalid_request", `"${oneLine(given, 100)}" ${message}.`, [{ pointer: "/person", message }]);
}

/** Whoever reads the shelf cannot sign in with what is there. */
function keyOf(token: string): string {
  return `link:${createHash("sha256").update(token).digest("base64url")}`;
}

function read(kept: string | undefined): Link | undefined {
  return kept === undefined ? undefined : JSON.parse(kept);
}
