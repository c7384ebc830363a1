/** What is hidden of a text, and what is not: each line is an agent's, before and after. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rulesOf, SHAPES } from "../../../src/policy/redact/rules.ts";
import { coverText } from "../../../src/policy/redact/text.ts";

const rules = rulesOf();
const shown = (text: string) => coverText(text, rules).text;
const all = rulesOf({ shapes: Object.fromEntries(SHAPES.map((shape) => [shape, true])) });

const A36 = "abcdefghijklmnopqrstuvwxyz0123456789";
const PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow+/=\n-----END RSA PRIVATE KEY-----";

describe("hides", () => {
  const cases: [what: string, before: string, after: string][] = [
    ["a token of GitHub", `push with ghp_${A36}.`, "push with [redacted 40 chars]."],
    ["one behind a line break of a text in a text", `log:\\nghp_${A36}\\n`, "log:\\n[redacted 40 chars]\\n"],
    ["one behind a percent sign", `?x=%20ghp_${A36}`, "?x=%20[redacted 40 chars]"],
    ["a token of OpenAI", "key sk-proj-a1b2c3d4e5f6a7b8c9d0e1f2 is new", "key [redacted 32 chars] is new"],
    ["an access key of AWS", "AKIAIOSFODNN7EXAMPLE", "[redacted 20 chars]"],
    ["a token of Slack", "xoxb-123456789012-abcdef", "[redacted 24 chars]"],
    [
      "the secret part of a webhook's address",
      "https://hooks.slack.com/services/T0001/B0001/abcdefgh12345678",
      "https://hooks.slack.com/services/[redacted 28 chars]",
    ],
    ["a bot's token of Telegram", "123456789:AAabcdefghijklmnopqrstuvwxyz0123456", "[redacted 45 chars]"],
    ["a bot's token of Discord", "MTIzNDU2Nzg5MDEyMzQ1Njc4.abcdef.abcdefghijklmnopqrstuvwxyz0", "[redacted 59 chars]"],
    ["this program's own tokens", "hitl_agent_0123456789abcdefghij", "[redacted 31 chars]"],
    ["a private key", `before ${PEM} after`, "before [redacted 71 chars] after"],
    ["a private key in one line", `"${PEM.replaceAll("\n", "\\n")}"`, '"[redacted 73 chars]"'],
    ["a private key that is cut off, to the end", "-----BEGIN PRIVATE KEY-----\nMIIE and so on", "[redacted 42 chars]"],
    ["a signed token", "jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-_DEF123.", "jwt [redacted 52 chars]."],
    ["what follows Bearer", "Authorization: Bearer abc123def456", "Authorization: Bearer [redacted 12 chars]"],
    ["what follows Basic", "-H 'authorization: basic dXNlcjpwYXNz'", "-H 'authorization: basic [redacted 12 chars]'"],
    [
      "any other credential of that header",
      "Authorization: Token 12 34\nAccept: */*",
      "Authorization: Token [redacted 5 chars]\nAccept: */*",
    ],
    [
      "what stands behind a bracket that nothing closes",
      'tokens: [see below\npassword=hunter2Zx9\nsay "hello" 12 times',
      'tokens: [see below\npassword=[redacted 10 chars]\nsay "hello" 12 times',
    ],
    ["the first value of a list that is cut off", '"token": ["a b', '"token": ["[redacted 3 chars]'],
    [
      "a name within another's braces",
      "Config{credentials={user=bob, password=hunter2Zx9}, x=1}",
      "Config{credentials={user=bob, password=[redacted 10 chars]}, x=1}",
    ],
    [
      "a value in braces",
      "Data Source=x;Password={hunter2Zx9};User=b",
      "Data Source=x;Password={[redacted 10 chars]};User=b",
    ],
    ["a mapping of YAML in one line", "secrets: { db: hunter2Zx9 }", "secrets: { db: [redacted 10 chars] }"],
    [
      "a list of YAML in one line",
      "password: [hunter2Zx9, aGVsbG8y==]",
      "password: [[redacted 10 chars], [redacted 10 chars]]",
    ],
    [
      "all of a list one of whose texts holds a bracket",
      'run secrets: ["a]b", "c"] and "d"',
      'run secrets: ["[redacted 3 chars]", "[redacted 1 chars]"] and "d"',
    ],
    [
      "a text of YAML below its name",
      "- password: |\n    hunter two\n\n    three\n  user: bob",
      "- password: |\n    [redacted 21 chars]\n  user: bob",
    ],
    ["a folded one", "password: >-\r\n  hunter2\r\nuser: bob", "password: >-\r\n  [redacted 7 chars]\r\nuser: bob"],
    [
      "a text of YAML whose lines begin with a tab",
      "password: |\n  \thunter2Zx9\n \t \n  \tmore\nuser: bob22",
      "password: |\n  [redacted 23 chars]\nuser: bob22",
    ],
    ["what a tag of YAML says the type of", "PASSWORD: !!str hunter2Zx9", "PASSWORD: !!str [redacted 10 chars]"],
    [
      "the short names, where they stand alone",
      '{"user": "a", "pass": "hunter"} user=a pass=hunter\npw: hunter2',
      '{"user": "a", "pass": "[redacted 6 chars]"} user=a pass=[redacted 6 chars]\npw: [redacted 7 chars]',
    ],
    ["a cookie", "Cookie: sid=abc; theme=dark", "Cookie: [redacted 19 chars]"],
    [
      "a password in an address",
      "postgres://app:hunter2@db:5432/main",
      "postgres://app:[redacted 7 chars]@db:5432/main",
    ],
    ["a token in an address", "https://0123456789abcdef0123@example.com", "https://[redacted 20 chars]@example.com"],
    [
      "a parameter of an address",
      "https://x.io/a?id=7&api_key=hunter2&b=1#f",
      "https://x.io/a?id=7&api_key=[redacted 7 chars]&b=1#f",
    ],
    ["what signs an address", "https://x.io/a?sv=1&sig=abc%2Bdef%3D", "https://x.io/a?sv=1&sig=[redacted 12 chars]"],
    ["a variable", "export DB_PASSWORD='two words' && run", "export DB_PASSWORD='[redacted 9 chars]' && run"],
    [
      "a member of JSON",
      '{"user": "bob", "api_key": "a, b", "n": 1}',
      '{"user": "bob", "api_key": "[redacted 4 chars]", "n": 1}',
    ],
    [
      "a member of JSON in JSON",
      '{"log": "{\\"token\\": \\"a b\\", \\"n\\": 1}"}',
      '{"log": "{\\"token\\": \\"[redacted 3 chars]\\", \\"n\\": 1}"}',
    ],
    [
      "lists and objects under such a name",
      '{"secrets": {"db": ["a", "b"], "n": 12}, "x": "y"}',
      '{"secrets": {"db": ["[redacted 1 chars]", "[redacted 1 chars]"], "n": [redacted 2 chars]}, "x": "y"}',
    ],
    [
      "a pair of name and value",
      '[{"name": "DB_PASSWORD", "value": "x"}, {"name": "HOME", "value": "/"}]',
      '[{"name": "DB_PASSWORD", "value": "[redacted 1 chars]"}, {"name": "HOME", "value": "/"}]',
    ],
    [
      "YAML",
      "db:\n  user: app\n  password: hunter\n  port: 5432",
      "db:\n  user: app\n  password: [redacted 6 chars]\n  port: 5432",
    ],
    ["an .ini file", "[db]\npassword = hunter\n", "[db]\npassword = [redacted 6 chars]\n"],
    [
      "a connection string",
      "Server=db;Password=a,b;Encrypt=true",
      "Server=db;Password=[redacted 3 chars];Encrypt=true",
    ],
    ["a flag", "run --client-secret hunter --verbose", "run --client-secret [redacted 6 chars] --verbose"],
    ["a user's password", "curl -u admin:hunter2 https://x.io", "curl -u admin:[redacted 7 chars] https://x.io"],
    ["an element", "<password>hunter two</password>", "<password>[redacted 10 chars]</password>"],
    [
      "bold words",
      "**API key:** abc123 and `token`: `abc`",
      "**API key:** [redacted 6 chars] and `token`: `[redacted 3 chars]`",
    ],
    ["a row of a table", "| api key | abc123 |", "| api key | [redacted 6 chars] |"],
    ["a card number", "charge 4111 1111 1111 1111, 12/27", "charge [redacted 19 chars], 12/27"],
    ["a card number without spaces", "5500005555555559", "[redacted 16 chars]"],
    ["a card number with hyphens", "6011-0009-9013-9424", "[redacted 19 chars]"],
    ["an American Express card", "3714 496353 98431", "[redacted 17 chars]"],
    ["a social security number, all of it", "SSN is 123-45-6789", "SSN is [redacted 11 chars]"],
    ["a social security number with spaces", "is 123 45 6789.", "is [redacted 11 chars]."],
    ["a social security number that its name alone gives away", "SSN: 123456789", "SSN: [redacted 9 chars]"],
  ];
  test.each(cases)("%s", (_, before, after) => {
    expect(shown(before)).toBe(after);
  });
});

