/**
 * A fake Slack: a server that real @slack/bolt and real @slack/web-api speak to, over HTTP and Socket Mode, and a
 * driver through which a test is its people. It refuses what Slack refuses. How to use it: driver.ts.
 */
import { Agent, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { JsonObject } from "../../../src/json.ts";
import { noteScope } from "../../setup/scopes.ts";
import { type Answer, makeApi } from "./api.ts";
import { ACK_MS, makeCourier } from "./deliveries.ts";
import { type FakeSlack, makeDriver } from "./driver.ts";
import { makeEvents } from "./events.ts";
import { makeFaults } from "./faults.ts";
import { answerHook } from "./hooks.ts";
import { makeLimits } from "./limits.ts";
import { readManifest } from "./manifest.ts";
import type { Happening } from "./methods/method.ts";
import { people, TEAM } from "./people.ts";
import { type Ledger, makeLedger } from "./scopes.ts";
import { makeSockets } from "./sockets.ts";
import type { Stage } from "./stage.ts";
import { makeWorld } from "./world.ts";

export type { FakeSlack } from "./driver.ts";

export interface Options {
  /** A path, or the manifest itself; the project's own by default. */
  manifest?: string | JsonObject;
  /** The peer's clock: timestamps, triggers, response_urls, rate limits. Signatures follow the machine's. */
  clock?: () => number;
  /** Shared by the fakes of a suite that asks for needless scopes at its end. */
  ledger?: Ledger;
  /** Ms that Slack waits for an acknowledgement (3,000). */
  ackMs?: number;
  random?: () => number;
  signingSecret?: string;
  /** The Enterprise Grid that the workspace belongs to, such as E1. */
  enterprise?: string;
  /** Whether the enterprise installed the app for all of its workspaces. */
  orgWide?: boolean;
}

/** To one app at a time; what waits for a connection is not yet sent. */
const CONNECTIONS = 64;

export async function fakeSlack(options: Options = {}): Promise<FakeSlack> {
  const { clock = Date.now, random = Math.random, ackMs = ACK_MS, signingSecret = "fake-signing-secret" } = options;
  const manifest = readManifest(options.manifest);
  // What stands behind no manifest but the project's is the program itself.
  const note = options.manifest === undefined ? noteScope : undefined;
  const ledger = options.ledger ?? makeLedger(manifest.scopes, note);
  const world = makeWorld(clock);
  const settle = people(world);
  const { enterprise = null, orgWide = false } = options;
  const installed = orgWide ? "for the enterprise" : true;
  settle.workspace(TEAM, { name: "Acme", domain: "acme", enterprise, installed });
  const faults = makeFaults();
  const limits = makeLimits(clock);
  const door = makeSockets(world, random);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const courier = makeCourier({ world, door, agent, secret: signingSecret, ackMs, random });
  const events = makeEvents({ world, manifest, ledger, courier });
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const echoes = new Set<Promise<unknown>>();

  /** The app hears of its own doing later, whether or not it listens. */
  function tell(happening: Happening): void {
    const echo = events.happened(happening, true).finally(() => echoes.delete(echo));
    echoes.add(echo);
  }

  const api = makeApi({
    world,
    manifest,
    ledger,
    faults,
    limits,
    tell,
    socketUrl: () => door.newUrl(origin()),
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    const [, door, name = ""] = new URL(request.url ?? "/", "http://peer").pathname.split("/");
    if (door === "api") return send(response, await api.answer(name, request.headers, body));
    if (door === "actions") return send(response, await hooked(name, body));
    send(response, { status: 404, headers: {}, body: "no such address" });
  }

  async function hooked(key: string, body: string): Promise<Answer> {
    const fault = faults.take("response_url", {});
    if (fault === "drop") return null;
    if (typeof fault === "object" && "status" in fault) return { status: fault.status, headers: {}, body: "" };
    const { status, body: text } = answerHook(world, key, body, tell);
    if (fault === "cut") return null;
    return { status, headers: { "content-type": status === 200 ? "text/html" : "application/json" }, body: text };
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      world.troubles.push(`the fake Slack itself failed: ${String(error)}`);
      response.destroy();
    });
  });
  server.on("upgrade", door.upgrade);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });

  async function close(): Promise<void> {
    await door.close();
    agent.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
    await Promise.allSettled(echoes);
  }

  const stage: Stage = { world, manifest, ledger, courier, events, origin, tell };
  return makeDriver({ stage, settle, api, faults, limits, door, signingSecret, close });
}

function send(response: ServerResponse, answer: Answer): void {
  if (answer === null) {
    response.socket?.destroy();
    return;
  }
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
