/** Which bot the demo talks to: the one that was named, the one of this folder if it runs, else one of its own. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hitl } from "../src/client.ts";
import { environment, localToken } from "../src/config.ts";

export interface Bot {
  url: string;
  agentToken: string;
  /** Missing for a bot elsewhere whose admin token was not given. */
  adminToken: string | undefined;
  /** What a person types in another terminal to decide. */
  review: string;
  stop(): Promise<void>;
}

export async function findBot(named: { url?: string; token?: string; admin?: string }): Promise<Bot> {
  if (named.url !== undefined && named.token !== undefined) {
    const review = `npm run -s hitl -- review --url ${named.url} --token YOUR_TOKEN`;
    return { url: named.url, agentToken: named.token, adminToken: named.admin, review, stop: async () => {} };
  }
  return (await botHere()) ?? startBot();
}

/** The running bot of this folder, with the tokens that it made at its first start. */
async function botHere(): Promise<Bot | undefined> {
  const env = environment({});
  const here = localToken(env);
  if (here === undefined) return undefined;
  try {
    await hitl({ ...here, patience: 0 }).whoami();
    const agentToken = env.HITL_AGENT_TOKEN || read(env.HITL_DATA || ".hitl", "agent");
    return {
      url: here.url,
      agentToken,
      adminToken: here.token,
      review: "npm run -s hitl review",
      stop: async () => {},
    };
  } catch {
    return undefined;
  }
}

async function startBot(): Promise<Bot> {
  const folder = mkdtempSync(join(tmpdir(), "hitl-demo-"));
  const child = spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts")], {
    env: environment({ HITL_DATA: folder, HITL_PORT: "0", HITL_STORE: "", HITL_URL: "", HITL_TOKEN: "" }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let output = "";
    let complaint = "";
    child.stderr.on("data", (chunk) => {
      complaint += chunk;
    });
    child.stdout.on("data", (chunk) => {
      output += chunk;
      const found = /hitl-bot listens on (\S+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`The bot ended with ${code}:\n${complaint}`)));
  });
  return {
    url,
    agentToken: read(folder, "agent"),
    adminToken: read(folder, "admin"),
    review: `HITL_URL=${url} HITL_TOKEN=$(cat ${folder}/admin-token) npm run -s hitl review`,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function read(folder: string, role: "agent" | "admin"): string {
  return readFileSync(join(folder, `${role}-token`), "utf8").trim();
}
