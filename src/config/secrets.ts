/**
 * Secrets that the program makes for itself at the first start and reads again at every next one. A file appears
 * whole or not at all, and of several processes that start at once all end with the first one's.
 */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { secretBytes, tokenFault } from "./environment.ts";
import { SettingsError } from "./fault.ts";

const FILES = {
  secret: { make: () => random(), isWhole: (text: string) => secretBytes(text) !== undefined, variable: "HITL_SECRET" },
  "agent-token": { make: () => `hitl_agent_${random()}`, isWhole: isToken, variable: "HITL_AGENT_TOKEN" },
  "admin-token": { make: () => `hitl_admin_${random()}`, isWhole: isToken, variable: "HITL_ADMIN_TOKEN" },
};
export type SecretName = keyof typeof FILES;

export interface Kept {
  text: string;
  /** Made by this very call. */
  isNew: boolean;
}

export function keep(folder: string, name: SecretName): Kept {
  const { make, variable } = FILES[name];
  try {
    const there = readKept(folder, name);
    if (there !== undefined) return { text: there, isNew: false };
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    checkFolder(folder);
    const isNew = write(folder, name, make());
    const text = readKept(folder, name);
    if (text !== undefined) return { text, isNew };
  } catch (error) {
    if (error instanceof SettingsError || codeOf(error) === "") throw error;
    throw new SettingsError([
      `HITL_DATA: cannot keep ${name} in ${folder} (${codeOf(error)}); choose a folder that may be written, or set ${variable}.`,
    ]);
  }
  throw new SettingsError([`HITL_DATA: ${join(folder, name)} went away while it was made; start again.`]);
}

/** Undefined when there is none. A file that others can read is refused: what it holds may be known already. */
export function readKept(folder: string, name: SecretName): string | undefined {
  const path = join(folder, name);
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return undefined;
    if (code === "") throw error;
    throw new SettingsError([
      `HITL_DATA: ${path} cannot be read (${code}); run hitl-bot as the user who owns it, or name another folder.`,
    ]);
  }
  try {
    if (isOpen(fstatSync(file).mode, 0o077))
      throw new SettingsError([
        `HITL_DATA: ${path} may be read by others; run \`chmod 600 ${path}\`, or delete it if somebody may have read it.`,
      ]);
    checkFolder(folder);
    const text = readFileSync(file, "utf8").trim();
    if (FILES[name].isWhole(text)) return text;
    throw new SettingsError([`HITL_DATA: ${path} is damaged; restore it, or delete it to get a new one.`]);
  } finally {
    closeSync(file);
  }
}

/** Who may write the folder may put another secret into it. */
function checkFolder(folder: string): void {
  if (isOpen(statSync(folder).mode, 0o022))
    throw new SettingsError([
      `HITL_DATA: ${folder} may be written by others; run \`chmod 700 ${folder}\`, or name a folder inside it.`,
    ]);
}

/** Windows has no such modes. */
function isOpen(mode: number, bits: number): boolean {
  return process.platform !== "win32" && (mode & bits) !== 0;
}

/** False when another process was first. A link, unlike a rename, never replaces what is there. */
function write(folder: string, name: string, text: string): boolean {
  const draft = join(folder, `.${name}.${randomBytes(6).toString("hex")}`);
  const file = openSync(draft, "wx", 0o600);
  try {
    writeFileSync(file, `${text}\n`);
    fsyncSync(file);
    linkSync(draft, join(folder, name));
    flush(folder);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    closeSync(file);
    rmSync(draft, { force: true });
  }
}

/** So that a power cut cannot take back a secret that the store was already sealed with. */
function flush(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function random(): string {
  return randomBytes(32).toString("base64url");
}

function isToken(text: string): boolean {
  return tokenFault(text) === undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
