import { describe, expect, test } from "vitest";
import { makeGuard } from "../../../../adapters/agents/webhook/guard.ts";
import { readEnvironment } from "../../../../src/config/environment.ts";
import { hostileUrls } from "./hostile.ts";

const guard = makeGuard([]);

describe("without HITL_CALLBACK_ALLOW", () => {
  const urls = hostileUrls(4_430);

  test(`refuses ${urls.length} URLs into private, loopback, link-local, metadata and other special places`, () => {
    const through = urls.filter((url) => guard.fault(url) === null);
    // An empty fragment is none, and example.com itself is public.
    expect(through).toEqual(["https://example.com:4430/hook#"]);
    expect(urls.length).toBeGreaterThan(1_000);
  });

  test.each([
    "https://example.com/hook",
    "https://hooks.example.co.uk:8443/in/1?key=x",
    "https://bücher.example/",
    "https://93.184.216.34/",
    "https://[2606:2800:220:1:248:1893:25c8:1946]/",
    "https://127.0.0.1.nip.example/",
    "https://localhost.example.com/",
    "https://9.255.255.255/",
    "https://11.0.0.0/",
    "https://100.63.255.255/",
    "https://100.128.0.0/",
    "https://126.255.255.255/",
    "https://128.0.0.0/",
    "https://169.253.255.255/",
    "https://169.255.0.0/",
    "https://172.15.255.255/",
    "https://172.32.0.0/",
    "https://192.167.255.255/",
    "https://192.169.0.0/",
    "https://198.17.255.255/",
    "https://198.20.0.0/",
    "https://223.255.255.255/",
    "https://[2001:4860:4860::8888]/",
    "https://[2003::1]/",
  ])("takes the public address %s", (url) => {
    expect(guard.fault(url)).toBeNull();
  });

  test.each([
    ["https://127.1/", "127.0.0.1 is not a public address; HITL_CALLBACK_ALLOW has to name it."],
    ["https://localhost/", "localhost is a name inside a network; HITL_CALLBACK_ALLOW has to name it."],
    [
      "http://example.com/",
      "Agents are called over https; for plain http HITL_CALLBACK_ALLOW has to name example.com.",
    ],
    ["https://a:b@example.com/", "A callback's URL may hold no user and password; every call is signed instead."],
    ["https://example.com/#x", "A callback's URL may hold no fragment (#…): it would never be sent."],
    ["https://example.com./", "A callback's host is written without a dot at its end."],
    ["example.com", "A callback's URL is https://host/path."],
  ])("says about %s what to do", (url, sentence) => {
    expect(guard.fault(url)).toBe(sentence);
  });
});

