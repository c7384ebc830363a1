import { describe, expect, test } from "vitest";
import { commandLimits } from "./limits/commands.ts";
import { messageLimits } from "./limits/message.ts";
import { modalLimits } from "./limits/modal.ts";
import { checks } from "./limits/problems.ts";
import type { Part } from "./wire.ts";

const V2 = 32768;
const text = (content: string): Part => ({ type: 10, content });
const button = (custom_id: string, label = "Go"): Part => ({ type: 2, style: 1, custom_id, label });
const row = (...components: Part[]): Part => ({ type: 1, components });
const several = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));
const menu = (count: number, rest: object = {}): Part => ({
  type: 3,
  custom_id: "m",
  options: several(count, (index) => ({ label: `o${index}`, value: `${index}` })),
  ...rest,
});
const label = (component: Part, rest: object = {}): Part => ({ type: 18, label: "Why", component, ...rest });
const input = (custom_id: string, rest: object = {}): Part => ({ type: 4, custom_id, style: 1, ...rest });
const choices = (type: number, count: number, rest: object = {}): Part => ({ ...menu(count, rest), type });

/** Codes of what is wrong with it. */
function message(body: object, files: string[] = [], before?: object): string[] {
  const check = checks();
  messageLimits(check, body as Record<string, unknown>, files, before as never);
  return check.problems.map(({ path, code }) => `${path.join(".")} ${code}`);
}

function modal(components: unknown, rest: object = {}): string[] {
  const check = checks();
  modalLimits(check, { custom_id: "f", title: "Form", components, ...rest });
  return check.problems.map(({ path, code }) => `${path.join(".")} ${code}`);
}

