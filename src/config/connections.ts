/**
 * `agents:` of hitl.config.yml: one block a connection, checked by its protocol. `{base}` is put into the URLs here;
 * what else stands in braces is put in at each call.
 */
import { z } from "zod";
import { type Connection, PROTOCOLS } from "../connections.ts";
import type { Policy } from "../policy/policy.ts";
import { suggest } from "./fault.ts";
import { type ConfigFile, type Path, reference } from "./file.ts";
import { block, duration, like, listOf, type Shape, tell, text, where, whole, yesOrNo } from "./shape.ts";

const URL_SHAPE = "an address like https://fleet.example.com/hitl, without user, password, ? and #";
const base = text(URL_SHAPE).refine((value) => isAddress(value) && !/[{}?]/.test(value), `must be ${URL_SHAPE}`);
const template = text('an address like "{base}/api/answers"');
const credential = text(`a reference like ${reference("FLEET_TOKEN")}`);
const bearer = credential.regex(/^[\x21-\x7e]+$/, "must be of printable ASCII without blanks, to go into a header");

const common = {
  base: base.optional(),
  token: bearer.optional(),
  route: listOf(where, "places like slack:#deploys").optional(),
  max_rounds: whole(1, 1_000).optional(),
};

const tool = block({ allow_auto: yesOrNo.optional(), note: text("a text").max(2_000).optional() });

const BLOCKS = {
  callbacks: block({
    ...common,
    protocol: z.literal("callbacks"),
    response: template.optional(),
    prompt: template.optional(),
    every: duration.optional(),
    user: like(/^[\x21-\x7e]{1,200}$/, "a user id of printable ASCII").optional(),
  }),
  "tool-interrupts": block({
    ...common,
    protocol: z.literal("tool-interrupts"),
    approvals: template.optional(),
    edits: yesOrNo.optional(),
    tools: z.record(z.string(), tool, { error: "must be tools by name, as in `delete_file: { note: … }`" }).optional(),
  }),
  crewai: block({
    ...common,
    protocol: z.literal("crewai"),
    secret: credential.optional(),
    resume: template.optional(),
    callback: template.optional(),
  }),
  pipeline: block({
    ...common,
    protocol: z.literal("pipeline"),
    events: template.optional(),
    pending: template.optional(),
    resolve: template.optional(),
  }),
} as const;

/** What may stand in braces in each template beside `{base}`. */
const BRACES: Record<string, readonly string[]> = {
  response: ["job_id"],
  prompt: ["job_id"],
  resolve: ["checkpoint_id"],
};
const TEMPLATES = ["response", "prompt", "approvals", "resume", "callback", "events", "pending", "resolve"];

/** As the seeds' own servers have them, from where `base` is given. */
const DEFAULTS: Record<string, Record<string, string>> = {
  callbacks: {
    response: "{base}/api/v1/hitl/{job_id}/response",
    prompt: "{base}/api/v1/hitl/{job_id}/prompt",
  },
  "tool-interrupts": { approvals: "{base}/api/approvals" },
  crewai: { resume: "{base}/resume" },
  pipeline: {
    events: "{base}/pipeline/v2/events",
    pending: "{base}/api/checkpoints?status=pending",
    resolve: "{base}/pipeline/v2/checkpoint/{checkpoint_id}/resolve",
  },
};

const NAME = /^[\w.@-]{1,100}$/;
/** The tokens of the environment and their kind would raise under the same name. */
const RESERVED = ["agent", "admin"];
/** The interval of the system that the protocol comes from. */
const EVERY_MS = 2_000;

export function readConnections(shape: Shape, file: ConfigFile): Connection[] {
  const connections = Object.entries(shape.agents ?? {}).flatMap(([name, given]) => {
    const path = ["agents", name];
    if (!NAME.test(name)) file.fault(path, "a connection's name is 1 to 100 letters, digits and . _ @ -");
    if (RESERVED.includes(name))
      file.fault(path, `"${name}" is the name of a token of the environment; choose another`);
    const { protocol } = given;
    const known = PROTOCOLS.find((each) => each === protocol);
    if (known === undefined) {
      const said = typeof protocol === "string" ? suggest(protocol, [...PROTOCOLS], "") : "";
      file.fault([...path, "protocol"], `must be ${PROTOCOLS.join(", ")}${said}`);
      return [];
    }
    const read = BLOCKS[known].safeParse(given);
    if (!read.success) {
      for (const issue of read.error.issues) tell(file, issue, path, Object.keys(BLOCKS[known].shape));
      return [];
    }
    return connectionOf(name, read.data, path, file);
  });
  tellTwins(connections, file);
  return connections;
}

