/** The blocks of Block Kit and the surfaces they may stand on. Limits: docs.slack.dev, blocks. */
import { button, inActions, inContextActions, inInput, inSection } from "./elements.ts";
import { imageElement, mrkdwn, plain, words } from "./parts.ts";
import { richText } from "./rich.ts";
import { also, byType, type Check, flag, list, type Surface, shape, text, typed, url, word, wrong } from "./shape.ts";

const id = { block_id: text(255) };
const ALL: readonly Surface[] = ["message", "modal", "home"];

function on(surfaces: readonly Surface[], [type, check]: [string, Check]): [string, Check] {
  return [
    type,
    (value, at, eye) => {
      if (surfaces.includes(eye.surface)) check(value, at, eye);
      else wrong(eye, `${at}/type`, `unsupported type: ${type}`);
    },
  ];
}

function needsOne([type, check]: [string, Check], ...names: string[]): [string, Check] {
  return [
    type,
    also(check, (value, at, eye) => {
      if (names.every((name) => value[name] === undefined)) wrong(eye, at, `must provide one of: ${names.join(", ")}`);
    }),
  ];
}

const actions = typed("actions", { elements: list(inActions, 25) }, id);
const context = typed(
  "context",
  {
    elements: list(
      byType([
        imageElement,
        typed("plain_text", { text: text(3_000) }, { emoji: flag }),
        typed("mrkdwn", { text: text(3_000) }, { verbatim: flag }),
      ]),
      10,
    ),
  },
  id,
);
const divider = typed("divider", {}, id);
const header = typed("header", { text: plain(150) }, id);
const image = needsOne(
  typed("image", { alt_text: text(2_000) }, { ...id, image_url: url, title: plain(2_000) }),
  "image_url",
);
const input = typed(
  "input",
  { label: plain(2_000), element: inInput },
  { ...id, hint: plain(2_000), optional: flag, dispatch_action: flag },
);
const section = needsOne(
  typed(
    "section",
    {},
    { ...id, text: words(3_000), fields: list(words(2_000), 10), accessory: inSection, expand: flag },
  ),
  "text",
  "fields",
);
const column = shape({}, { align: word("left", "center", "right"), is_wrapped: flag });
const cell = byType([
  richText,
  typed("raw_text", { text: text(40_000) }),
  typed("raw_number", { value: aNumber(), text: text(255) }),
]);
const table = typed(
  "table",
  { rows: list(list(cell, 20), 100) },
  { ...id, column_settings: list(nullable(column), 20) },
);
const card = needsOne(
  typed(
    "card",
    {},
    {
      ...id,
      hero_image: imageElement[1],
      icon: imageElement[1],
      title: mrkdwn(150),
      subtitle: mrkdwn(150),
      body: mrkdwn(200),
      actions: list(byType([button]), 25),
    },
  ),
  "hero_image",
  "title",
  "actions",
  "body",
);
const container = needsOne(
  typed(
    "container",
    { child_blocks: list(byType([actions, context, divider, header, image, input, richText, section, table]), 10) },
    {
      ...id,
      title: plain(150),
      rich_text_title: richText[1],
      subtitle: words(150),
      width: word("narrow", "standard", "wide", "full"),
      icon: imageElement[1],
      is_collapsible: flag,
      default_collapsed: flag,
      has_header_divider: flag,
    },
  ),
  "title",
  "rich_text_title",
);
const alert = typed(
  "alert",
  { text: words(3_000) },
  { ...id, level: word("default", "info", "warning", "error", "success") },
);

/** Blocks that this peer does not know are refused as unsupported: data_table, file, plan, task_card, video. */
export const block: Check = byType([
  on(ALL, actions),
  on(ALL, context),
  on(ALL, divider),
  on(ALL, header),
  on(ALL, image),
  on(ALL, input),
  on(ALL, richText),
  on(ALL, section),
  on(["message"], typed("markdown", { text: text(12_000) }, id)),
  on(["message"], table),
  on(["message"], container),
  on(["message"], typed("context_actions", { elements: list(inContextActions, 5) }, id)),
  on(["message", "home"], typed("carousel", { elements: list(byType([card]), 10) }, id)),
  on(ALL, card),
  on(["modal"], alert),
]);

function nullable(check: Check): Check {
  return (value, at, eye) => {
    if (value !== null) check(value, at, eye);
  };
}

function aNumber(): Check {
  return (value, at, eye) => {
    if (typeof value !== "number") wrong(eye, at, "must provide a number");
  };
}
