/**
 * SMTP. What the server refuses for good is a result, what it puts off is thrown to be tried again, and a server that
 * is away or asks for less than it should (no TLS) is told apart from both. Nothing is sent in the clear but to this
 * machine. The only file that imports the mail library.
 */
import { createTransport } from "nodemailer";
import { NotYet, type Undeliverable } from "../../../src/ports.ts";
import type { EmailSettings } from "../../../src/settings.ts";
import { oneLine } from "../../../src/text.ts";
import type { Letter } from "./render.ts";
import type { Threaded } from "./thread.ts";

export type WireSettings = Pick<EmailSettings, "host" | "port" | "tls" | "login" | "from"> & {
  /** Of certificates that are trusted besides those of Node. */
  ca?: string;
};

export interface Wire {
  send(to: { name: string; address: string }, letter: Letter, thread: Threaded | null): Promise<Undeliverable | null>;
  /** Connects and signs in; throws what is in the way. */
  check(): Promise<void>;
  stop(): void;
}

/** Below the relay's lease in all, so that a mail under way is not begun again elsewhere. */
const CONNECT_MS = 8_000;
const SILENCE_MS = 15_000;
/** Ms until a server that is away is asked again, with a little chance in it. */
const OUTAGE_PAUSE = 30_000;
/** Servers count connections of one sender, and refuse too many. */
const CONNECTIONS = 3;

export function connect({ host, port, tls, login, from, ca }: WireSettings): Wire {
  const transporter = createTransport({
    ...{ pool: true, maxConnections: CONNECTIONS, maxRequeues: 0 },
    ...{ host, port, secure: tls === "implicit", requireTLS: tls === "starttls", ignoreTLS: tls === "none" },
    ...(login === undefined ? {} : { auth: { user: login.user, pass: login.password } }),
    ...{
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      dnsTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
    },
    // Whatever a mail may hold, it is no reason to read files or addresses.
    ...{ disableFileAccess: true, disableUrlAccess: true },
    tls: { minVersion: "TLSv1.2", ...(ca === undefined ? {} : { ca }) },
  });
  return {
    async send(to, { subject, text, html }, thread) {
      try {
        await transporter.sendMail({
          from,
          to,
          envelope: { from: from.address, to: [to.address] },
          ...{ subject, text, html },
          ...(thread === null ? {} : { messageId: thread.messageId }),
          ...(thread === null || thread.references.length === 0
            ? {}
            : { references: thread.references, inReplyTo: thread.references.at(-1) ?? "" }),
          xMailer: false,
          // So that out-of-office notes and other programs do not answer (RFC 3834).
          headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
        });
        return null;
      } catch (error) {
        return refusalOf(error);
      }
    },
    async check() {
      await transporter.verify();
    },
    stop: () => transporter.close(),
  };
}

/** For good, or thrown: to be tried again as a failure, or later because nobody is there. */
export function refusalOf(error: unknown): Undeliverable {
  const { code, status } = faultOf(error);
  if (code === "ETLS")
    return never(
      "the mail server offers no encryption (STARTTLS), so nothing was sent to it; use smtps:// if it has that",
    );
  if (code === "EAUTH" && (status === undefined || status >= 500))
    return never(`the mail server does not take the user and password of HITL_SMTP_URL (${saidBy(error)})`);
  if (status !== undefined && status >= 500) return never(`the mail server refuses it: ${saidBy(error)}`);
  if (status !== undefined) throw new Error(`the mail server puts it off: ${saidBy(error)}`, { cause: error });
  if (code !== undefined && AWAY.includes(code)) throw new NotYet(OUTAGE_PAUSE * (0.75 + Math.random() / 2));
  throw error;
}

const AWAY = ["ECONNECTION", "ETIMEDOUT", "ESOCKET", "EDNS"];

export function faultOf(error: unknown): { code: string | undefined; status: number | undefined } {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  return {
    code: typeof code === "string" ? code : undefined,
    status: typeof responseCode === "number" ? responseCode : undefined,
  };
}

/** The server's own line; it may say anything. */
function saidBy(error: unknown): string {
  const { response, message } = error as { response?: unknown; message?: unknown };
  return oneLine(String(response ?? message ?? error), 200);
}

function never(reason: string): Undeliverable {
  return { type: "undeliverable", reason };
}
