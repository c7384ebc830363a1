/** The whole program and a mail server: somebody who has nothing but an address is asked, gets in, and is told. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CERTIFICATE, startSmtp } from "../peers/smtp.ts";
import { makeFolder, startProgram } from "../program.ts";

const SETTINGS = `
people:
  bob: { email: bob@example.com }
  alice: { email: alice@example.com }
policies:
  - { name: mailed, approvers: ["person:bob", admin], remind: [1s] }
`;

test("by mail somebody is asked, let in to read it, reminded, and told how it ended", async () => {
  const login = { user: "bot", password: "a password: 100%" };
  const smtp = await startSmtp({ tls: "implicit", login });
  const folder = makeFolder();
  writeFileSync(join(folder, "hitl.config.yml"), SETTINGS);
  const program = await startProgram(folder, {
    HITL_CONFIG: join(folder, "hitl.config.yml"),
    HITL_SMTP_URL: `smtps://bot:${encodeURIComponent(login.password)}@localhost:${smtp.port}`,
    HITL_MAIL_FROM: "Approvals <hitl@example.com>",
    HITL_MAIL_TO: "approvers",
    NODE_EXTRA_CA_CERTS: CERTIFICATE,
  });
  const form = (path: string, fields: Record<string, string>) =>
    fetch(program.url + path, {
      method: "POST",
      headers: { origin: program.url, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(fields),
      redirect: "manual",
    });
  try {
    const ready = await (await fetch(`${program.url}/readyz`)).json();
    expect(ready).toMatchObject({ channels: { email: "up" } });
    const id = "chk_mailed_01";
    const raise = { id, kind: "confirm", payload: { summary: "Publish it" }, requested_by: "person:alice" };
    expect((await program.call("agent", "POST", "/v1/checkpoints", raise)).status).toBe(201);
    const [asked, reminded] = await smtp.until(2);
    expect(asked).toMatchObject({ to: "bob@example.com", secure: true, user: "bot" });
    expect(asked?.parsed.subject).toBe("[hitl-bot] confirm: Publish it");
    expect(reminded?.parsed.text).toMatch(/^A reminder: this still waits for you\./);

    const door = await fetch(`${program.url}/checkpoints/${id}`, { redirect: "manual" });
    const to = new URL(door.headers.get("location") ?? "", program.url).searchParams.get("to") ?? "";
    const stranger = await form("/sign-in/mail", { address: "mallory@example.com", to });
    const known = await form("/sign-in/mail", { address: "bob@example.com", to });
    expect(await stranger.text()).toBe(await known.text());
    const [, , link] = await smtp.until(3);
    const url = /http\S+\/sign-in\/[\w-]{43}/.exec(link?.parsed.text ?? "")?.[0] ?? "";
    expect([link?.to, url.startsWith(program.url)]).toEqual(["bob@example.com", true]);
    // As a mail scanner does: looking uses nothing up.
    for (let look = 0; look < 2; look += 1) expect((await fetch(url)).status).toBe(200);
    const entered = await form(new URL(url).pathname, {});
    expect([entered.status, entered.headers.get("location")]).toEqual([303, `/checkpoints/${id}`]);
    const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
    const page = await fetch(`${program.url}/checkpoints/${id}`, { headers: { cookie } });
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("Publish it")]);
    expect((await form(new URL(url).pathname, {})).status).toBe(410);

    const act = { action: "cancel", reason: "not now" };
    expect((await program.call("admin", "POST", `/v1/checkpoints/${id}/act`, act)).status).toBe(200);
    const ended = (await smtp.until(5)).slice(3);
    expect(ended.map((mail) => mail.to).toSorted()).toEqual(["alice@example.com", "bob@example.com"]);
    for (const { parsed } of ended) expect(parsed.text).toMatch(/^Cancelled by admin over the API/);
    expect(program.output()).not.toContain(login.password);
  } finally {
    await program.end("SIGTERM");
    await smtp.end();
    rmSync(folder, { recursive: true, force: true });
  }
});