describe("a message's limits", () => {
  const refused: [what: string, body: object, problem: string][] = [
    ["content over 2,000 characters", { content: "x".repeat(2001) }, "content BASE_TYPE_MAX_LENGTH"],
    ["six rows", { components: several(6, (at) => row(button(`${at}`))) }, "components BASE_TYPE_BAD_LENGTH"],
    [
      "a button without a custom id",
      { components: [row({ type: 2, style: 1, label: "Go" })] },
      "components.0.components.0.custom_id BASE_TYPE_REQUIRED",
    ],
    [
      "six buttons in a row",
      { components: [row(...several(6, (at) => button(`${at}`)))] },
      "components.0.components BASE_TYPE_BAD_LENGTH",
    ],
    [
      "a custom id of 101",
      { components: [row(button("x".repeat(101)))] },
      "components.0.components.0.custom_id BASE_TYPE_MAX_LENGTH",
    ],
    [
      "a custom id twice",
      { components: [row(button("a"), button("a"))] },
      "components.0.components.1.custom_id COMPONENT_CUSTOM_ID_DUPLICATED",
    ],
    [
      "a label of 81",
      { components: [row(button("a", "x".repeat(81)))] },
      "components.0.components.0.label BASE_TYPE_MAX_LENGTH",
    ],
    [
      "a button without label or emoji",
      { components: [row({ type: 2, style: 1, custom_id: "a" })] },
      "components.0.components.0 BUTTON_COMPONENT_INVALID_LABEL",
    ],
    [
      "a link of another scheme",
      { components: [row({ type: 2, style: 5, label: "Go", url: "javascript:1" })] },
      "components.0.components.0.url URL_TYPE_INVALID_SCHEME",
    ],
    ["26 options", { components: [row(menu(26))] }, "components.0.components.0.options BASE_TYPE_BAD_LENGTH"],
    [
      "an option's value twice",
      {
        components: [
          row(
            menu(0, {
              options: [
                { label: "a", value: "v" },
                { label: "b", value: "v" },
              ],
            }),
          ),
        ],
      },
      "components.0.components.0.options.1.value SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
    ],
    [
      "a description of 101",
      { components: [row(menu(0, { options: [{ label: "a", value: "v", description: "x".repeat(101) }] }))] },
      "components.0.components.0.options.0.description BASE_TYPE_MAX_LENGTH",
    ],
    [
      "a menu beside a button",
      { components: [row(menu(2), button("b"))] },
      "components.0.components COMPONENT_LAYOUT_WIDTH_EXCEEDED",
    ],
    ["a radio group", { components: [row(choices(21, 3))] }, "components.0.components.0.type UNION_TYPE_CHOICES"],
    ["V2 parts without the flag", { components: [text("hi")] }, "components.0.type UNION_TYPE_CHOICES"],
    [
      "content beside V2",
      { flags: V2, content: "hi", components: [text("hi")] },
      "content MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ],
    [
      "embeds beside V2",
      { flags: V2, embeds: [{ title: "hi" }], components: [text("hi")] },
      "embeds MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ],
    ["V2 without components", { flags: V2 }, "components BASE_TYPE_REQUIRED"],
    [
      "41 components counting nested",
      { flags: V2, components: [{ type: 17, components: several(40, () => text("x")) }] },
      "components COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
    ],
    [
      "4,001 characters over all",
      { flags: V2, components: [text("x".repeat(4000)), text("y")] },
      "components COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
    ],
    ["a blank text display", { flags: V2, components: [text(" \n")] }, "components.0.content BASE_TYPE_BAD_LENGTH"],
    [
      "a container in a container",
      { flags: V2, components: [{ type: 17, components: [{ type: 17, components: [text("x")] }] }] },
      "components.0.components.0.type UNION_TYPE_CHOICES",
    ],
    [
      "a section without accessory",
      { flags: V2, components: [{ type: 9, components: [text("x")] }] },
      "components.0.accessory.type UNION_TYPE_CHOICES",
    ],
    [
      "a file that was not sent",
      { flags: V2, components: [{ type: 13, file: { url: "attachment://plan.txt" } }] },
      "components.0.file.url UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
    ],
    [
      "mentions both parsed and listed",
      { content: "x", allowed_mentions: { parse: ["users"], users: ["1"] } },
      "allowed_mentions MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    ],
    ["a nonce of 26", { content: "x", nonce: "n".repeat(26) }, "nonce BASE_TYPE_MAX_LENGTH"],
    [
      "embeds over 6,000 characters",
      { embeds: several(2, () => ({ description: "x".repeat(3001) })) },
      "embeds MAX_EMBED_SIZE_EXCEEDED",
    ],
  ];

  test.each(refused)("refuse %s", (_, body, problem) => {
    expect(message(body)).toEqual([problem]);
  });

  test("let through what just fits", () => {
    expect(
      message({
        content: "x".repeat(2000),
        components: several(5, (at) => row(...several(5, (of) => button(`${at}.${of}`)))),
      }),
    ).toEqual([]);
    const body = [text("x".repeat(3900)), ...several(37, () => text("ab"))];
    expect(
      message({ flags: V2, components: [{ type: 17, components: [...body, row()].slice(0, 38) }, text("c")] }),
    ).toEqual([]);
    expect(
      message({ flags: V2, components: [{ type: 13, file: { url: "attachment://plan.txt" } }] }, ["plan.txt"]),
    ).toEqual([]);
    expect(
      message({ components: [row(menu(25, { min_values: 0, max_values: 25, placeholder: "p".repeat(150) }))] }),
    ).toEqual([]);
  });

  test("keep the V2 flag for ever and ask for the old content to go when it comes", () => {
    const v2 = { flags: V2, content: "", embeds: [], components: [text("x")] };
    expect(message({ flags: 0, content: "x" }, [], v2)).toContain("flags MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG");
    expect(message({ content: "x" }, [], v2)).toEqual(["content MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"]);
    const old = { flags: 0, content: "x", embeds: [], components: [] };
    expect(message({ flags: V2, components: [text("x")] }, [], old)).toEqual([
      "content MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ]);
    expect(message({ flags: V2, content: null, components: [text("x")] }, [], old)).toEqual([]);
  });
});

describe("a modal's limits", () => {
  const refused: [what: string, components: unknown, problem: string, rest?: object][] = [
    ["a title of 46", [label(input("a"))], "data.title BASE_TYPE_MAX_LENGTH", { title: "x".repeat(46) }],
    ["no components", [], "data.components BASE_TYPE_BAD_LENGTH"],
    ["six components", several(6, (at) => label(input(`${at}`))), "data.components BASE_TYPE_BAD_LENGTH"],
    ["a label of 46", [label(input("a"), { label: "x".repeat(46) })], "data.components.0.label BASE_TYPE_MAX_LENGTH"],
    [
      "a description of 101",
      [label(input("a"), { description: "x".repeat(101) })],
      "data.components.0.description BASE_TYPE_MAX_LENGTH",
    ],
    [
      "an input of 4,001",
      [label(input("a", { max_length: 4001 }))],
      "data.components.0.component.max_length NUMBER_TYPE_RANGE",
    ],
    [
      "a preset longer than the input",
      [label(input("a", { max_length: 3, value: "four" }))],
      "data.components.0.component.value BASE_TYPE_MAX_LENGTH",
    ],
    ["one radio option", [label(choices(21, 1))], "data.components.0.component.options BASE_TYPE_BAD_LENGTH"],
    ["eleven radio options", [label(choices(21, 11))], "data.components.0.component.options BASE_TYPE_BAD_LENGTH"],
    ["eleven checkboxes", [label(choices(22, 11))], "data.components.0.component.options BASE_TYPE_BAD_LENGTH"],
    [
      "a custom id twice",
      [label(input("a")), label(input("a"))],
      "data.components.1.component.custom_id COMPONENT_CUSTOM_ID_DUPLICATED",
    ],
    ["a button", [label(button("a"))], "data.components.0.component.type UNION_TYPE_CHOICES"],
    ["a bare input", [input("a")], "data.components.0.type UNION_TYPE_CHOICES"],
    [
      "nothing asked of a required menu",
      [label(menu(3, { min_values: 0 }))],
      "data.components.0.component.min_values SELECT_COMPONENT_REQUIRED",
    ],
  ];

  test.each(refused)("refuse %s", (_, components, problem, rest) => {
    expect(modal(components, rest)).toEqual([problem]);
  });

  test("let through every control", () => {
    const text = { type: 10, content: "Read this" };
    const optional = { custom_id: "b", required: false, min_values: 0 };
    expect(
      modal([
        text,
        label(input("a", { max_length: 4000 })),
        label(choices(21, 10, { custom_id: "r" })),
        label(choices(22, 10, optional)),
        label(menu(25)),
      ]),
    ).toEqual([]);
    expect(
      modal([
        label({ type: 23, custom_id: "c" }),
        label({ type: 5, custom_id: "u" }),
        row(input("old", { label: "Old" })),
      ]),
    ).toEqual([]);
  });
});

test("a command's limits refuse what could not be typed", () => {
  const check = checks();
  const description = "d";
  commandLimits(check, [
    { name: "Hitl", description },
    { name: "two words", description },
    { name: "ok", description: "d".repeat(101) },
    {
      name: "late",
      description,
      options: [
        { type: 3, name: "a", description },
        { type: 3, name: "b", description, required: true },
      ],
    },
  ]);
  expect(check.problems.map(({ path, code }) => `${path.join(".")} ${code}`)).toEqual([
    "0.name APPLICATION_COMMAND_INVALID_NAME",
    "1.name APPLICATION_COMMAND_INVALID_NAME",
    "2.description BASE_TYPE_MAX_LENGTH",
    "3.options.1 APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
  ]);
});
