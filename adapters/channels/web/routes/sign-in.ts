/** In by a one-time link: a GET shows it, only the POST takes it. What was typed before comes along. */
import type { Links } from "../../../../src/links.ts";
import type { MailLink } from "../../../../src/mail-links.ts";
import { unseal } from "../carry.ts";
import { linkPage, type SignIn, signInPage } from "../pages/sign-in.ts";
import { type Call, localPath, redirect, setCookie, type Visit } from "../transport.ts";
import type { Site } from "./site.ts";

export function mountSignIn(site: Site, links: Pick<Links, "look" | "take">, mailLink?: MailLink): void {
  const { app, transport, sessions, directory, decide, clock, key, baseUrl, person } = site;
  const expired = "This link is used up, too old, or not complete. Paste all of it, or ask for a new one.";

  const page = (options: SignIn, status = 200) =>
    site.page(
      undefined,
      { title: "Sign in", body: signInPage({ ...options, byMail: mailLink !== undefined }) },
      status,
    );

  /** Whoever takes the link is in; the session that was there before ends. */
  async function enter(call: Call, token: string): Promise<{ visit: Visit; to: string; cookie: string } | undefined> {
    const link = await links.take(token);
    const caller = link === undefined ? undefined : person(link.person);
    if (link === undefined || caller === undefined) return undefined;
    const before = await transport.visitOf(call);
    if (before !== undefined) await sessions.close(before.session.person, before.session.id);
    const cookie = await sessions.open(link.person, call.env.incoming.headers["user-agent"] ?? "");
    const session = await sessions.find(cookie, true);
    if (session === undefined) return undefined;
    return { visit: { call, caller, session, token: sessions.token(session) }, to: localPath(link.to), cookie };
  }

  app.get(
    "/sign-in",
    transport.open("GET /sign-in", async (call) => {
      const to = localPath(call.req.query("to"));
      if ((await transport.visitOf(call)) !== undefined) return redirect(to);
      return page({ to, signedOut: call.req.query("out") === "1" });
    }),
  );

  app.post(
    "/sign-in",
    transport.form("POST /sign-in", async (call, fields) => {
      const now = clock();
      const carried = unseal(fields, now, key);
      const to = localPath(fields.get("to"));
      const kept =
        carried === undefined
          ? undefined
          : { carry: fields.get("carry") ?? "", seal: fields.get("seal") ?? "", fields: carried.fields };
      const pasted = (fields.get("link") ?? "").trim();
      const here = pasted === "" ? await transport.visitOf(call) : undefined;
      const entered =
        here !== undefined || pasted === "" ? undefined : await enter(call, pasted.split("/").at(-1) ?? "");
      const visit = here ?? entered?.visit;
      if (visit === undefined)
        return page({ to, kept, problem: pasted === "" ? "Paste your sign-in link here." : expired }, 422);
      const cookie: Record<string, string> = entered === undefined ? {} : setCookie(baseUrl, entered.cookie);
      if (carried === undefined) return redirect(to === "/" ? (entered?.to ?? to) : to, cookie);
      const resumed = await decide.resume(visit, carried);
      for (const [name, value] of Object.entries(cookie)) resumed.headers.set(name, value);
      return resumed;
    }),
  );

  app.post(
    "/sign-in/mail",
    transport.form("POST /sign-in/mail", async (_call, fields) => {
      const to = localPath(fields.get("to"));
      const address = (fields.get("address") ?? "").slice(0, 320);
      if (mailLink === undefined || !address.includes("@"))
        return page({ to, problem: "Type the address that the settings know you by." }, 422);
      mailLink(address, to);
      return page({ to, mailed: true });
    }),
  );

  app.get(
    "/sign-in/:token",
    transport.open("GET /sign-in/:token", async (call) => {
      const token = call.req.param("token") ?? "";
      const link = await links.look(token);
      const body = linkPage(token, link, link === undefined ? "" : directory.nameOf(link.person));
      return site.page(undefined, { title: "Sign in", body }, link === undefined ? 410 : 200);
    }),
  );

  app.post(
    "/sign-in/:token",
    transport.form("POST /sign-in/:token", async (call) => {
      const entered = await enter(call, call.req.param("token") ?? "");
      if (entered === undefined) return page({ to: "/", problem: expired }, 410);
      return redirect(entered.to, setCookie(baseUrl, entered.cookie));
    }),
  );
}
