/** `/v1/connections`: which systems of agents are set up, and an address for one that cannot send a token. */
import type { Capabilities } from "../../../src/capability.ts";
import type { Connection } from "../../../src/connections.ts";
import type { Handler } from "../../../src/http/frame.ts";
import { answer, type Trouble, trouble } from "../../../src/http/problem.ts";
import { noQuery, readQuery } from "../../../src/http/query.ts";

export interface ConnectionParts {
  connections: readonly Connection[];
  capabilities: Pick<Capabilities, "issue">;
}

export function connectionHandlers(
  parts: ConnectionParts | undefined,
  baseUrl: string,
): Record<"list" | "url", Handler> {
  const connections = parts?.connections ?? [];

  function refused(url: string, role: string): Trouble | null {
    const query = readQuery(url, noQuery);
    if (query.type === "refused") return query;
    return role === "admin" ? null : trouble("forbidden", "The connections of the agents are the admin's.");
  }

  return {
    list(call, caller) {
      const no = refused(call.req.url, caller.role);
      return no ?? answer({ items: connections.map(({ name, protocol }) => ({ name, protocol })) });
    },

    async url(call, caller) {
      const no = refused(call.req.url, caller.role);
      if (no !== null) return no;
      const connection = connections.find(({ name }) => name === call.req.param("name"));
      if (connection === undefined || parts === undefined)
        return trouble("not_found", "There is no such connection; `agents:` in the settings names them.");
      const { name, protocol } = connection;
      const capability = await parts.capabilities.issue(name);
      return answer({ name, protocol, url: `${baseUrl}/in/${capability}` }, 201);
    },
  };
}