describe("leaves alone", () => {
  test.each([
    [
      "prose about passwords",
      "The password: please reset it. Token: the unit of text. Basic understanding of Bearer authentication.",
    ],
    [
      "code that handles secrets",
      "const token = await fetchToken(); secret = config.secret; password = os.environ['DB']",
    ],
    [
      "places for secrets",
      "token=$GITHUB_TOKEN password=$\u007bDB_PASSWORD} key: {{ secrets.KEY }} --token <token> pw %PASSWORD%",
    ],
    ["types", "password: string, token: null, api_key: required"],
    ["counts", '{"max_tokens": 4096, "completion_tokens": 12} max_tokens=100 token: 7'],
    [
      "places for secrets in braces",
      "token=$\u007b{ secrets.A1B2 }} password: {{ lookup('env', 'DB2') }} password={password} token={apiKey}",
    ],
    [
      "names and code in braces",
      "credentials: { accessKeyId, config.secret } tokens.map(token => { return to2(x1234) })",
    ],
    ["a text of YAML that is not there", "password: |\nuser: bob22"],
    [
      "what passes and fails",
      '{"pass": 12} --- PASS: TestFoo2 (0.1s)\nPASS: 12\nsecond pass: Redis4 done\n| pass | 1.23s |\npass=12 fail=3',
    ],
    [
      "public keys and certificates",
      "-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE----- -----BEGIN PUBLIC KEY-----",
    ],
    [
      "commits, digests and ids",
      "9fceb02d0ae598e95dc970b74767f19372d61af8 sha256:abcdef 123e4567-e89b-12d3-a456-426614174000",
    ],
    ["numbers that no card has", "order 4111111111111112, 1234567812345678, 20261120100000, 0.4111111111111111"],
    ["numbers that were never given out", "000-12-3456 666-12-3456 900-12-3456 123-00-4567 123-45-0000 1123-45-67890"],
    ["telephone numbers and dates", "+1 555-123-4567, 2026-11-20, 555-1234"],
    ["e-mail addresses", "write to alice@example.com"],
    ["users and groups", "docker run -u 1000:1000 --user root"],
    ["an address without a secret", "https://example.com:8080/a?id=7&page=2"],
    ["a mark", "password=[redacted 7 chars] and [redacted 24 chars]"],
  ])("%s", (_, text) => {
    expect(shown(text)).toBe(text);
  });
});

