/**
 * One POST to one address that was checked, and the status that came back. The connection looks no name up again,
 * follows nothing, belongs to this request alone, and reads no more of the answer than it has to.
 */
import type { LookupAddress } from "node:dns";
import http from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";

export interface Sending {
  url: URL;
  /** Where the host's name led to, all of them checked; not used where the host is an address itself. */
  addresses: readonly LookupAddress[];
  headers: Record<string, string>;
  body: Buffer;
  signal: AbortSignal;
}

/** A receiver has nothing to say but its status; a short text is read so that it need not see its connection cut. */
const MAX_ANSWER = 4 * 1024;

/** Throws what the connection throws. Once the status is there it stands, whatever becomes of the rest. */
export function post({ url, addresses, headers, body, signal }: Sending): Promise<number> {
  return new Promise((resolve, reject) => {
    const { request: open } = url.protocol === "https:" ? https : http;
    const request = open(url, { method: "POST", headers, agent: false, lookup: only(addresses), signal });
    let status: number | undefined;
    request.once("response", (response) => {
      status = response.statusCode;
      let read = 0;
      response.on("data", (chunk: Buffer) => {
        read += chunk.length;
        if (read > MAX_ANSWER) request.destroy();
      });
      response.on("error", () => {});
    });
    // Without an answer and without an error, too: as after a switch of protocols.
    let fault: Error = Object.assign(new Error("closed without an answer"), { code: "ECONNRESET" });
    request.on("error", (error) => {
      fault = error;
    });
    request.once("close", () => (status === undefined ? reject(fault) : resolve(status)));
    request.end(body);
  });
}

function only(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, { all }, callback) => {
    const [first] = addresses;
    if (first === undefined) callback(Object.assign(new Error("no address"), { code: "ENOTFOUND" }), []);
    else if (all) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
}
