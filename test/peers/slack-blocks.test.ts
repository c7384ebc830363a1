/** What the fake Slack says to blocks and views: the limits and shapes of Block Kit, in Slack's words. */
import { describe, expect, test } from "vitest";
import { checkBlocks, checkView, isTooMuch } from "./slack/blocks/check.ts";
import { plain, section } from "./slack/bolt.ts";

type Block = Parameters<typeof isTooMuch>[0][number];
const x = (length: number) => "x".repeat(length);
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const button = (over: object = {}) => ({ type: "button", text: plain("Go"), ...over });
const actions = (...elements: object[]) => ({ type: "actions", elements }) as Block;
const input = (element: object, over: object = {}) =>
  ({ type: "input", label: plain("Label"), element, ...over }) as Block;
const option = (text: string, value = text) => ({ text: plain(text), value });
const options = (count: number) => times(count, (index) => option(`o${index}`));
const rich = (...elements: object[]) =>
  ({ type: "rich_text", elements: [{ type: "rich_text_section", elements }] }) as Block;
const modal = (blocks: object[], over: object = {}) =>
  ({ type: "modal", title: plain("Title"), submit: plain("Send"), blocks, ...over }) as Block;

function says(blocks: object[]): string[] {
  return checkBlocks(blocks as Block[]).map(({ pointer, message }) => `${pointer} ${message}`);
}
function saysOfView(view: object): string[] {
  return checkView(view as Block, "modal").map(({ pointer, message }) => `${pointer} ${message}`);
}
const schema = (pointer: string) => `${pointer} failed to match all allowed schemas`;

describe("takes", () => {
  const fine: [string, object[]][] = [
    ["50 blocks", times(50, () => ({ type: "divider" }))],
    ["a section of 3,000 characters", [section(x(3_000))]],
    ["ten fields of 2,000", [{ type: "section", fields: times(10, () => plain(x(2_000))) }]],
    ["a header of 150", [{ type: "header", text: plain(x(150)) }]],
    [
      "25 buttons with a text of 75, a value of 2,000 and an action_id of 255",
      [
        actions(
          ...times(25, (index) =>
            button({ text: plain(x(75)), value: x(2_000), action_id: x(253) + String(index).padStart(2, "0") }),
          ),
        ),
      ],
    ],
    ["ten elements of context", [{ type: "context", elements: times(10, () => plain("c")) }]],
    [
      "every style of rich text",
      [
        rich(
          { type: "text", text: "a", style: { bold: true, code: true } },
          { type: "user", user_id: "U1" },
          { type: "link", url: "https://a.test", text: "a" },
          { type: "emoji", name: "x" },
        ),
        {
          type: "rich_text",
          elements: [
            { type: "rich_text_preformatted", elements: [{ type: "text", text: "code" }], border: 1 },
            {
              type: "rich_text_list",
              style: "bullet",
              elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "i" }] }],
            },
            { type: "rich_text_quote", elements: [{ type: "text", text: "q" }] },
          ],
        },
      ],
    ],
    [
      "a table of 100 rows and 20 columns",
      [
        {
          type: "table",
          rows: times(100, () => times(20, () => ({ type: "raw_text", text: "c" }))),
          column_settings: [{ is_wrapped: true }, null],
        },
      ],
    ],
    [
      "a container of ten blocks",
      [{ type: "container", title: plain("t"), child_blocks: times(10, () => section("s")), is_collapsible: true }],
    ],
    ["a markdown block of 12,000", [{ type: "markdown", text: x(12_000) }]],
    [
      "a confirmation",
      [
        actions(
          button({
            confirm: { title: plain("Sure?"), text: plain("Really"), confirm: plain("Yes"), deny: plain("No") },
          }),
        ),
      ],
    ],
  ];
  test.each(fine)("%s", (_, blocks) => {
    expect(says(blocks)).toEqual([]);
  });

  test("a full modal", () => {
    const blocks = [
      input(
        {
          type: "plain_text_input",
          action_id: "a",
          max_length: 3_000,
          initial_value: x(3_000),
          placeholder: plain(x(150)),
        },
        { label: plain(x(2_000)), hint: plain(x(2_000)) },
      ),
      input({ type: "radio_buttons", action_id: "a", options: options(10), initial_option: option("o3") }),
      input({ type: "static_select", action_id: "a", options: options(100) }),
      input({ type: "number_input", is_decimal_allowed: true, min_value: "0", initial_value: "2.5" }),
      { type: "alert", text: plain("Careful"), level: "warning" },
    ];
    expect(
      saysOfView(
        modal(blocks, {
          title: plain(x(24)),
          submit: plain(x(24)),
          close: plain(x(24)),
          private_metadata: x(3_000),
          callback_id: x(255),
        }),
      ),
    ).toEqual([]);
    expect(saysOfView(modal(times(100, () => ({ type: "divider" }))))).toEqual([]);
  });
});

