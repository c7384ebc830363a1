/** E-mail against a real server, with a desk behind it whose clock is turned by hand. */
import { type EmailParts, makeEmail } from "../../../../adapters/channels/email/index.ts";
import type { WireSettings } from "../../../../adapters/channels/email/transport.ts";
import { openMemory } from "../../../../adapters/stores/memory/index.ts";
import { makeDirectory } from "../../../../src/policy/directory.ts";
import type { Policy } from "../../../../src/policy/policy.ts";
import type { Channel } from "../../../../src/ports.ts";
import { office } from "../../../office.ts";
import { type SmtpOptions, startSmtp } from "../../../peers/smtp.ts";

export const NOON = Date.parse("2026-11-20T10:00:00.000Z");

export const PEOPLE = [
  { id: "alice", name: "Alice", email: "alice@example.com" },
  { id: "bob", name: "Bob", slack: "T1/U0BOB", email: "bob@example.com" },
  { id: "carol", name: 'Carol "CC" <Ops>', email: "carol@example.com" },
  { id: "dave", name: "Dave" },
  { id: "erin", name: "Erin", email: "erin@example.com", zone: "Australia/Brisbane", hours: { from: 540, to: 1_080 } },
];

export interface PostOptions {
  smtp?: SmtpOptions;
  settings?: Partial<WireSettings>;
  policies?: Policy[];
  /** Other channels beside it. */
  channels?: Channel[];
  route?: string[];
  links?: boolean;
}

export async function post(options: PostOptions = {}) {
  const smtp = await startSmtp(options.smtp);
  let now = NOON;
  const opened = openMemory({ clock: () => now });
  const directory = makeDirectory({ people: PEOPLE, groups: [], admin: "admin" });
  const reports: string[] = [];
  const states: boolean[] = [];
  const parts: EmailParts = {
    ...{ directory, shelf: opened.shelf, key: Buffer.alloc(32, 3), clock: opened.clock },
    record: async (id) => (await opened.store.read(id))?.record,
    ...{ baseUrl: "https://hitl.example.com", links: options.links ?? true },
    report: (what) => reports.push(what),
    onState: (up) => states.push(up),
  };
  const from = { name: "hitl-bot", address: "hitl@bot.example" };
  const settings: WireSettings = { host: "127.0.0.1", port: smtp.port, tls: "none", from, ...options.settings };
  const email = makeEmail(settings, parts);
  const bot = office(opened, {
    people: PEOPLE,
    channels: [email, ...(options.channels ?? [])],
    policies: options.policies ?? [],
    route: options.route ?? ["email"],
  });
  return {
    ...{ smtp, opened, email, bot, reports, states, parts, settings },
    to: () => smtp.mails.map(({ to, parsed }) => `${to}: ${parsed.text?.split("\n")[0]}`),
    pass(ms: number) {
      now += ms;
    },
    async end() {
      await email.stop();
      await smtp.end();
    },
  };
}

export type Post = Awaited<ReturnType<typeof post>>;

export async function withPost(options: PostOptions, work: (post: Post) => Promise<void>): Promise<void> {
  const here = await post(options);
  try {
    await work(here);
  } finally {
    await here.end();
  }
}
