/** Alice at a terminal, Bob elsewhere and an agent, around one real program: what the tests of the terminal share. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll } from "vitest";
import { type CheckpointView, type Hitl, hitl, type Raise } from "../../src/client.ts";
import { makeFolder, type Program, startProgram } from "../program.ts";
import { SEEDS } from "../seeds.ts";
import { openPty, type Pty } from "./pty.ts";

const TOKENS = { ALICE_TOKEN: "alice-token-0123456789", BOB_TOKEN: "bob-token-012345678901" };
const SETTINGS = `
people: { alice: { name: Alice }, bob: { name: Bob } }
groups: { team: [alice, bob] }
redact: { keys: [pin] }
tokens:
  - { name: alice-cli, role: approver, person: alice, token: "\${ALICE_TOKEN}" }
  - { name: bob-cli, role: approver, person: bob, token: "\${BOB_TOKEN}" }
`;

export const CLI = join(import.meta.dirname, "../../src/cli.ts");

export interface Sitting {
  program: Program;
  agent: Hitl;
  bob: Hitl;
  /** Ends and starts again at the same address, with what it had. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** What the command of Alice finds in its environment. */
  env(): Record<string, string>;
  review(flags?: string): Pty;
  raise(kind: Raise["kind"], over?: Partial<Raise>): Promise<CheckpointView>;
  read(checkpoint: CheckpointView): Promise<CheckpointView>;
}

/** Registers with the test file that calls it; its members work inside tests. */
export function sit(): Sitting {
  const open: Pty[] = [];
  const folder = makeFolder();
  const config = join(folder, "hitl.config.yml");
  writeFileSync(config, SETTINGS);

  async function start(port = "0"): Promise<void> {
    const env = { HITL_CONFIG: config, HITL_APPROVERS: "group:team", HITL_PORT: port, ...TOKENS };
    const program = await startProgram(folder, env);
    const { url } = program;
    const agent = hitl({ url, token: program.token("agent") });
    Object.assign(sitting, { program, agent, bob: hitl({ url, token: TOKENS.BOB_TOKEN }) });
  }

  const methods: Omit<Sitting, "program" | "agent" | "bob"> = {
    stop: async () => void (await sitting.program.end("SIGKILL")),
    start: () => start(new URL(sitting.program.url).port),
    env: () => ({ HITL_URL: sitting.program.url, HITL_TOKEN: TOKENS.ALICE_TOKEN }),
    review(flags = "") {
      const pty = openPty(`${process.execPath} ${CLI} review ${flags}`, { env: sitting.env() });
      open.push(pty);
      return pty;
    },
    raise: (kind, over = {}) => sitting.agent.raise({ kind, payload: SEEDS[kind][0].payload, ...over }),
    read: ({ id }) => sitting.agent.read(id),
  };
  const sitting = methods as Sitting;

  beforeAll(() => start());
  afterEach(async () => {
    for (const pty of open.splice(0)) pty.kill();
    const { items } = await sitting.agent.list({ status: "pending" });
    for (const { id } of items) await sitting.agent.withdraw(id, "the test is over");
  });
  afterAll(async () => {
    await sitting.program.end("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  return sitting;
}
