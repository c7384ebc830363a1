/** Sessions: seen and ended by their person, and by the admin. */
import { sessionsPage } from "../pages/sessions.ts";
import { redirect, setCookie } from "../transport.ts";
import { look, type Site } from "./site.ts";

export function mountSessions(site: Site): void {
  const { app, transport, sessions, directory, clock, baseUrl } = site;
  const others = async (): Promise<Response> => redirect("/sessions");

  look(site, "/sessions", async (visit) => {
    const { session, caller, token, call } = visit;
    const people = [...new Set([...directory.people.map(({ id }) => id), directory.admin])];
    const everybody = caller.role === "admin" ? people.filter((id) => id !== session.person) : [];
    const body = sessionsPage({
      own: await sessions.list(session.person),
      others: (await Promise.all(everybody.map((id) => sessions.list(id)))).flat(),
      current: session.id,
      token,
      now: clock(),
      ended: call.req.query("ended") === "1",
    });
    return site.page(visit, { title: "Sessions", here: "sessions", body });
  });

  app.post(
    "/sessions/end",
    transport.post(
      "POST /sessions/end",
      async ({ session, caller }, fields) => {
        const id = fields.get("person") ?? "";
        if (id !== session.person && caller.role !== "admin") return redirect("/sessions");
        const ended = await sessions.close(id, fields.get("session") ?? "");
        return redirect(ended ? "/sessions?ended=1" : "/sessions");
      },
      others,
    ),
  );

  app.post(
    "/sign-out",
    transport.post(
      "POST /sign-out",
      async ({ session }) => {
        await sessions.close(session.person, session.id);
        return redirect("/sign-in?out=1", setCookie(baseUrl, null));
      },
      others,
    ),
  );
}
