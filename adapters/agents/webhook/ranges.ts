/**
 * Which addresses are public, which are one's own network, and which are neither: from the IANA special-purpose
 * registries (RFC 6890 and its successors). An address counts in its own family only; IPv6 that carries an IPv4
 * address inside (mapped, 6to4, NAT64, Teredo) is neither, whatever it carries.
 */
import { BlockList, isIP } from "node:net";

const SPECIAL_V4 = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"],
  ...["192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"],
  ...["224.0.0.0/4", "240.0.0.0/4"],
];
/** Global unicast without protocol assignments (Teredo is one), documentation and 6to4. */
const GLOBAL_V6 = ["2000::/3"];
const SPECIAL_V6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

const OWN = [
  ...["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
  ...["::1/128", "fc00::/7"],
];
/** Where clouds tell a machine its secrets, outside link-local: Azure, Alibaba, AWS. */
const METADATA = ["168.63.129.16/32", "100.100.100.200/32", "fd00:ec2::254/128"];

const special = networks([...SPECIAL_V4, ...SPECIAL_V6, ...METADATA]);
const global = networks(["0.0.0.0/0", ...GLOBAL_V6]);
const own = networks(OWN);
const metadata = networks(METADATA);

export function isPublic(address: string): boolean {
  return contains(global, address) && !contains(special, address);
}

/** Private and loopback addresses. Link-local, metadata, multicast and the like are not among them. */
export function isOwn(address: string): boolean {
  return contains(own, address) && !contains(metadata, address);
}

export interface Networks {
  v4: BlockList;
  v6: BlockList;
}

/** Of `address/prefix`. Two lists, because a BlockList holds an IPv4 address against IPv6 networks too. */
export function networks(list: readonly string[]): Networks {
  const made = { v4: new BlockList(), v6: new BlockList() };
  for (const each of list) {
    const [address = "", prefix] = each.split("/");
    if (isIP(address) === 6) made.v6.addSubnet(address, Number(prefix), "ipv6");
    else made.v4.addSubnet(address, Number(prefix), "ipv4");
  }
  return made;
}

export function contains({ v4, v6 }: Networks, address: string): boolean {
  const family = isIP(address);
  if (family === 4) return v4.check(address, "ipv4");
  return family === 6 && v6.check(address, "ipv6");
}
