/** `POST /v1/links`: the admin lets a person into the web inbox. */

import type { Handler } from "../../../src/http/frame.ts";
import { answer, trouble } from "../../../src/http/problem.ts";
import { noQuery, readQuery } from "../../../src/http/query.ts";
import { sent } from "../../../src/http/sent.ts";
import type { Links } from "../../../src/links.ts";
import { linkRequest } from "../../../src/request.ts";
import { iso } from "../../../src/time.ts";

export function linkHandler(links: Pick<Links, "issue"> | undefined, bodyDeadline: number): Handler {
  return async (call, caller) => {
    const query = readQuery(call.req.url, noQuery);
    if (query.type === "refused") return query;
    if (caller.role !== "admin") return trouble("forbidden", "Sign-in links are the admin's to hand out.");
    const checked = await sent(call, linkRequest, bodyDeadline);
    if (checked.type === "refused") return checked;
    if (links === undefined) return trouble("not_found", "This bot has no web inbox to sign in to.");
    const issued = await links.issue(checked.value.person);
    if (issued.type === "refused") return issued;
    const { person, url, expires_at } = issued;
    return answer({ person, url, expires_at: iso(expires_at) }, 201);
  };
}
