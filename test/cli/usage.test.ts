/** How the command is called, which bot it finds, and what it says when something is wrong with either. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import packageFile from "../../package.json" with { type: "json" };
import { sit } from "../e2e/sitting.ts";
import { run, serve, start } from "./command.ts";

const at = sit();

test("help and version need neither a bot nor a token", async () => {
  const [help, verb, version] = await Promise.all([start(["help"]), start(["act", "--help"]), start(["--version"])]);
  expect(help).toMatchObject({ code: 0, err: "" });
  for (const name of ["review", "pending", "show", "act", "comment", "withdraw", "history", "whoami", "doctor"])
    expect(help.out).toContain(`\n  ${name} `);
  expect(verb.out).toContain("Usage: hitl act ID ACTION [--feedback TEXT]");
  expect(version).toEqual({ code: 0, out: `${packageFile.version}\n`, err: "" });
});

test("the manual shows the help as it is", async () => {
  const manual = readFileSync(join(import.meta.dirname, "../../docs/terminal.md"), "utf8");
  const { out } = await run(at, ["help"]);
  expect(manual).toContain(`\`\`\`text\n${out}\`\`\``);
});

test.each([
  [["pendng"], '"pendng" is not a verb of hitl; did you mean pending?'],
  [["xyzzy"], '"xyzzy" is not a verb of hitl. See: hitl help'],
  [["pending", "--mien"], "--mien is not an option here; did you mean --mine?"],
  [["pending", "--kind", "confrim"], '"confrim" is not a kind; did you mean confirm?'],
  [["pending", "--kind"], "--kind needs a value: --kind KIND"],
  // As a shell makes it of --feedback $EMPTY --digest=…
  [
    ["act", "chk_12345678", "proceed", "--feedback", "--digest=sha256:abc"],
    "--feedback needs a value; one that begins with a dash is written --feedback=--digest=sha256:abc",
  ],
  [["pending", "--mine=yes"], "--mine takes no value."],
  [["act", "chk_12345678", "aprove"], '"aprove" is not an action; did you mean approve?'],
  [["act", "chk_12345678", "revize"], '"revize" is not an action; did you mean revise?'],
  [
    ["act", "chk_12345678", "revise: shorter"],
    '"revise: shorter" is not an action: proceed, revise, refine, reject, cancel, answer, edit',
  ],
  [["act", "chk_12345678"], "Usage: hitl act ID ACTION"],
  [["--plain", "review"], "The verb comes first: hitl VERB --plain. See: hitl help"],
  [["--url", "http://127.0.0.1:1"], "Say what to do: hitl VERB [options]. See: hitl help"],
  [["act", "chk_12345678", "edit", "--edited", "{"], "--edited does not hold the JSON to put there"],
  [["act", "chk_12345678", "proceed", "--edited", "{}"], "--edited goes with the action edit only."],
  [["act", "chk_12345678", "answer", "--answer", "level"], '--answer is written KEY=VALUE, not "level".'],
  [["withdraw", "chk_12345678"], "Say why: hitl withdraw ID --reason TEXT"],
  [["history", "many"], "Usage: hitl history [N]"],
  [["show"], "Usage: hitl show ID"],
  [["act", "chk_12345678", "edit", "--edited", "@nowhere.json"], "nowhere.json cannot be read"],
  [["pending", "--url", "not an address"], "HITL_URL must be an address"],
])("hitl %j ends with 2 and says how it goes", async (args, says) => {
  const { code, out, err } = await run(at, args);
  expect(err).toContain(says);
  expect({ code, out }).toEqual({ code: 2, out: "" });
});

test("what every verb takes may stand before it", async () => {
  const { HITL_URL = "", HITL_TOKEN = "" } = at.env();
  const { code, out } = await run(at, ["--url", HITL_URL, `--token=${HITL_TOKEN}`, "--json", "whoami"], { env: {} });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ person: "alice" });
});

test("a machine is told wrong usage as a problem document, too", async () => {
  const { code, err } = await run(at, ["pending", "--mien", "--json"]);
  expect(code).toBe(2);
  expect(JSON.parse(err)).toMatchObject({
    code: "usage",
    detail: "--mien is not an option here; did you mean --mine?",
  });
});

test("says who I am and how to name me", async () => {
  expect((await run(at, ["whoami"])).out).toBe(
    `You are alice (approver, token "alice-cli") at ${at.program.url}\nIn \`approvers\` you are: person:alice, group:team\n`,
  );
  expect(JSON.parse((await run(at, ["whoami", "--json"])).out)).toMatchObject({ role: "approver", person: "alice" });
});

test("in the bot's own folder it needs no address and no token", async () => {
  const port = new URL(at.program.url).port;
  const { code, out } = await start(["whoami"], { HITL_PORT: port, HITL_DATA: at.program.folder });
  expect(code).toBe(0);
  expect(out).toContain('You are admin (admin, token "admin")');
});

test("sends this machine's token to no other address", async () => {
  const heard: unknown[] = [];
  const elsewhere = await serve((request, response) => {
    heard.push(request.headers.authorization);
    response.end();
  });
  const ran = await run(at, ["whoami", "--url", elsewhere.url], { env: { HITL_DATA: at.program.folder } });
  elsewhere.close();
  expect(ran).toMatchObject({ code: 2, err: expect.stringContaining("pass --url and --token") });
  expect(heard).toEqual([]);
});

test("a bot that is not there ends with 3", async () => {
  const env = { HITL_URL: "http://127.0.0.1:1", HITL_TOKEN: "some-token-0123456789" };
  const [pending, doctor] = await Promise.all([run(at, ["pending"], { env }), run(at, ["doctor"], { env })]);
  expect(pending).toMatchObject({
    code: 3,
    out: "",
    err: expect.stringMatching(/^No bot answers at http:\/\/127\.0\.0\.1:1 /),
  });
  expect(doctor.code).toBe(1);
  expect(doctor.out).toContain(
    "✗ bot: nothing answers at http://127.0.0.1:1; start it (npm start) or pass its address with --url",
  );
});

test("the doctor finds a working bot well", async () => {
  await at.raise("confirm");
  const [well, stranger, json] = await Promise.all([
    run(at, ["doctor"]),
    run(at, ["doctor"], { env: { ...at.env(), HITL_TOKEN: "a-token-of-another-bot" } }),
    run(at, ["doctor", "--json"]),
  ]);
  expect(well).toEqual({
    code: 0,
    err: "",
    out: [
      `✓ node: ${process.version}`,
      `✓ bot: answers at ${at.program.url}`,
      "✓ ready: yes",
      "✓ store: up",
      "· channels: web and terminal only; set SLACK_… or DISCORD_… to ask people in chat",
      "✓ clock: agrees with the bot's",
      "✓ token: you are alice (approver)",
      "✓ approvers: everything that waits names who may decide",
      "",
    ].join("\n"),
  });
  expect(stranger.code).toBe(1);
  expect(stranger.out).toContain("✗ token: the bot does not know this token; pass another with --token or HITL_TOKEN");
  expect(JSON.parse(json.out)).toMatchObject({ ok: true });
});

test("the doctor names what a bot that is not well says, and a clock that is off", async () => {
  const sick = await serve((_, response) => {
    response.writeHead(503, { "content-type": "application/json", date: new Date(Date.now() - 600_000).toUTCString() });
    response.end(
      JSON.stringify({
        ready: false,
        store: "down",
        detail: "The disk is full.",
        channels: { slack: "up", discord: "down" },
      }),
    );
  });
  const { code, out } = await run(at, ["doctor"], { env: { HITL_URL: sick.url, HITL_TOKEN: "some-token-0123456789" } });
  sick.close();
  expect(code).toBe(1);
  expect(out).toContain("✗ ready: not yet");
  expect(out).toContain("✗ store: down: The disk is full. Look at HITL_STORE and the bot's log");
  expect(out).toContain("✓ slack: up");
  expect(out).toContain("✗ discord: down; check its token and settings, then the bot's log");
  expect(out).toMatch(/✗ clock: (9m|10m)( \d+s)? apart from the bot's; set both by NTP/);
});
