/**
 * `doctor email`: the way from the settings of this folder to a mail server that lets us in. No mail is sent; the
 * password goes to the server and nowhere else.
 */
import type { EmailSettings } from "../settings.ts";
import { type Check, good, hint, wrong } from "./check.ts";

export interface LocalEmail {
  settings: EmailSettings;
  /** Whether links lead anywhere from where people read their mail. */
  linked: boolean;
}

/** What is in the way, in a sentence; null: nothing. */
export type MailTrouble = (settings: EmailSettings) => Promise<string | null>;

const HOW = {
  implicit: "encrypted from the start",
  starttls: "encrypted by STARTTLS",
  none: "unencrypted, on this machine",
} as const;

export async function emailChecks(local: LocalEmail | undefined, troubleOf: MailTrouble): Promise<Check[]> {
  if (local === undefined)
    return [wrong("email", "HITL_SMTP_URL is not set; set it and HITL_MAIL_FROM, see docs/email.md")];
  const { settings, linked } = local;
  const { host, port, tls, login, from, to } = settings;
  const trouble = await troubleOf(settings);
  const asWhom = login === undefined ? "without signing in" : `as ${login.user}`;
  return [
    trouble === null
      ? good("server", `${host}:${port} lets us in ${asWhom}, ${HOW[tls]}`)
      : wrong("server", `${host}:${port}: ${trouble}; look at HITL_SMTP_URL and the way out of here`),
    good("sender", `${from.name} <${from.address}>; SPF and DKIM of its domain must know this server`),
    to.length === 0
      ? hint("route", "HITL_MAIL_TO is not set: only what names email in its route is mailed")
      : good(
          "route",
          `by default ${to.map((place) => (place === "email" ? "the approvers" : place.slice(6))).join(", ")}`,
        ),
    linked
      ? good("links", "lead to the inbox")
      : hint("links", "HITL_BASE_URL is of this machine alone: mails show no link"),
  ];
}
