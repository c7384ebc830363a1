/** One checkpoint: its page, and what is sent from it. */
import { carriedFrom } from "../decide.ts";
import { signInPage } from "../pages/sign-in.ts";
import { NOT_FOUND } from "../pages/trouble.ts";
import { toldNotice } from "../show.ts";
import { look, type Site } from "./site.ts";

export function mountCheckpoint(site: Site): void {
  const { app, desk, show, decide, transport, clock, key, tell } = site;

  look(site, "/checkpoints/:id", async (visit) => {
    const checkpoint = await desk.read(visit.caller, visit.call.req.param("id") ?? "");
    if ("type" in checkpoint) return tell(visit, NOT_FOUND);
    const told = visit.call.req.query("told") ?? null;
    const notice = toldNotice(told, checkpoint, visit.session.person, clock());
    const body = await show.body(visit, checkpoint, { notice });
    return site.page(visit, { title: checkpoint.title, live: checkpoint.id, body });
  });

  for (const [verb, handle] of Object.entries(decide.verbs)) {
    const path = `/checkpoints/:id/${verb}`;
    app.post(
      path,
      transport.post(
        `POST ${path}`,
        (visit, fields) => handle(visit, visit.call.req.param("id") ?? "", fields),
        async (call, fields, visit) => {
          const kept = carriedFrom(call.req.path, fields, clock(), key);
          if (kept === undefined) return tell(visit, NOT_FOUND);
          // Signed in, but not when this page was made.
          if (visit !== undefined) return decide.resume(visit, kept.carried);
          const { id, fields: typed } = kept.carried;
          const body = signInPage({ to: `/checkpoints/${id}`, kept: { ...kept, fields: typed } });
          return site.page(undefined, { title: "Sign in again", body }, 401);
        },
      ),
    );
  }
}
