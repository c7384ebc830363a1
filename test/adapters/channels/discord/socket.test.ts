/** One connection by itself, against servers that Discord's is not like. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { type Dispatch, openSocket, type Session } from "../../../../adapters/channels/discord/socket.ts";

function open(port: number, session: Session | null = null) {
  const heard: Dispatch[] = [];
  const opened: Session[] = [];
  const socket = openSocket({
    ...{ url: `ws://127.0.0.1:${port}`, token: "t", intents: 1, session },
    mayIdentify: async () => true,
    onOpen: (each) => opened.push(each),
    onDispatch: (each) => heard.push(each),
  });
  onTestFinished(() => socket.close());
  return { ...socket, heard, opened };
}

test("stays up whatever it is sent, and takes what can be read", async () => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  onTestFinished(() => server.close());
  await once(server, "listening");
  const line = open((server.address() as AddressInfo).port);
  const [peer] = (await once(server, "connection")) as [WebSocket];
  const junk = [
    "nonsense",
    "",
    "[]",
    "null",
    "7",
    '"x"',
    '{"op":"hello"}',
    '{"op":99}',
    '{"op":11,"d":{}}',
    '{"op":0}',
  ];
  for (const each of junk) peer.send(each);
  peer.send(Buffer.from([0, 255, 1]));
  peer.send('{"op":0,"t":"READY","s":"x","d":null}');
  peer.send(JSON.stringify({ op: 10, d: { heartbeat_interval: -1 } }));
  peer.send(JSON.stringify({ op: 0, t: "READY", s: 1, d: { session_id: "s1", resume_gateway_url: 7 } }));
  for (const d of [null, 7, "x", [], { id: {} }])
    peer.send(JSON.stringify({ op: 0, t: "INTERACTION_CREATE", s: 2, d }));
  peer.send(JSON.stringify({ op: 0, t: "MESSAGE_CREATE", s: 3, d: { id: "1" } }));
  await expect.poll(() => line.heard.at(-1)?.type).toBe("MESSAGE_CREATE");
  expect(line.opened).toHaveLength(1);
  expect(line.opened[0]).toEqual({ id: "s1", url: expect.stringContaining("ws://127.0.0.1"), seq: 1 });
  peer.close(4_000);
  expect(await line.ended).toEqual({ why: "it was closed with 4000", resume: true, fatal: false });
});

test("says that what it resumes is replayed until it is told that it is resumed", async () => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  onTestFinished(() => server.close());
  await once(server, "listening");
  const line = open((server.address() as AddressInfo).port, { id: "s1", url: "", seq: 5 });
  const [peer] = (await once(server, "connection")) as [WebSocket];
  peer.send(JSON.stringify({ op: 10, d: { heartbeat_interval: 40_000 } }));
  const [first] = await once(peer, "message");
  expect(JSON.parse(String(first))).toEqual({ op: 6, d: { token: "t", session_id: "s1", seq: 5 } });
  for (const [t, s] of [
    ["MESSAGE_CREATE", 6],
    ["RESUMED", 7],
    ["MESSAGE_CREATE", 8],
  ])
    peer.send(JSON.stringify({ op: 0, t, s, d: {} }));
  await expect
    .poll(() => line.heard.map(({ seq, replayed }) => [seq, replayed]))
    .toEqual([
      [6, true],
      [8, false],
    ]);
  expect(line.opened).toEqual([{ id: "s1", url: "", seq: 7 }]);
});

test("lets go of a line whose other end says nothing any more, so that the process can end", async () => {
  const server = createServer();
  onTestFinished(() => void server.close());
  const upgraded = once(server, "upgrade");
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const line = open((server.address() as AddressInfo).port);
  const [request, wire] = await upgraded;
  const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash("sha1").update(key).digest("base64");
  const hello = Buffer.from(JSON.stringify({ op: 10, d: { heartbeat_interval: 40_000 } }));
  const heard = once(wire, "data");
  wire.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  wire.write(Buffer.concat([Buffer.from([0x81, hello.length]), hello]));
  await heard;
  const closed = once(wire.resume(), "end");
  line.close();
  expect(await line.ended).toEqual({ why: "we are leaving", resume: true, fatal: false });
  const began = performance.now();
  await closed;
  expect(performance.now() - began).toBeLessThan(3_000);
});
