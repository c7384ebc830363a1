/** Whether a Redis may hold checkpoints, asked once at the start. Each refusal is a sentence that says what to change. */
import { setTimeout as pause } from "node:timers/promises";
import { SettingsError } from "../../../src/config/fault.ts";
import { faultOf } from "./faults.ts";
import type { Client, Link } from "./link.ts";

export interface Address {
  /** For node-redis: without what only this program reads. */
  url: string;
  /** Host and port, for sentences: the whole may hold a password. */
  place: string;
  database: number;
  /** `?durability=none`: the operator accepts that a restart of Redis loses checkpoints. */
  durable: boolean;
  /** `?settings=confirmed`: where this user may ask neither INFO nor CONFIG, the operator has looked. */
  confirmed: boolean;
}

const OLDEST = [6, 2] as const;

export function addressOf(text: string): Address {
  const url = new URL(text);
  const known: Record<string, string> = { durability: "none", settings: "confirmed" };
  for (const [name, value] of url.searchParams)
    if (known[name] !== value)
      refuse(`unknown part "${name}=${value}" in its address; ?durability=none and ?settings=confirmed are known`);
  const durable = !url.searchParams.has("durability");
  const confirmed = url.searchParams.has("settings");
  url.search = "";
  if (!/^\/?\d*$/.test(url.pathname)) refuse("the path of its address is the number of a database, as in /0");
  const database = Number(url.pathname.slice(1));
  return { url: url.href, place: `${url.hostname}:${url.port || 6379}`, database, durable, confirmed };
}

/** Once Redis answers and is fit: what its operator should know, if anything. `patience`: ms that it may be unreachable. */
export async function checkServer(link: Link, address: Address, patience: number): Promise<string | undefined> {
  await reached(link, address, patience);
  const said = await settingsOf(link.client, address);
  const { place, durable, confirmed } = address;
  if (said === undefined) {
    if (confirmed) return undefined;
    refuse(
      `this user may ask ${place} neither INFO nor CONFIG. Make sure that its maxmemory-policy is noeviction, its ` +
        "appendonly yes and its appendfsync always, and add ?settings=confirmed to the address",
    );
  }
  const { version, role, cluster, policy, appendonly, fsync } = said;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    refuse(`${place} is Redis ${version}, and ${OLDEST.join(".")} is the oldest that will do. Update it`);
  if (cluster) refuse(`${place} belongs to a cluster, which this version cannot use. Name a Redis that stands alone`);
  if (role !== "master")
    refuse(`${place} is a replica, and what is written there is refused or lost. Name the primary`);
  if (policy !== "noeviction")
    refuse(
      `${place} throws data away when its memory is full (maxmemory-policy is ${policy}), which could be a pending ` +
        "checkpoint. Set `maxmemory-policy noeviction`",
    );
  if (durable && !appendonly)
    refuse(
      `${place} does not log what it is told (appendonly is no), so a restart would lose decisions. Set ` +
        "`appendonly yes`, or add ?durability=none to the address if that is acceptable",
    );
  if (!durable || fsync === undefined || fsync === "always") return undefined;
  if (fsync === "no")
    refuse(
      `${place} leaves it to the machine when its log reaches the disk (appendfsync is no), so half a minute of ` +
        "decisions could be lost. Set `appendfsync always`, or add ?durability=none to the address if that is acceptable",
    );
  return (
    `Redis at ${place} has appendfsync ${fsync}: when it is killed or loses its power, up to ${LOST_S} s of decisions ` +
    "are lost that were answered as recorded. Set `appendfsync always`"
  );
}

/** Redis answers before it has written to its log while a flush by the second is under way, but no longer than this. */
const LOST_S = 2;

interface Said {
  version: string;
  role: string;
  cluster: boolean;
  policy: string;
  appendonly: boolean;
  /** Undefined: INFO does not say, and this user may not ask CONFIG. */
  fsync: string | undefined;
}

/** Undefined: this user may not ask. */
async function settingsOf(client: Client, { place }: Address): Promise<Said | undefined> {
  const info = await within(client.sendCommand<string>(["INFO"]), place).catch(unlessForbidden);
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info ?? "")?.[1];
  const config = async (name: string) =>
    (await within(client.sendCommand<string[]>(["CONFIG", "GET", name]), place).catch(unlessForbidden))?.[1];
  const policy = field("maxmemory_policy") ?? (await config("maxmemory-policy"));
  const appendonly = field("aof_enabled") ?? (await config("appendonly"));
  if (policy === undefined || appendonly === undefined) return undefined;
  return {
    version: field("redis_version") ?? OLDEST.join("."),
    role: field("role") ?? "master",
    cluster: field("cluster_enabled") === "1",
    policy,
    appendonly: appendonly === "1" || appendonly === "yes",
    fsync: await config("appendfsync"),
  };
}

function unlessForbidden(error: unknown): undefined {
  if (error instanceof Error && /NOPERM|unknown command|not allowed|disabled/i.test(error.message)) return undefined;
  throw error;
}

const LOADING_MS = 60_000;
const LOOK_MS = 100;

/** A Redis that is still loading what it holds is waited for. */
async function reached(link: Link, { place }: Address, patience: number): Promise<void> {
  const end = performance.now() + patience;
  while (!(await link.ready(LOOK_MS))) {
    const { fault } = link;
    const words = fault?.message ?? "";
    if (/WRONGPASS|invalid username-password|invalid password/i.test(words))
      refuse(
        `${place} does not accept this user name and password. Check both in the address (redis://USER:PASSWORD@HOST)`,
      );
    if (/NOAUTH|AUTH.*called without any password/i.test(words)) refuse(authSentence(place, words));
    if (/ERR.*DB index/i.test(words))
      refuse(`${place} has no database of that number; leave the path of the address out`);
    if (performance.now() > end)
      refuse(
        `${place} cannot be reached (${words === "" ? "it accepts connections but does not answer" : words}). Check the address, and that Redis runs`,
      );
  }
  const loaded = performance.now() + LOADING_MS;
  for (;;) {
    const answer = await within(link.client.sendCommand(["PING"]), place).catch((error: unknown) => error);
    if (!(answer instanceof Error)) return;
    if (/NOAUTH/.test(answer.message)) refuse(authSentence(place, answer.message));
    if (/NOPERM/.test(answer.message)) return;
    if (faultOf(answer).type !== "passing") throw answer;
    if (performance.now() > loaded)
      refuse(`${place} is still loading its data after ${LOADING_MS / 1_000} s. Start again when it has`);
    await pause(LOOK_MS);
  }
}

function authSentence(place: string, words: string): string {
  return /NOAUTH/.test(words)
    ? `${place} wants a password. Name it in the address, as in redis://:PASSWORD@HOST`
    : `${place} has no password set, but the address names one. Leave it out, or set one there`;
}

const ANSWER_MS = 2_000;

async function within<T>(asked: Promise<T>, place: string): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      reject(
        new SettingsError([
          `HITL_STORE: ${place} accepts connections but does not answer. Check that Redis runs well.`,
        ]),
      ),
    ANSWER_MS,
  );
  try {
    return await Promise.race([asked, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function refuse(sentence: string): never {
  throw new SettingsError([`HITL_STORE: ${sentence}.`]);
}
