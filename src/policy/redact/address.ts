/** What stands in addresses: passwords in URLs, and e-mail addresses. */
import { ALNUM, classOf, is, runEnd } from "./letters.ts";
import { isRandom } from "./sealed.ts";
import type { Span } from "./span.ts";

const SCHEME = "://";
const authority = classOf(`${ALNUM}-._~%!$&'()*+,;=:@[]{}^|\\`);

/** `scheme://user:password@host`: the password, or what stands there alone when it is no name. */
export function userinfos(text: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(SCHEME); at >= 0; ) {
    const from = at + SCHEME.length;
    const end = runEnd(text, from, authority);
    const info = text.slice(from, Math.max(from, from + text.slice(from, end).lastIndexOf("@")));
    const host = from + info.length;
    if (info !== "") {
      const colon = info.indexOf(":");
      if (colon >= 0 && host > from + colon + 1 && !isReference(info.slice(colon + 1)))
        spans.push({ from: from + colon + 1, to: host });
      else if (colon < 0 && isRandom(info) && info.length >= 16) spans.push({ from, to: host });
    }
    at = text.indexOf(SCHEME, Math.max(end, from));
  }
  return spans;
}

/** A place for a secret, not a secret: `${DB_PASSWORD}`, `{{ password }}`, `***`. */
export function isReference(text: string): boolean {
  return text.length <= 100 && /^(\$\{[^{}]*\}|\{\{[^{}]*\}\}|\*+)$/.test(text);
}

const local = classOf(`${ALNUM}._%+-'`);
const domain = classOf(`${ALNUM}.-`);
/** RFC 5321, 4.5.3.1. */
const [LOCAL, DOMAIN] = [64, 255];

export function emails(text: string): Span[] {
  const spans: Span[] = [];
  for (let sign = text.indexOf("@"); sign >= 0; sign = text.indexOf("@", sign + 1)) {
    const last = spans.at(-1)?.to ?? 0;
    let from = sign;
    while (from > last && sign - from < LOCAL && is(local, text.charCodeAt(from - 1))) from -= 1;
    const host = text.slice(sign + 1, runEnd(text, sign + 1, domain, DOMAIN)).replace(/[.-]+$/, "");
    const top = host.slice(host.lastIndexOf(".") + 1);
    if (from < sign && host.includes(".") && /^[A-Za-z]{2,24}$/.test(top))
      spans.push({ from, to: sign + 1 + host.length });
  }
  return spans;
}
