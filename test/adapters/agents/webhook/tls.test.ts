import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { receiver } from "./receiver.ts";
import { approved, webhooks } from "./webhooks.ts";

/** Of hooks.example.com, localhost and 127.0.0.1, signed by itself. */
const cert = readFileSync(join(import.meta.dirname, "tls/cert.pem"));
const key = readFileSync(join(import.meta.dirname, "tls/key.pem"));
const trusted = getCACertificates();

const names: (string | false | null)[] = [];
const server = createServer({ cert, key }, async (request, response) => {
  await buffer(request);
  names.push((request.socket as TLSSocket).servername);
  response.writeHead(204).end();
});
let port = 0;

beforeAll(async () => {
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  setDefaultCACertificates(trusted);
  server.close();
});

const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
const hooks = webhooks({ resolve });

describe("over TLS", () => {
  test("a certificate that nobody vouches for is refused before anything is sent", async () => {
    expect(await hooks.call(approved(`https://hooks.example.com:${port}/`))).toEqual({
      type: "failed",
      reason: "no trusted TLS connection (DEPTH_ZERO_SELF_SIGNED_CERT)",
    });
    expect(names).toEqual([]);
  });

  test("the certificate must be of the name that was asked for, not of the address", async () => {
    setDefaultCACertificates([...trusted, cert.toString()]);
    expect(await hooks.call(approved(`https://hooks.example.com:${port}/`))).toEqual({ type: "delivered" });
    expect(await hooks.call(approved(`https://127.0.0.1:${port}/`))).toEqual({ type: "delivered" });
    expect(await hooks.call(approved(`https://other.example.com:${port}/`))).toEqual({
      type: "failed",
      reason: "no trusted TLS connection (ERR_TLS_CERT_ALTNAME_INVALID)",
    });
    expect(names).toEqual(["hooks.example.com", false]);
  });

  test("an endpoint that speaks plain http is no TLS endpoint", async () => {
    const plain = await receiver();
    expect(await hooks.call(approved(plain.url.replace("http:", "https:")))).toMatchObject({
      type: "failed",
      reason: expect.stringMatching(/^no trusted TLS connection \((EPROTO|ERR_SSL_WRONG_VERSION_NUMBER)\)$/),
    });
    expect(plain.got).toEqual([]);
  });
});