test("hides e-mail addresses and what looks drawn by lot where that is asked for", () => {
  const asked = rulesOf({ shapes: { email: true, entropy: true } });
  expect(coverText("to Alice.B+x@mail.example.com, now", asked).text).toBe("to [redacted 26 chars], now");
  expect(coverText("id aB3dE6gH9jK2mN5pQ8sT1vW4 x", asked).text).toBe("id [redacted 24 chars] x");
  expect(coverText("id 9fceb02d0ae598e95dc970b74767f19372d61af8 x", asked).text).toBe("id [redacted 40 chars] x");
  const plain = "uuid 123e4567-e89b-12d3-a456-426614174000, internationalization, aaaaaaaaaaaaaaaaaaaaaaaa";
  expect(coverText(plain, asked).text).toBe(plain);
});

test("takes as many secrets in one list as there are", () => {
  expect(shown(`secrets: [${"1 ".repeat(300_000)}]`)).toMatch(/^secrets: \[(\[redacted 1 chars\] ){300000}\]$/);
});

test("hides nothing of a shape that is switched off", () => {
  const off = rulesOf({ shapes: { card: false, ssn: false } });
  const text = "charge 4111 1111 1111 1111 for 123-45-6789";
  expect(coverText(text, off).text).toBe(text);
});

test("leaves every mark as it is when it is hidden a second time", () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      ...["password=", "token: ", '"api_key": "', "Bearer ", "://u:", "@", "4111 1111 1111 1111", "123-45-6789"],
    ),
    fc.constantFrom(
      ...[
        `ghp_${A36}`,
        "eyJabcdefgh.eyJabcdefgh.x",
        "-----BEGIN PRIVATE KEY-----",
        '"',
        "'",
        "\\",
        "\n",
        " ",
        "--token ",
        "[",
        "{",
        "=",
      ],
    ),
  );
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(text, (before) => {
      const once = coverText(before, all);
      expect(once.spans.every(({ from, to }) => from >= 0 && from < to && to <= before.length)).toBe(true);
      const marks = (text: string): string[] => text.match(/\[redacted \d+ chars\]/g) ?? [];
      const twice = marks(coverText(once.text, all).text);
      for (const mark of marks(once.text)) expect(twice.splice(twice.indexOf(mark), 1)).toEqual([mark]);
    }),
    { numRuns: 500 },
  );
});
