/**
 * Markup that cannot be broken out of: whatever is put into a template is made visible and escaped, unless it is
 * markup itself. The only file that knows the template library.
 */
import { raw, html as tag } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { visible } from "../../../src/text.ts";

export type Html = HtmlEscapedString;
export type Content = Html | string | number | boolean | null | undefined | readonly Content[];

export function html(strings: TemplateStringsArray, ...values: Content[]): Html {
  // Nothing here is a promise, so neither is what comes back.
  return tag(strings, ...values.map(seen)) as Html;
}

function seen(value: Content): Content {
  if (typeof value === "string") return visible(value);
  return Array.isArray(value) ? value.map(seen) : value;
}

/** Escaped, but to the character what it is: for the values that forms hand back. */
export function asSent(text: string): Html {
  return tag`${text}` as Html;
}

/** An attribute that stands there or does not. */
export function when(on: boolean | undefined, attribute: "checked" | "selected" | "open" | "autofocus"): Html {
  return raw(on ? ` ${attribute}` : "");
}

/** Markup of our own making, from constants only. */
export function own(markup: string): Html {
  return raw(markup);
}

export const nothing: Html = raw("");
