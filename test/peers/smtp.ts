/** A real mail server of the tests' own, on a free port: keeps what it is given, and refuses what it is told to. */
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";

export const CERTIFICATE = join(import.meta.dirname, "../adapters/agents/webhook/tls/cert.pem");
const KEY = join(import.meta.dirname, "../adapters/agents/webhook/tls/key.pem");

export interface Mail {
  from: string;
  to: string;
  /** As it came over the wire. */
  raw: string;
  parsed: Email;
  /** Whether the connection was encrypted, and who had signed in. */
  secure: boolean;
  user: string | undefined;
}

export interface SmtpPeer {
  port: number;
  mails: readonly Mail[];
  /** Once there are so many; what comes is taken in the order of its arrival. */
  until(count: number): Promise<readonly Mail[]>;
  /** How many times somebody connected, and how many mails were begun. */
  connections(): number;
  begun(): number;
  end(): Promise<void>;
}

export interface SmtpOptions {
  port?: number;
  /** `implicit`: TLS from the start; `none`: no TLS at all. */
  tls?: "implicit" | "starttls" | "none";
  login?: { user: string; password: string };
  /** What to answer to a recipient, a mail that was begun or its content, instead of taking it. */
  refuse?: (address: string, at: "to" | "data", attempt: number) => { code: number; text: string } | undefined;
  /** Takes the mail and cuts the connection before it says so. */
  cut?: (attempt: number) => boolean;
}

export async function startSmtp(options: SmtpOptions = {}): Promise<SmtpPeer> {
  const { tls = "none", login, refuse, cut } = options;
  const mails: Mail[] = [];
  const waiting: { count: number; resolve: (mails: Mail[]) => void }[] = [];
  let connections = 0;
  let begun = 0;

  const fault = (answer: { code: number; text: string } | undefined) =>
    answer === undefined ? null : Object.assign(new Error(answer.text), { responseCode: answer.code });

  const server = new SMTPServer({
    secure: tls === "implicit",
    disabledCommands: [...(tls === "none" ? ["STARTTLS"] : []), ...(login === undefined ? ["AUTH"] : [])],
    allowInsecureAuth: true,
    ...(tls === "none" ? {} : { key: readFileSync(KEY), cert: readFileSync(CERTIFICATE) }),
    authOptional: login === undefined,
    closeTimeout: 200,
    onConnect(_session, done) {
      connections += 1;
      done();
    },
    onAuth(auth, _session, done) {
      const known = auth.username === login?.user && auth.password === login?.password;
      if (known) done(null, { user: auth.username ?? "" });
      else done(Object.assign(new Error("Authentication credentials invalid"), { responseCode: 535 }));
    },
    onRcptTo({ address }, _session, done) {
      begun += 1;
      done(fault(refuse?.(address, "to", begun)));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", async () => {
        const raw = Buffer.concat(chunks).toString("utf8");
        const { mailFrom, rcptTo } = session.envelope;
        const to = rcptTo.map(({ address }) => address).join(",");
        const refused = fault(refuse?.(to, "data", begun));
        if (refused !== null) return done(refused);
        mails.push({
          from: mailFrom === false ? "" : mailFrom.address,
          ...{ to, raw, parsed: await PostalMime.parse(raw), secure: session.secure },
          user: session.user === undefined ? undefined : String(session.user),
        });
        for (const { count, resolve } of waiting) if (mails.length >= count) resolve(mails);
        if (cut?.(begun)) {
          const connection = [...(server.connections as Set<{ _socket: { destroy(): void } }>)].at(-1);
          return connection?._socket.destroy();
        }
        done();
      });
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", () => resolve()));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    until(count) {
      const { promise, resolve } = Promise.withResolvers<Mail[]>();
      if (mails.length >= count) resolve(mails);
      else waiting.push({ count, resolve });
      return promise;
    },
    connections: () => connections,
    begun: () => begun,
    end: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
