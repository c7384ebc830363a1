/** URLs that lead an agent's call into the bot's own network: each special range in every spelling, and by other tricks. */

/** One or two of every range that is not public. */
const ADDRESSES = [
  ...["127.0.0.1", "127.0.0.2", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255"],
  ...["172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.255.255", "169.254.169.254", "169.254.0.1"],
  ...["100.64.0.1", "100.127.255.255", "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1"],
  ...["192.0.2.1", "198.51.100.7", "203.0.113.9", "192.88.99.1", "224.0.0.1", "239.255.255.255", "255.255.255.255"],
];

function partsOf(address: string): [number, number, number, number] {
  const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
  return [a, b, c, d];
}

function spellings(address: string): string[] {
  const [a, b, c, d] = partsOf(address);
  const hex = [a, b, c, d].map((part) => part.toString(16).padStart(2, "0"));
  const whole = Number.parseInt(hex.join(""), 16);
  const words = `${hex[0]}${hex[1]}:${hex[2]}${hex[3]}`;
  const inverted = [a, b, c, d].map((part) => (255 - part).toString(16).padStart(2, "0"));
  return [
    address,
    `${address}.`,
    String(whole),
    `0x${hex.join("")}`,
    `0X${hex.join("").toUpperCase()}`,
    `0${whole.toString(8)}`,
    `${a}.${(b << 16) | (c << 8) | d}`,
    `${a}.${b}.${(c << 8) | d}`,
    [a, b, c, d].map((part) => `0${part.toString(8)}`).join("."),
    [a, b, c, d].map((part) => `0x${part.toString(16)}`).join("."),
    `${a}.0${b.toString(8)}.0x${c.toString(16)}.${d}`,
    address.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    address.replaceAll(".", "\u3002"),
    address.replaceAll(/\d/g, (digit) => `%3${digit}`),
    `[::ffff:${address}]`,
    `[::ffff:${words}]`,
    `[0:0:0:0:0:FFFF:${words}]`,
    `[::${words}]`,
    `[64:ff9b::${words}]`,
    `[64:ff9b:1::${words}]`,
    `[2002:${words}::1]`,
    `[2001:0:4136:e378:8000:63bf:${inverted[0]}${inverted[1]}:${inverted[2]}${inverted[3]}]`,
  ];
}

const HOSTS = [
  ...[
    "localhost",
    "LOCALHOST",
    "localhost.",
    "app.localhost",
    "a.b.localhost.",
    "localhost.localdomain",
    "ip6-localhost",
  ],
  ...[
    "\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3",
    "loc\u00adalhost",
    "%6c%6f%63%61%6c%68%6f%73%74",
    "router.home.arpa",
  ],
  ...[
    "redis",
    "metadata",
    "metadata.google.internal",
    "printer.local",
    "nas.lan",
    "intranet",
    "kubernetes.default.svc.local",
  ],
  ...[
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000::0001]",
    "[fe80::1]",
    "[febf::1]",
    "[fec0::1]",
    "[fc00::1]",
    "[fd12:3456::1]",
  ],
  ...[
    "[fd00:ec2::254]",
    "[ff02::1]",
    "[ff0e::1]",
    "[100::1]",
    "[2001:db8::1]",
    "[2001:2::1]",
    "[2001:10::1]",
    "[3fff::1]",
  ],
  ...["[4000::1]", "[5f00::1]", "[1::]", "0", "1", "127.1", "0x7f.1", "017700000001"],
];

/** Other ways in, and what cannot be called at all. `PORT` is where somebody listens on the loopback addresses. */
const WHOLE = [
  ...["https://user@127.0.0.2:PORT/", "https://user:pass@example.com:PORT/", "https://:pass@example.com:PORT/"],
  ...[
    "https://example.com@127.0.0.2:PORT/",
    "https://example.com%2f@127.0.0.2:PORT/",
    "https://127.0.0.2:PORT\\@example.com/",
  ],
  ...["https:127.0.0.2:PORT/", "https:\\\\127.0.0.2:PORT\\", "HTTPS://127.0.0.2:PORT", " https://127.0.0.2:PORT/ "],
  ...["ht\ntps://127.0.0.2:PORT/", "https://127.\t0.0.2:PORT/", "https://127.0.0.2:PORT?x", "https:///127.0.0.2:PORT/"],
  ...[
    "https://example.com/#fragment",
    "https://example.com:PORT/hook#",
    "https://example.com.:PORT/",
    "https://example.com..:PORT/",
  ],
  ...["http://example.com:PORT/", "http://93.184.216.34:PORT/", "http://[2606:2800:220:1::1]:PORT/"],
  ...["ftp://127.0.0.2:PORT/", "file:///etc/passwd", "unix:/var/run/docker.sock", "gopher://127.0.0.2:PORT/_x"],
  ...[
    "ws://127.0.0.2:PORT/",
    "data:text/plain,x",
    "javascript:1",
    "blob:https://127.0.0.2:PORT/x",
    "//127.0.0.2:PORT/",
  ],
  ...["127.0.0.2:PORT", "https://", "https://:PORT/", "https://exa mple.com/", "https://127.0.0.2:99999/", "", "x"],
  ...[
    "https://[::1%25lo]:PORT/",
    "https://1.2.3.4.5:PORT/",
    "https://09.0.0.1:PORT/",
    "https://127.0.0.2%00.example.com/",
  ],
];

export function hostileUrls(port: number): string[] {
  const hosts = [...ADDRESSES.flatMap(spellings), ...HOSTS];
  const urls = hosts.flatMap((host) => [`https://${host}:${port}/hook`, `http://${host}:${port}/hook`]);
  return [...urls, ...WHOLE.map((url) => url.replaceAll("PORT", String(port)))];
}
