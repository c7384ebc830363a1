/**
 * Where agents may be called back: public https, and what HITL_CALLBACK_ALLOW names. Asked twice, because a name may
 * lead elsewhere tomorrow: at the raise (`fault`, of the URL as it is written) and at every attempt (`admits`, of each
 * address that the name led to just now). The sentences tell an agent nothing about the network that the bot stands in.
 */
import { isIP } from "node:net";
import { contains, isOwn, isPublic, type Networks, networks } from "./ranges.ts";

export interface Guard {
  /** Why there must be no call there; null when there may. */
  fault(url: string): string | null;
  /** Whether a URL without fault may be called at this address. */
  admits(url: URL, address: string): boolean;
}

/** Names that mean a machine near by, wherever they are looked up (RFC 6761, 6762, 8375 and custom). */
const INSIDE = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home\.arpa)$/;

const NETWORK = /^([^/]+)\/(\d{1,3})$/;
const HOST = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/;

export function makeGuard(allow: readonly string[]): Guard {
  const named = new Set<string>();
  const ranges: string[] = [];
  const perPort = new Map<string, string[]>();
  for (const entry of allow) {
    const { host, port, prefix } = entryOf(entry);
    if (isIP(host) === 0) named.add(`${host}:${port}`);
    else if (port === "*") ranges.push(`${host}/${prefix}`);
    else perPort.set(port, [...(perPort.get(port) ?? []), `${host}/${prefix}`]);
  }
  const anyPort = networks(ranges);
  const ports = new Map([...perPort].map(([port, list]): [string, Networks] => [port, networks(list)]));
  const hasRanges = ranges.length > 0 || ports.size > 0;

  const allowsName = (host: string, port: string) => named.has(`${host}:*`) || named.has(`${host}:${port}`);
  const allowsAddress = (address: string, port: string) => {
    const own = ports.get(port);
    return contains(anyPort, address) || (own !== undefined && contains(own, address));
  };

  function ofAddress(url: URL, host: string): string | null {
    if (allowsAddress(host, portOf(url))) return null;
    if (!isPublic(host)) return `${host} is not a public address; HITL_CALLBACK_ALLOW has to name it.`;
    return url.protocol === "https:" ? null : plain(host);
  }

  function ofName(url: URL, host: string): string | null {
    if (allowsName(host, portOf(url))) return null;
    if (url.protocol === "http:") return plain(host);
    // Where networks are allowed, a name of the inside may well lead there; its address is looked at when it is called.
    const inside = INSIDE.test(host) || !host.includes(".");
    const loopback = /(^|\.)localhost$/.test(host);
    if (loopback || (inside && !hasRanges))
      return `${host} is a name inside a network; HITL_CALLBACK_ALLOW has to name it.`;
    return null;
  }

  return {
    fault(text) {
      const url = URL.parse(text);
      if (url === null || !/^https?:$/.test(url.protocol)) return "A callback's URL is https://host/path.";
      if (url.username !== "" || url.password !== "")
        return "A callback's URL may hold no user and password; every call is signed instead.";
      if (url.hash !== "") return "A callback's URL may hold no fragment (#…): it would never be sent.";
      const host = hostOf(url);
      if (host.endsWith(".")) return "A callback's host is written without a dot at its end.";
      return isIP(host) === 0 ? ofName(url, host) : ofAddress(url, host);
    },
    admits(url, address) {
      const [host, port] = [hostOf(url), portOf(url)];
      if (allowsAddress(address, port) || isPublic(address)) return true;
      return isIP(host) === 0 && allowsName(host, port) && isOwn(address);
    },
  };
}

/** As names are looked up and addresses written: IPv6 without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}

export function portOf({ port, protocol }: URL): string {
  return port === "" ? ({ "https:": "443", "http:": "80" }[protocol] ?? "") : port;
}

/** `host`, `host:port`, an address or a network, in the spelling that the URL parser gives to a callback's host. */
function entryOf(entry: string): { host: string; port: string; prefix: number } {
  const [, address, prefix] = NETWORK.exec(entry) ?? [];
  if (address !== undefined) return { host: address, port: "*", prefix: Number(prefix) };
  const [, text = entry, port = "*"] = isIP(entry) === 6 ? [entry, `[${entry}]`] : (HOST.exec(entry) ?? []);
  const url = URL.parse(`http://${text}`);
  if (url === null) throw new Error(`HITL_CALLBACK_ALLOW: "${entry}" names no host.`);
  const host = hostOf(url);
  return { host, port: port === "*" ? port : String(Number(port)), prefix: isIP(host) === 6 ? 128 : 32 };
}

function plain(host: string): string {
  return `Agents are called over https; for plain http HITL_CALLBACK_ALLOW has to name ${host}.`;
}
