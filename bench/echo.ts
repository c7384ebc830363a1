/**
 * A bare server that parses and echoes JSON, as its own process: `echo.ts [Redis URL]`. With Redis it makes as many
 * round trips for each request as the program does: one to raise, one to act, none to wait.
 */
import { createServer } from "node:http";
import { createClient } from "@keyv/redis";

const TRIPS: Record<string, number> = { "/raise": 1, "/act": 1 };

const url = process.argv[2];
const client = url === undefined ? undefined : createClient({ url });
await client?.connect();
await client?.set("record", JSON.stringify({ rest: "x".repeat(1_300) }));

const server = createServer((incoming, outgoing) => {
  const chunks: Buffer[] = [];
  incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
  incoming.on("end", async () => {
    const trips = client === undefined ? 0 : (TRIPS[incoming.url ?? ""] ?? 0);
    for (let trip = 0; trip < trips; trip += 1) await client?.get("record");
    const asked = JSON.parse(Buffer.concat(chunks).toString() || "{}");
    const body = JSON.stringify({ id: "x", status: "resolved", ...asked });
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    outgoing.writeHead(200, headers).end(body);
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object") console.log(`listens on http://127.0.0.1:${address?.port}`);
});
