/**
 * The environment's part of e-mail, and what policies may say of it. The address of the mail server holds a password:
 * it is never repeated in a sentence.
 */
import type { Directory } from "../policy/directory.ts";
import type { Policy } from "../policy/policy.ts";
import type { EmailSettings } from "../settings.ts";
import { type Env, isLoopback, type MAIL_VARIABLES } from "./environment.ts";
import { type Complain, suggest } from "./fault.ts";
import type { ConfigFile, Path } from "./file.ts";

const ADDRESS = /^[^\s@<>(),;:\\"[\]]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?$/;

/** Undefined where nothing of it is set, or once a fault was told. */
export function readEmail(env: Env, complain: Complain): EmailSettings | undefined {
  const set = (name: (typeof MAIL_VARIABLES)[number]) => env[name]?.trim() || undefined;
  const url = set("HITL_SMTP_URL");
  const from = set("HITL_MAIL_FROM");
  const to = (set("HITL_MAIL_TO") ?? "").split(",").map((each) => each.trim());
  if (url === undefined) {
    if (from !== undefined || set("HITL_MAIL_TO") !== undefined)
      complain(
        "HITL_SMTP_URL is not set, but other settings of e-mail are: set it as in smtps://user:password@smtp.example.com, or unset them.",
      );
    return undefined;
  }
  const server = serverOf(url, complain);
  const sender = senderOf(from, complain);
  const places = to.filter((each) => each !== "").map((each) => placeOf(each, complain));
  if (server === undefined || sender === undefined || places.includes(undefined)) return undefined;
  return { ...server, from: sender, to: [...new Set(places.filter((place) => place !== undefined))] };
}

function serverOf(
  text: string,
  complain: Complain,
): Pick<EmailSettings, "host" | "port" | "tls" | "login"> | undefined {
  const url = URL.parse(text);
  const like = "HITL_SMTP_URL must be an address like smtps://user:password@smtp.example.com:465 or smtp://…:587";
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === "") {
    complain(`${like}.`);
    return undefined;
  }
  if ((url.pathname !== "" && url.pathname !== "/") || url.search !== "" || url.hash !== "") {
    complain(`${like}, without a path or options; write special characters of the password as %XX.`);
    return undefined;
  }
  if ((url.username === "") !== (url.password === "")) {
    complain(`${like}, with both user and password, or with neither.`);
    return undefined;
  }
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const implicit = url.protocol === "smtps:";
  const login = url.username === "" ? undefined : loginOf(url);
  if (url.username !== "" && login === undefined) {
    complain("HITL_SMTP_URL has a % in user or password that is not followed by two digits; write it as %25.");
    return undefined;
  }
  return {
    host,
    port: url.port === "" ? (implicit ? 465 : 587) : Number(url.port),
    tls: implicit ? "implicit" : isLoopback(host) ? "none" : "starttls",
    ...(login === undefined ? {} : { login }),
  };
}

function loginOf({ username, password }: URL): EmailSettings["login"] | undefined {
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    return undefined;
  }
}

/** `hitl-bot <hitl@example.com>`, or the address alone. */
function senderOf(text: string | undefined, complain: Complain): EmailSettings["from"] | undefined {
  const like = "an address like hitl@example.com or hitl-bot <hitl@example.com>";
  if (text === undefined) {
    complain(`HITL_MAIL_FROM is not set, and mails need a sender: set it to ${like}.`);
    return undefined;
  }
  const [, name = "", address = ""] = /^(?:"?([^"<>\p{C}]{0,100}?)"? *<([^<>]*)>|.*)$/u.exec(text) ?? [];
  const bare = address === "" ? text : address;
  if (ADDRESS.test(bare)) return { name: address === "" ? "hitl-bot" : name.trim(), address: bare };
  complain(`HITL_MAIL_FROM must be ${like}.`);
  return undefined;
}

/** What stands in HITL_MAIL_TO, as a place of a route. */
function placeOf(text: string, complain: Complain): string | undefined {
  if (text === "approvers") return "email";
  if (ADDRESS.test(text)) return `email:${text.toLowerCase()}`;
  complain(`HITL_MAIL_TO: "${text}" must be approvers, or an address like team@example.com.`);
  return undefined;
}

/** What is wrong with a place in a policy, as the end of a sentence. */
export function mailFault(place: string, directory: Directory): string | undefined {
  if (place === "email" || !place.startsWith("email:")) return undefined;
  const to = place.slice("email:".length);
  const [kind = "", id = ""] = to.split(":");
  if (kind === "person" || kind === "group") {
    if (!directory.knows(to)) {
      const known = (kind === "person" ? directory.people : directory.groups).map((each) => each.id);
      return `names nobody under \`${kind === "person" ? "people" : "groups"}\`${suggest(id, known, "; add them there")}`;
    }
    const reached = directory.expand(to).some((each) => directory.person(each)?.email !== undefined);
    return reached ? undefined : `reaches nobody: there is no \`email\` in ${to} under \`people\`; add one there`;
  }
  if (!ADDRESS.test(to)) return "must be email, email:bob@example.com, email:person:bob or email:group:sre";
  return to === to.toLowerCase() ? undefined : "must be written in lower case";
}

export function checkMail(
  { route = [], fallback }: { route?: string[] | undefined; fallback?: string | undefined },
  path: Path,
  directory: Directory,
  file: ConfigFile,
): void {
  for (const [index, place] of route.entries()) {
    const fault = mailFault(place, directory);
    if (fault !== undefined) file.fault([...path, "route", index], fault);
  }
  const fault =
    fallback === "email" ? "must say to whom, as in email:ops@example.com" : mailFault(fallback ?? "", directory);
  if (fault !== undefined) file.fault([...path, "fallback"], fault);
}

/** A route that leads nowhere would refuse every raise under it. */
export function checkMailIsSet(
  policies: readonly Policy[],
  email: EmailSettings | undefined,
  complain: Complain,
): void {
  const isMail = (place: string | undefined) => place === "email" || place?.startsWith("email:");
  const names = policies
    .filter(({ route, fallback }) => route?.some(isMail) || isMail(fallback))
    .map(({ name }) => name);
  if (email === undefined && names.length > 0)
    complain(
      `HITL_SMTP_URL is not set, but ${names.map((name) => `"${name}"`).join(", ")} under \`policies\` goes by e-mail: set it, or take email out there.`,
    );
}
