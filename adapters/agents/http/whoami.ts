/** Who the caller is to this bot: what its token may do, and every reference that names its person. */
import type { Handler } from "../../../src/http/frame.ts";
import { answer, type Trouble } from "../../../src/http/problem.ts";
import { noQuery, readQuery } from "../../../src/http/query.ts";

export const whoami: Handler = (call, caller): Response | Trouble => {
  const query = readQuery(call.req.url, noQuery);
  if (query.type === "refused") return query;
  const { role, name } = caller;
  if (caller.role === "agent") return answer({ role, name, person: caller.person, refs: [], agents: caller.agents });
  return answer({ role, name, person: caller.actor.person, refs: [...caller.actor.refs] });
};