/** A signature says who calls by its secret alone. */
function tellTwins(connections: readonly Connection[], file: ConfigFile): void {
  const owners = new Map<string, string>();
  for (const connection of connections) {
    if (connection.protocol !== "crewai" || connection.secret === undefined) continue;
    const { name, secret } = connection;
    const owner = owners.get(secret);
    if (owner === undefined) owners.set(secret, name);
    else file.fault(["agents", name, "secret"], `is also that of ${owner}; each needs its own, which tells them apart`);
  }
}

type Given = { [P in keyof typeof BLOCKS]: z.output<(typeof BLOCKS)[P]> }[keyof typeof BLOCKS];

function connectionOf(name: string, given: Given, path: Path, file: ConfigFile): Connection[] {
  const urls = urlsOf(given, path, file);
  for (const key of ["token", "secret"]) checkCredential([...path, key], file);
  const shared = {
    name,
    ...(given.token === undefined ? {} : { token: given.token }),
    ...(given.route === undefined ? {} : { route: given.route }),
    ...(given.max_rounds === undefined ? {} : { maxRounds: given.max_rounds }),
  };
  switch (given.protocol) {
    case "callbacks": {
      const user = given.user === undefined ? {} : { user: given.user };
      return [{ ...shared, ...urls, ...user, protocol: given.protocol, every: given.every ?? EVERY_MS }];
    }
    case "tool-interrupts": {
      const tools = Object.entries(given.tools ?? {}).map(([tool, { allow_auto = false, note }]) => [
        tool,
        { allowAuto: allow_auto, ...(note === undefined ? {} : { note }) },
      ]);
      const { protocol, edits = false } = given;
      return [{ ...shared, ...urls, protocol, edits, tools: Object.fromEntries(tools) }];
    }
    case "crewai":
      return [{ ...shared, ...urls, protocol: given.protocol, ...(given.secret ? { secret: given.secret } : {}) }];
    case "pipeline":
      return [{ ...shared, ...urls, protocol: given.protocol }];
  }
}

/**
 * `allow_auto` of a connection's tools as the policy that it is: named, recorded, and after every policy that the file
 * writes out with a `when`, so that it takes nothing away from those.
 */
export function autoPolicies(connections: readonly Connection[]): Policy[] {
  return connections.flatMap((connection) => {
    if (connection.protocol !== "tool-interrupts") return [];
    const tools = Object.entries(connection.tools).flatMap(([tool, { allowAuto }]) => (allowAuto ? [tool] : []));
    if (tools.length === 0) return [];
    const when = { kind: "tool", agent: connection.name, "payload.tool_name": { in: tools } };
    return [{ name: `${connection.name} allow_auto`, when, auto: "proceed" as const }];
  });
}

/** Those that are written, and those that follow from `base`. */
function urlsOf(given: Given, path: Path, file: ConfigFile): Record<string, string> {
  const base = given.base?.replace(/\/+$/, "");
  const written = Object.entries(given).filter(([key]) => TEMPLATES.includes(key)) as [string, string][];
  const defaults = base === undefined ? {} : DEFAULTS[given.protocol];
  // A crew with a callback of its own is not resumed as well.
  const wanted = Object.entries(defaults ?? {}).filter(([key]) => !(key === "resume" && "callback" in given));
  const urls = Object.fromEntries([...wanted, ...written]);
  for (const [key, value] of Object.entries(urls)) {
    const braces = [...value.matchAll(/\{(\w*)\}/g)].map(([, name = ""]) => name);
    const unknown = braces.find((each) => each !== "base" && !(BRACES[key] ?? []).includes(each));
    const may = ["base", ...(BRACES[key] ?? [])].map((each) => `{${each}}`).join(" and ");
    if (unknown !== undefined) file.fault([...path, key], `only ${may} may stand in it, not {${unknown}}`);
    else if (braces.includes("base") && base === undefined)
      file.fault([...path, key], "names {base}, but there is no `base` in this connection; add it");
    else if (!isAddress(filled(value, base, "x"))) file.fault([...path, key], `must be ${URL_SHAPE}`);
    // What an agent names must not choose whom its token is sent to.
    else if (URL.parse(filled(value, base, "x"))?.origin !== URL.parse(filled(value, base, "y"))?.origin)
      file.fault([...path, key], "only {base} may stand in the name of a host");
    urls[key] = value.replaceAll("{base}", () => base ?? "");
  }
  return urls;
}

function filled(template: string, base: string | undefined, id: string): string {
  return template.replaceAll(/\{\w+\}/g, (brace) => (brace === "{base}" ? (base ?? "") : id));
}

function isAddress(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "" && url.hash === ""
  );
}

function checkCredential(path: Path, file: ConfigFile): void {
  const written = file.written(path);
  if (written !== undefined && !/^\$\{\w+\}$/.test(written))
    file.fault(path, `is written into the file; put it into the environment and write ${reference("NAME")} here`);
}
