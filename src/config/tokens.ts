/** Tokens: one name and one value each, bound to somebody who exists, and never written into the file. */
import type { Directory } from "../policy/directory.ts";
import type { Token } from "../settings.ts";
import { type Environment, tokenFault } from "./environment.ts";
import { type Complain, suggest } from "./fault.ts";
import { type ConfigFile, type Path, reference } from "./file.ts";
import type { Shape } from "./shape.ts";

type Given = NonNullable<Shape["tokens"]>[number];

/** Those of the environment go by these names, in the record of who raised what. */
const RESERVED: Record<string, string> = { agent: "HITL_AGENT_TOKEN", admin: "HITL_ADMIN_TOKEN" };

export function readTokens(shape: Shape, environment: Environment, directory: Directory, file: ConfigFile): Token[] {
  const tokens = shape.tokens ?? [];
  const values = new Map<string, string>();
  const { agentToken, adminToken } = environment;
  if (agentToken !== undefined) values.set(agentToken, "HITL_AGENT_TOKEN");
  if (adminToken !== undefined) values.set(adminToken, "HITL_ADMIN_TOKEN");
  return tokens.flatMap((given, index) => {
    const path = ["tokens", index];
    const variable = RESERVED[given.name];
    const first = tokens.findIndex((each) => each.name === given.name);
    if (variable !== undefined)
      file.fault([...path, "name"], `"${given.name}" is the name of ${variable}; choose another`);
    else if (first !== index) file.fault([...path, "name"], `is the name of tokens[${first}] too; choose another`);
    checkValue(given.token, [...path, "token"], values, file);
    return bind(given, path, directory, file);
  });
}

/** Anybody who holds the agent's token would be the admin. */
export function checkPair({ agentToken, adminToken }: Environment, complain: Complain): void {
  if (agentToken !== undefined && agentToken === adminToken)
    complain("HITL_ADMIN_TOKEN is the same as HITL_AGENT_TOKEN: give each its own, or every agent is the admin.");
}

function checkValue(token: string, path: Path, values: Map<string, string>, file: ConfigFile): void {
  const variable = /^\$\{(\w+)\}$/.exec(file.written(path) ?? "")?.[1];
  if (variable === undefined) {
    file.fault(path, `is written into the file; put it into the environment and write ${reference("NAME")} here`);
    return;
  }
  const fault = tokenFault(token);
  if (fault !== undefined) file.fault(path, `the value of ${variable} ${fault}`);
  const other = values.get(token);
  if (other !== undefined)
    file.fault(path, `the value of ${variable} is that of ${other} too; give each token its own`);
  values.set(token, variable);
}

function bind(
  { name, role, token, person, agents }: Given,
  path: Path,
  directory: Directory,
  file: ConfigFile,
): Token[] {
  if (person !== undefined && directory.person(person) === undefined) {
    const ids = directory.people.map(({ id }) => id);
    file.fault(
      [...path, "person"],
      `is nobody under \`people\`${suggest(person.replace(/^person:/, ""), ids, "; add them there")}`,
    );
  }
  if (agents !== undefined && role !== "agent")
    file.fault([...path, "agents"], `is only for the role agent, not ${role}`);
  if (role === "agent")
    return [{ name, role, token, agents: agents ?? [name], ...(person === undefined ? {} : { person }) }];
  if (role === "admin") {
    if (person !== undefined)
      file.fault([...path, "person"], "is not for the role admin; say at the top whom it acts as: `admin: alice`");
    return [{ name, role, token }];
  }
  if (person !== undefined) return [{ name, role, token, person }];
  file.fault(path, "needs the `person` that it acts as");
  return [];
}