describe("refuses", () => {
  const wrong: [string, object[], string[]][] = [
    ["51 blocks", times(51, () => ({ type: "divider" })), ["/blocks no more than 50 items allowed"]],
    [
      "a section of 3,001",
      [section(x(3_001))],
      [schema("/blocks/0/text"), "/blocks/0/text/text must be less than 3001 characters"],
    ],
    ["an empty text", [section("")], [schema("/blocks/0/text"), "/blocks/0/text/text must be more than 0 characters"]],
    ["a section without anything", [{ type: "section" }], ["/blocks/0 must provide one of: text, fields"]],
    [
      "11 fields",
      [{ type: "section", fields: times(11, () => plain("f")) }],
      ["/blocks/0/fields no more than 10 items allowed"],
    ],
    [
      "a header of 151",
      [{ type: "header", text: plain(x(151)) }],
      [schema("/blocks/0/text"), "/blocks/0/text/text must be less than 151 characters"],
    ],
    [
      "mrkdwn in a header",
      [{ type: "header", text: { type: "mrkdwn", text: "*a*" } }],
      [schema("/blocks/0/text"), "/blocks/0/text/type must be a valid enum value"],
    ],
    ["26 buttons", [actions(...times(26, () => button()))], ["/blocks/0/elements no more than 25 items allowed"]],
    ["no buttons", [actions()], ["/blocks/0/elements no fewer than 1 items allowed"]],
    [
      "a button text of 76",
      [actions(button({ text: plain(x(76)) }))],
      [schema("/blocks/0/elements/0/text"), "/blocks/0/elements/0/text/text must be less than 76 characters"],
    ],
    [
      "a button value of 2,001",
      [actions(button({ value: x(2_001) }))],
      ["/blocks/0/elements/0/value must be less than 2001 characters"],
    ],
    [
      "an action_id of 256",
      [actions(button({ action_id: x(256) }))],
      ["/blocks/0/elements/0/action_id must be less than 256 characters"],
    ],
    [
      "a third colour",
      [actions(button({ style: "warning" }))],
      ["/blocks/0/elements/0/style must be a valid enum value"],
    ],
    [
      "a link that is none",
      [actions(button({ url: "javascript:alert(1)" }))],
      ["/blocks/0/elements/0/url invalid url"],
    ],
    [
      "the same action_id twice",
      [actions(button({ action_id: "a" }), button({ action_id: "a" }))],
      ['/blocks/0/elements/1/action_id `action_id` "a" already exists'],
    ],
    [
      "the same block_id twice",
      [
        { type: "divider", block_id: "b" },
        { type: "divider", block_id: "b" },
      ],
      ['/blocks/1/block_id `block_id` "b" already exists'],
    ],
    [
      "11 elements of context",
      [{ type: "context", elements: times(11, () => plain("c")) }],
      ["/blocks/0/elements no more than 10 items allowed"],
    ],
    [
      "a field that no divider has",
      [{ type: "divider", text: plain("t") }],
      ["/blocks/0 invalid additional property: text"],
    ],
    ["a block that nobody knows", [{ type: "dance" }], ["/blocks/0/type unsupported type: dance"]],
    ["a block without type", [{ text: "t" }], ["/blocks/0 missing required field: type"]],
    ["an alert in a message", [{ type: "alert", text: plain("a") }], ["/blocks/0/type unsupported type: alert"]],
    [
      "an empty rich text element",
      [rich({ type: "text", text: "" })],
      ["/blocks/0/elements/0/elements/0/text must be more than 0 characters"],
    ],
    [
      "markdown blocks of 12,001 together",
      [
        { type: "markdown", text: x(12_000) },
        { type: "markdown", text: "x" },
      ],
      ["/blocks must be less than 12001 characters in all markdown blocks"],
    ],
    [
      "a text where an object belongs",
      [{ type: "section", text: "t" }],
      [schema("/blocks/0/text"), "/blocks/0/text must provide an object"],
    ],
    [
      "101 rows",
      [{ type: "table", rows: times(101, () => [{ type: "raw_text", text: "c" }]) }],
      ["/blocks/0/rows no more than 100 items allowed"],
    ],
    [
      "an option that is not offered at first",
      [input({ type: "radio_buttons", options: options(2), initial_option: option("z") })],
      ["/blocks/0/element/initial_option must be one of the provided options"],
    ],
    [
      "11 radio buttons",
      [input({ type: "radio_buttons", options: options(11) })],
      ["/blocks/0/element/options no more than 10 items allowed"],
    ],
    [
      "101 options",
      [input({ type: "static_select", options: options(101) })],
      ["/blocks/0/element/options no more than 100 items allowed"],
    ],
    [
      "an option of 76",
      [input({ type: "static_select", options: [option(x(76), "v")] })],
      [
        schema("/blocks/0/element/options/0/text"),
        "/blocks/0/element/options/0/text/text must be less than 76 characters",
      ],
    ],
    [
      "a select without options",
      [input({ type: "static_select" })],
      ["/blocks/0/element must provide either options or option_groups"],
    ],
    [
      "a label of 2,001",
      [input({ type: "plain_text_input" }, { label: plain(x(2_001)) })],
      [schema("/blocks/0/label"), "/blocks/0/label/text must be less than 2001 characters"],
    ],
    ["a button as an input", [input(button())], ["/blocks/0/element/type unsupported type: button"]],
  ];
  test.each(wrong)("%s", (_, blocks, expected) => {
    expect(says(blocks)).toEqual(expected);
  });

  const views: [string, object, string[]][] = [
    ["101 blocks", modal(times(101, () => ({ type: "divider" }))), ["/view/blocks no more than 100 items allowed"]],
    [
      "a title of 25",
      modal([], { title: plain(x(25)) }),
      [schema("/view/title"), "/view/title/text must be less than 25 characters"],
    ],
    ["no title", { type: "modal", blocks: [] }, ["/view missing required field: title"]],
    [
      "private_metadata of 3,001",
      modal([], { private_metadata: x(3_001) }),
      ["/view/private_metadata must be less than 3001 characters"],
    ],
    [
      "a field that no modal has",
      modal([], { submit_disabled: true }),
      ["/view invalid additional property: submit_disabled"],
    ],
    ["a markdown block", modal([{ type: "markdown", text: "m" }]), ["/view/blocks/0/type unsupported type: markdown"]],
    [
      "a form that cannot be sent",
      { ...modal([input({ type: "plain_text_input" })]), submit: undefined },
      ["/view/blocks/0/input must define `submit` to use an `input` block in modals"],
    ],
    [
      "two fields that take the focus",
      modal(times(2, () => input({ type: "plain_text_input", focus_on_load: true }))),
      ["/view/blocks/1/element only one element can have focus_on_load"],
    ],
    ["a home for a modal", { type: "home", blocks: [] }, ["/view/type unsupported type: home"]],
  ];
  test.each(views)("a modal with %s", (_, view, expected) => {
    expect(saysOfView(JSON.parse(JSON.stringify(view)))).toEqual(expected);
  });
});

test("a message's text together stays under 13,200, with entities and headers counted", () => {
  const four = (last: number) => [
    section(x(3_000)),
    section(x(3_000)),
    section(x(3_000)),
    section(x(3_000)),
    section(x(last)),
  ];
  expect(isTooMuch(four(1_199))).toBe(false);
  expect(isTooMuch(four(1_200))).toBe(true);
  expect(isTooMuch(four(1_100).concat(section("&".repeat(20))))).toBe(true);
  const header = { type: "header", text: plain("h") } as Block;
  expect(isTooMuch([...four(1_099), header])).toBe(true);
  expect(isTooMuch([...four(1_098), header])).toBe(false);
});
