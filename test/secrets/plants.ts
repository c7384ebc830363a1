/**
 * Secrets as they get into what agents send, each of its own: how it is written in a text, how it stands as a member,
 * and the part of it by which it would be known again wherever it turned up.
 */
export interface Plant {
  kind: string;
  /** Where it was put. */
  place: string;
  /** What must be found nowhere. */
  core: string;
  /** As it is written in a sentence. */
  text: string;
  /** As a member of an object. */
  member: [name: string, value: string | number];
}

type Random = () => number;

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";
const ALNUM = LOWER + LOWER.toUpperCase() + DIGITS;

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function drawn(random: Random, length: number, from = ALNUM): string {
  return Array.from({ length }, () => from[Math.floor(random() * from.length)]).join("");
}

/** Drawn with a digit and both cases in it, as generated passwords are. */
function password(random: Random, length = 16): string {
  return `${drawn(random, 1, LOWER)}${drawn(random, 1, DIGITS)}${drawn(random, 1, LOWER.toUpperCase())}${drawn(random, length - 3)}`;
}

function card(random: Random): string {
  const body = `4${drawn(random, 14, DIGITS)}`;
  const sum = [...body].reduce((all, digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 2 : 1);
    return all + (value > 9 ? value - 9 : value);
  }, 0);
  return body + ((10 - (sum % 10)) % 10);
}

function ssn(random: Random): string {
  const area = 100 + Math.floor(random() * 500);
  return `${area}-${10 + Math.floor(random() * 89)}-${1_000 + Math.floor(random() * 8_999)}`;
}

type Made = Pick<Plant, "core" | "text" | "member">;

/** Known by its own form: it may stand anywhere, under any name. */
const formed = (secret: string, core = secret, name = "note"): Made => ({
  core,
  text: `use ${secret} for it`,
  member: [name, secret],
});
/** Known by the name that it stands under alone. */
const named = (name: string, secret: string, text: string): Made => ({ core: secret, text, member: [name, secret] });

export const MAKERS: Record<string, (random: Random) => Made> = {
  github: (random) => formed(`ghp_${drawn(random, 36)}`),
  gitlab: (random) => formed(`glpat-${drawn(random, 20)}`),
  slack: (random) => formed(`xoxb-${drawn(random, 12, DIGITS)}-${drawn(random, 24)}`),
  openai: (random) => formed(`sk-proj-${password(random, 40)}`),
  anthropic: (random) => formed(`sk-ant-api03-${password(random, 40)}`),
  stripe: (random) => formed(`sk_live_${drawn(random, 24)}`),
  aws: (random) => formed(`AKIA${drawn(random, 16, LOWER.toUpperCase() + DIGITS)}`),
  google: (random) => formed(`AIza${drawn(random, 35)}`),
  npm: (random) => formed(`npm_${drawn(random, 36)}`),
  sendgrid: (random) => formed(`SG.${drawn(random, 22)}.${drawn(random, 43)}`),
  telegram: (random) => formed(`${drawn(random, 9, "123456789")}:AA${drawn(random, 33)}`),
  jwt: (random) => formed(`eyJ${drawn(random, 20)}.eyJ${drawn(random, 40)}.${drawn(random, 43)}`),
  private_key: (random) => {
    const core = drawn(random, 64);
    return formed(`-----BEGIN PRIVATE KEY-----\n${core}\n-----END PRIVATE KEY-----`, core);
  },
  webhook: (random) => {
    const core = `T${drawn(random, 8, DIGITS)}/B${drawn(random, 8, DIGITS)}/${drawn(random, 24)}`;
    return formed(`https://hooks.slack.com/services/${core}`, core);
  },
  bearer: (random) => {
    const core = password(random, 30);
    return { core, text: `curl -H "Authorization: Bearer ${core}" it`, member: ["Authorization", `Bearer ${core}`] };
  },
  userinfo: (random) => {
    const core = password(random);
    return formed(`postgres://app:${core}@db.internal/main`, core);
  },
  query: (random) => {
    const core = password(random);
    return formed(`https://api.example.com/v1?user=7&access_token=${core}&page=2`, core);
  },
  card: (random) => formed(card(random)),
  card_number: (random) => {
    const core = card(random);
    return { core, text: `charge ${core}`, member: ["account", Number(core)] };
  },
  ssn: (random) => formed(ssn(random)),
  ssn_digits: (random) => {
    const core = ssn(random).replaceAll("-", "");
    return { core, text: `SSN: ${core}`, member: ["ssn", Number(core)] };
  },
  password: (random) => {
    const core = password(random);
    return named("db_password", core, `DB_PASSWORD=${core} in the environment`);
  },
  api_key: (random) => {
    const core = password(random, 24);
    return named("openaiApiKey", core, `the apiKey: "${core}" is new`);
  },
  flag: (random) => {
    const core = password(random);
    return named("client-secret", core, `deploy --client-secret ${core} --now`);
  },
  yaml: (random) => {
    const core = password(random);
    return named("refresh_token", core, `refresh_token: ${core}`);
  },
  hidden_key: (random) => formed(`rk_live_${drawn(random, 24)}`),
};

/** One of each kind in each place, no two alike. */
export function plantsIn(places: readonly string[], seed: number): Plant[] {
  const random = randomOf(seed);
  return places.flatMap((place) => Object.entries(MAKERS).map(([kind, make]) => ({ kind, place, ...make(random) })));
}

/** Spellings in which it might turn up: as it is, and in hexadecimal or base64 at any of the three offsets. */
export function spellings(core: string): string[] {
  const bytes = Buffer.from(core);
  const shifted = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    return text.slice(offset === 0 ? 0 : 4, -2);
  });
  return [core, encodeURIComponent(core), bytes.toString("hex"), ...shifted.filter((text) => text.length >= 12)];
}

const HEAD = 8;

/** Those that are in a text, however they are spelled: all are looked for in one go. */
export function plantsFound(content: string, plants: readonly Plant[]): Set<Plant> {
  const byHead = new Map<string, [spelling: string, plant: Plant][]>();
  for (const plant of plants)
    for (const spelling of spellings(plant.core)) {
      const head = spelling.slice(0, HEAD);
      byHead.set(head, [...(byHead.get(head) ?? []), [spelling, plant]]);
    }
  const found = new Set<Plant>();
  for (let at = 0; at + HEAD <= content.length; at += 1)
    for (const [spelling, plant] of byHead.get(content.slice(at, at + HEAD)) ?? [])
      if (content.startsWith(spelling, at)) found.add(plant);
  return found;
}
