import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { type Door, door, TOKENS } from "./door.ts";

const HEAD = [
  "POST /v1/checkpoints HTTP/1.1",
  "Host: 127.0.0.1",
  `Authorization: Bearer ${TOKENS.agent}`,
  "Content-Type: application/json",
].join("\r\n");
const BODY = '{"kind":"confirm","payload":{"summary":"x"}}';

function dial(api: Door): { socket: Socket; text: () => string; rest: Promise<string> } {
  const socket = connect(api.port, "127.0.0.1");
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
  });
  socket.on("error", () => {});
  return { socket, text: () => text, rest: new Promise<string>((resolve) => socket.on("close", () => resolve(text))) };
}

test("gives up on a body that does not come, and answers 408", async () => {
  const api = await door({}, { bodyDeadline: 100 });
  const { socket, rest } = dial(api);
  socket.write(`${HEAD}\r\nContent-Length: 100\r\n\r\n{"kind":`);
  const answer = await rest;
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
  expect(answer).toContain('"code":"request_timeout"');
  expect(answer).toContain("Connection: close");
});

test("counts the whole body against its deadline, not the pauses in it", async () => {
  const api = await door({}, { bodyDeadline: 150 });
  const { socket, rest } = dial(api);
  socket.write(`${HEAD}\r\nContent-Length: 1000\r\n\r\n`);
  const drip = setInterval(() => socket.write(" "), 20);
  const answer = await rest;
  clearInterval(drip);
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
});

test("stops reading an endless body, answers 413 and hangs up", async () => {
  const api = await door();
  const { socket, rest } = dial(api);
  socket.write(`${HEAD}\r\nTransfer-Encoding: chunked\r\n\r\n`);
  const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
  let sent = 0;
  const pour = () => {
    while (!socket.destroyed && socket.write(chunk)) sent += 65_536;
  };
  socket.on("drain", pour);
  pour();
  expect(await rest).toMatch(/^HTTP\/1.1 413 .*"code":"too_large"/s);
  console.log(`poured ${(sent / 2 ** 20).toFixed(0)} MB before the connection ended`);
});

test("answers 401 to a stranger before their body is read", async () => {
  const api = await door();
  const { socket, text } = dial(api);
  socket.write(`${HEAD.replace(TOKENS.agent, "stranger")}\r\nContent-Length: 1000\r\n\r\n`);
  await expect.poll(text).toMatch(/^HTTP\/1.1 401 /);
  socket.destroy();
});

test("answers 400 to chunks that are none", async () => {
  const api = await door();
  const { socket, rest } = dial(api);
  socket.write(`${HEAD}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`);
  expect(await rest).toMatch(/^HTTP\/1.1 400 .*"code":"bad_request"/s);
});

test("answers two pipelined raises in their order, one each", async () => {
  const api = await door();
  const { socket, rest } = dial(api);
  const one = (id: string, close = "") => {
    const body = BODY.replace("{", `{"id":"${id}",`);
    return `${HEAD}${close}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  };
  socket.write(one("chk_first_1") + one("chk_second_2", "\r\nConnection: close"));
  const answer = await rest;
  expect(answer.match(/HTTP\/1.1 201/g)).toHaveLength(2);
  expect(answer.match(/"id":"chk_\w+"/g)).toEqual(['"id":"chk_first_1"', '"id":"chk_second_2"']);
});

test("serves HTTP/1.0, which has no Host, and refuses a Host or path that is none", async () => {
  const api = await door();
  for (const [head, status] of [
    ["GET /healthz HTTP/1.0", 200],
    ["GET /healthz HTTP/1.1\r\nHost: a b\r\nConnection: close", 400],
    ["GET healthz HTTP/1.1\r\nHost: x\r\nConnection: close", 400],
    ["GET http://127.0.0.1/healthz HTTP/1.1\r\nHost: x\r\nConnection: close", 200],
    ["GET /%zz/%ff HTTP/1.1\r\nHost: x\r\nConnection: close", 404],
    ["GET /v1/../healthz HTTP/1.1\r\nHost: x\r\nConnection: close", 200],
  ] as const) {
    const { socket, rest } = dial(api);
    socket.write(`${head}\r\n\r\n`);
    const answer = await rest;
    expect(answer, head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    if (status !== 200) expect(answer).toMatch(/"code":"(bad_request|not_found)"/);
  }
});

test("keeps serving after three hundred clients hung up in the middle of a body", async () => {
  const api = await door();
  for (let round = 0; round < 3; round += 1) {
    const rude = Array.from({ length: 100 }, () => {
      const { socket, rest } = dial(api);
      socket.write(`${HEAD}\r\nContent-Length: 500\r\n\r\n{"kind":`, () => socket.resetAndDestroy());
      return rest;
    });
    await Promise.all(rude);
  }
  const answer = await api.call("POST /v1/checkpoints", { body: BODY });
  expect(answer.status).toBe(201);
  expect(api.faults).toEqual([]);
});
