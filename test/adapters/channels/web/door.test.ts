import { describe, expect, it } from "vitest";
import { cookieName, setCookie } from "../../../../adapters/channels/web/transport.ts";
import { StoreUnavailable } from "../../../../src/ports.ts";
import { formOf, type Got, openInbox } from "./inbox.ts";

const confirm = { kind: "confirm", payload: { summary: "Publish the async skill" } };
const box = await openInbox();

const heading = ({ text }: Got) => /<h1>(?:<bdi>)?([^<]*)/.exec(text)?.[1];

describe("the door of the inbox", () => {
  it("shows nobody anything without a session, and the way in", async () => {
    for (const path of [
      "/",
      "/history",
      "/checkpoints/chk_12345678",
      "/figures",
      "/deliveries",
      "/sessions",
      "/events",
    ]) {
      const { status, headers } = await box.get(path);
      expect([status, headers.get("location")]).toEqual([
        303,
        path === "/" ? "/sign-in" : `/sign-in?to=${encodeURIComponent(path)}`,
      ]);
    }
    const page = await box.get("/sign-in?to=%2Fhistory");
    expect([page.status, heading(page)]).toEqual([200, "Sign in"]);
    expect(page.text).toContain('<input type="hidden" name="to" value="/history">');
    expect(page.text).toContain("hitl link YOUR_ID");
  });

  it("answers every page with what keeps it private, unframed and without scripts of its own", async () => {
    const bob = await box.enter("bob");
    const id = await box.raise(confirm);
    for (const path of [
      "/",
      "/history",
      `/checkpoints/${id}`,
      "/figures",
      "/sessions",
      "/help",
      "/sign-in/x",
      "/nowhere",
    ]) {
      const { headers, text } = await box.get(path, bob);
      expect(headers.get("content-security-policy"), path).toBe(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      );
      expect(
        Object.fromEntries(
          ["x-content-type-options", "x-frame-options", "referrer-policy", "cache-control"].map((name) => [
            name,
            headers.get(name),
          ]),
        ),
        path,
      ).toEqual({
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cache-control": "no-store",
      });
      expect(text, path).not.toMatch(/ style=|<style| on[a-z]+=|<script>|javascript:/);
    }
  });

  it("serves its own files under names that may be kept for ever, and no others", async () => {
    const { text } = await box.get("/sign-in");
    const files = [...text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path]) => String(path));
    expect(new Set(files).size).toBe(6);
    for (const file of files) {
      const { status, headers } = await box.get(file);
      expect([status, headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);
    }
    for (const other of ["/assets/inbox.css", "/assets/..%2Findex.ts", "/assets/inbox-000000000000.css"])
      expect((await box.get(other)).status).toBe(404);
  });

  it("keeps the session in a cookie that scripts cannot read and other sites cannot send along", async () => {
    const { headers } = await box.post(await box.link("bob"), {});
    const name = cookieName(box.url);
    expect(headers.get("set-cookie")).toMatch(
      new RegExp(`^${name}=[A-Za-z0-9_-]{43}; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax$`),
    );
    expect(setCookie("https://hitl.example.com", "x")["Set-Cookie"]).toBe(
      "__Host-hitl=x; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure",
    );
  });

  it("changes nothing by GET, and takes a link by POST alone", async () => {
    const link = await box.link("bob");
    for (let looks = 0; looks < 3; looks += 1) {
      const page = await box.get(link);
      expect([page.status, heading(page), page.headers.get("set-cookie")]).toEqual([200, "Sign in", null]);
    }
    expect((await box.post(link, {})).status).toBe(303);
    expect((await box.post(link, {})).status).toBe(410);
    expect(heading(await box.get(link))).toBe("This link does not work");
  });

  it("takes a pasted link, and leads where one wanted to go", async () => {
    const pasted = await box.post("/sign-in", { link: box.url + (await box.link("bob")), to: "/history" });
    expect([pasted.status, pasted.headers.get("location")]).toEqual([303, "/history"]);
    const nonsense = await box.post("/sign-in", { link: "let me in", to: "//evil.example" });
    expect(nonsense.status).toBe(422);
    expect(nonsense.text).toContain(
      "This link is used up, too old, or not complete. Paste all of it, or ask for a new one.",
    );
    expect(nonsense.text).toContain('name="to" value="/"');
  });

  it("says of a link that it does not know what may be wrong with it, and what to do next", async () => {
    const { status, text } = await box.get("/sign-in/anything-wrong");
    expect(status).toBe(410);
    expect(text).toContain("This link is used up, too old, or not complete.");
    expect(text).toContain('copy all of it and <a href="/sign-in">paste it here</a>');
    expect(text).not.toContain("YOUR_NAME");
  });

  it("takes no form from anywhere else, nor one of another session", async () => {
    const bob = await box.enter("bob");
    const id = await box.raise(confirm);
    const page = await box.get(`/checkpoints/${id}`, bob);
    const fields = formOf(page.text, `/checkpoints/${id}/act`);
    const send = (headers: Record<string, string>, own = fields) =>
      box.post(`/checkpoints/${id}/act`, own, bob, headers);
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
    ]) {
      const refused = await send(headers);
      expect([refused.status, heading(refused)]).toEqual([403, "Not sent from here"]);
    }
    const other = await send({}, { ...fields, csrf: "x".repeat(43) });
    expect(other.text).toContain("Nothing has been sent yet");
    expect((await box.office.record(id)).status).toBe("pending");
    expect((await box.post(await box.link("bob"), {}, undefined, { origin: "https://evil.example" })).status).toBe(403);
    expect((await send({})).headers.get("location")).toBe(`/checkpoints/${id}?told=acted`);
  });

  it("counts the same press once, and tells of another that comes too late", async () => {
    const bob = await box.enter("bob");
    const id = await box.raise(confirm);
    const page = await box.get(`/checkpoints/${id}`, bob);
    const fields = formOf(page.text, `/checkpoints/${id}/act`);
    const path = `/checkpoints/${id}/act`;
    const both = await Promise.all([box.post(path, fields, bob), box.post(path, fields, bob)]);
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
    const late = await box.post(path, { ...fields, key: "another", note: "and thanks" }, bob);
    expect(late.status).toBe(409);
    expect(late.text).toContain(
      "Already resolved by Bob at 2026-11-20 10:00 UTC: proceed. What you sent was not recorded.",
    );
    expect(late.text).toContain('<pre class="text">\nand thanks</pre>');
    expect((await box.office.record(id)).revision).toBe(2);
  });

  it("shows a checkpoint to those who may see it, and to others what it shows of none", async () => {
    const id = await box.raise({ ...confirm, approvers: ["person:carol"] });
    const [bob, carol] = [await box.enter("bob"), await box.enter("carol")];
    expect((await box.get(`/checkpoints/${id}`, carol)).status).toBe(200);
    const [hidden, none] = [await box.get(`/checkpoints/${id}`, bob), await box.get("/checkpoints/chk_nowhere1", bob)];
    const same = ({ status, text }: Got) => [status, text];
    expect(same(hidden)).toEqual(same(none));
    expect(hidden.status).toBe(404);
    const sent = await box.post(
      `/checkpoints/${id}/comments`,
      { ...formOf((await box.get("/", bob)).text, "/sign-out"), text: "x" },
      bob,
    );
    expect(sent.status).toBe(404);
  });

  it("names whoever a checkpoint waits for as it names those who acted", async () => {
    const id = await box.raise({ ...confirm, approvers: ["person:carol", "group:sre"] });
    const { text } = await box.get(`/checkpoints/${id}`, await box.enter("bob"));
    expect(text).toContain("Waiting for Carol, group:sre · due");
    expect(text).toContain("<dt>May decide</dt><dd><bdi>Carol, group:sre</bdi></dd>");
  });

  it("leaves deliveries to the admin, and sessions of others too", async () => {
    const [bob, admin] = [await box.enter("bob"), await box.enter("admin")];
    expect((await box.get("/deliveries", bob)).status).toBe(403);
    expect((await box.get("/deliveries", admin)).status).toBe(200);
    const page = await box.get("/sessions", admin);
    expect(page.text).toContain("<h2>Of others</h2>");
    expect((await box.get("/sessions", bob)).text).not.toContain("<h2>Of others</h2>");
    const session =
      /name="person" value="admin"><input type="hidden" name="session" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
    const { csrf = "" } = formOf((await box.get("/sessions", bob)).text, "/sessions/end");
    await box.post("/sessions/end", { csrf, person: "admin", session }, bob);
    expect((await box.get("/deliveries", admin)).status).toBe(200);
  });

  it("refuses what is no form, or too much of one", async () => {
    const bob = await box.enter("bob");
    const json = await fetch(`${box.url}/sign-out`, {
      method: "POST",
      body: "{}",
      headers: { cookie: bob, origin: box.url, "content-type": "application/json" },
      redirect: "manual",
    });
    expect(json.status).toBe(415);
    const id = await box.raise(confirm);
    const { csrf = "" } = formOf((await box.get("/", bob)).text, "/sign-out");
    const path = `/checkpoints/${id}/comments`;
    expect((await box.post(path, { csrf, text: "x".repeat(1_600_000) }, bob)).status).toBe(413);
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, number) => [`f.${number}`, "x"]));
    expect((await box.post(path, { csrf, ...many }, bob)).status).toBe(413);
    const long = await box.post(path, { csrf, text: "x".repeat(20_001) }, bob);
    expect(long.status).toBe(422);
    expect(long.text).toContain("It is too long: 20,000 characters are the most.");
    expect((await box.post(path, { csrf, text: " \r\n " }, bob)).text).toContain("It is blank: write something.");
  });

  it("claims in its messages only what the record says", async () => {
    const bob = await box.enter("bob");
    const id = await box.raise(confirm);
    for (const told of ["acted", "commented", "withdrawn", "<script>"])
      expect((await box.get(`/checkpoints/${id}?told=${told}`, bob)).text).not.toContain('class="notice');
  });

  it("keeps what was typed when the store is out of reach, and counts it once when it was sent again", async () => {
    const faults = [new StoreUnavailable("no answer")];
    const shaky = await openInbox({
      desk: ({ act }) => ({
        async act(...asked) {
          const done = await act(...asked);
          // Committed, and then no word of it.
          const fault = faults.pop();
          if (fault !== undefined) throw fault;
          return done;
        },
      }),
    });
    const bob = await shaky.enter("bob");
    const id = await shaky.raise(confirm);
    const path = `/checkpoints/${id}/act`;
    const sent: Record<string, string> = {
      ...formOf((await shaky.get(`/checkpoints/${id}`, bob)).text, path),
      note: 'Thanks, "all"',
    };
    const lost = await shaky.post(path, sent, bob);
    expect([lost.status, lost.headers.get("retry-after"), heading(lost)]).toEqual([503, "1", "Not certain yet"]);
    expect(lost.text).toContain('<input type="hidden" name="note" value="Thanks, &quot;all&quot;">');
    expect(formOf(lost.text, path)).toMatchObject({ csrf: sent.csrf, key: sent.key, action: "proceed" });
    expect(shaky.faults).toHaveLength(1);
    expect((await shaky.post(path, sent, bob)).headers.get("location")).toBe(`/checkpoints/${id}?told=acted`);
    const { decision, revision } = await shaky.office.record(id);
    expect([decision?.feedback, revision]).toEqual(['Thanks, "all"', 2]);
  });

  it("tells of its own faults without telling what they were", async () => {
    const broken = await openInbox({
      desk: () => ({
        list: () => Promise.reject(new Error("secret detail")),
      }),
    });
    const page = await broken.get("/", await broken.enter("bob"));
    expect([page.status, heading(page)]).toEqual([500, "Something went wrong here"]);
    expect(page.text).not.toContain("secret detail");
  });

  it("follows what happens to what its person may see", async () => {
    const bob = await box.enter("bob");
    const gone = new AbortController();
    const stream = await fetch(`${box.url}/events`, { headers: { cookie: bob }, signal: gone.signal });
    expect([stream.status, stream.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    const id = await box.raise({ ...confirm, title: "Came\u202E by itself" });
    await box.raise({ ...confirm, title: "Not for Bob", approvers: ["person:carol"] });
    await box.office.act(id, "carol", { action: "proceed" });
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    // The first line may tell already that it stands resolved.
    while (!/"type":"resolved".*\n\n/.test(text)) text += (await reader?.read())?.value ?? "";
    const data = [...text.matchAll(/^data: (.*)$/gm)].map(([, line]) => JSON.parse(String(line)));
    expect(data.map(({ type, id: of, title }) => [type, of, title])).toEqual([
      ["raised", id, "Came\\u{202E} by itself"],
      ["resolved", id, "Came\\u{202E} by itself"],
    ]);
    gone.abort();
  });
});