describe("HITL_CALLBACK_ALLOW", () => {
  test.each<[allow: string, url: string, taken: boolean]>([
    ["127.0.0.1:9000", "http://127.0.0.1:9000/", true],
    ["127.0.0.1:9000", "https://127.0.0.1:9000/", true],
    ["127.0.0.1:9000", "http://2130706433:9000/", true],
    ["127.0.0.1:9000", "http://127.0.0.1:9001/", false],
    ["127.0.0.1:9000", "http://127.0.0.1/", false],
    ["127.0.0.1:9000", "http://localhost:9000/", false],
    ["127.0.0.1:9000", "http://[::ffff:127.0.0.1]:9000/", false],
    ["127.0.0.1:80", "http://127.0.0.1/", true],
    ["127.0.0.1:443", "https://127.0.0.1/", true],
    ["127.0.0.1:0443", "https://127.0.0.1/", true],
    ["127.0.0.1", "http://127.0.0.1:7/", true],
    ["10.1.0.0/16", "http://10.1.255.255:7/", true],
    ["10.1.0.0/16", "https://10.2.0.0/", false],
    ["10.1.2.3/16", "http://10.1.0.1/", true],
    ["0.0.0.0/0", "http://169.254.169.254/", true],
    ["0.0.0.0/0", "http://[::1]/", false],
    ["::/0", "http://[::1]/", true],
    ["::/0", "http://127.0.0.1/", false],
    ["::1", "http://[::1]:80/", true],
    ["::1", "http://[::2]:80/", false],
    ["[::1]:80", "http://[::1]/", true],
    ["[::1]:80", "http://[::1]:81/", false],
    ["[0:0::1]", "http://[::1]:81/", true],
    ["fd00::/8", "https://[fd12::1]/", true],
    ["fd00::/8", "https://[fe80::1]/", false],
    ["hooks.internal", "http://hooks.internal/", true],
    ["hooks.internal", "http://HOOKS.internal:8080/", true],
    ["hooks.internal", "http://other.hooks.internal/", false],
    ["hooks.internal:8080", "http://hooks.internal:8080/", true],
    ["hooks.internal:8080", "http://hooks.internal/", false],
    ["localhost", "http://localhost:3000/", true],
    ["localhost:3000", "http://localhost:3001/", false],
    ["redis", "https://redis/", true],
    ["example.com", "http://example.com/", true],
    ["example.com", "http://user@example.com/", false],
    ["10.1.0.0/16", "https://agent.internal/", true],
    ["10.1.0.0/16", "http://agent.internal/", false],
    ["10.1.0.0/16", "https://localhost/", false],
  ])("%s and %s: %s", (allow, url, taken) => {
    expect(makeGuard([allow]).fault(url) === null).toBe(taken);
  });

  test.each<[allow: string, url: string, address: string, admitted: boolean]>([
    ["", "https://example.com/", "93.184.216.34", true],
    ["", "https://example.com/", "2606:2800:220:1::1", true],
    ["", "https://example.com/", "127.0.0.1", false],
    ["", "https://example.com/", "10.0.0.1", false],
    ["", "https://example.com/", "169.254.169.254", false],
    ["", "https://example.com/", "::ffff:127.0.0.1", false],
    ["", "https://example.com/", "::ffff:93.184.216.34", false],
    ["", "https://example.com/", "fd12::1", false],
    ["", "https://example.com/", "fe80::1%eth0", false],
    ["", "https://example.com/", "not an address", false],
    ["10.1.0.0/16", "https://agent.internal/", "10.1.2.3", true],
    ["10.1.0.0/16", "https://agent.internal/", "10.2.2.3", false],
    ["10.1.0.5:8443", "https://agent.internal:8443/", "10.1.0.5", true],
    ["10.1.0.5:8443", "https://agent.internal/", "10.1.0.5", false],
    ["hooks.internal", "http://hooks.internal/", "10.9.9.9", true],
    ["hooks.internal", "http://hooks.internal/", "127.0.0.1", true],
    ["hooks.internal", "http://hooks.internal/", "fd12::1", true],
    ["hooks.internal", "http://hooks.internal/", "93.184.216.34", true],
    ["hooks.internal", "http://hooks.internal/", "169.254.169.254", false],
    ["hooks.internal", "http://hooks.internal/", "100.100.100.200", false],
    ["hooks.internal", "http://hooks.internal/", "fd00:ec2::254", false],
    ["hooks.internal", "http://hooks.internal/", "0.0.0.0", false],
    ["hooks.internal", "http://hooks.internal/", "::ffff:169.254.169.254", false],
    ["hooks.internal:80", "http://hooks.internal:81/", "10.9.9.9", false],
    ["169.254.169.254", "https://hooks.internal/", "169.254.169.254", true],
  ])("%j: %s may be called at %s: %s", (allow, url, address, admitted) => {
    expect(makeGuard(allow === "" ? [] : [allow]).admits(new URL(url), address)).toBe(admitted);
  });
});

describe("what the settings take", () => {
  const read = (entries: string) => {
    const faults: string[] = [];
    const { callbackAllow } = readEnvironment({ HITL_CALLBACK_ALLOW: entries }, "/tmp", (fault) => faults.push(fault));
    return { callbackAllow, faults: faults.length };
  };

  test("is understood here, in every form", () => {
    const entries =
      "127.0.0.1:9000,10.1.0.0/16,[::1]:80,[::1],FD00::/8,Hooks.internal,hooks.internal:8080,::1,localhost,redis,::ffff:10.0.0.1,0x7f.1";
    const { callbackAllow, faults } = read(entries);
    expect([callbackAllow.length, faults]).toEqual([12, 0]);
    expect(makeGuard(callbackAllow).fault("http://hooks.internal:1/")).toBeNull();
    expect(makeGuard(callbackAllow).fault("http://[fd00::1]:1/")).toBeNull();
  });

  test.each([
    ...[
      "http://127.0.0.1",
      "1.2.3.4.5",
      "999.1.1.1",
      "fe80::1%eth0",
      "[fe80::1%eth0]:80",
      "fe80::%eth0/10",
      "10.0.0.0/33",
    ],
    ...[
      "::/129",
      "10.0.0.0/",
      "10.0.0.0/x",
      "host:0",
      "host:65536",
      "host:",
      "*.example.com",
      "a b",
      "[::1",
      "user@host",
      "xn--:80",
    ],
  ])("leaves nothing else to be understood: %s", (entry) => {
    expect(read(entry).faults).toBe(1);
  });
});
