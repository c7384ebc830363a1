/** The interactive elements of Block Kit, and where each may stand. Limits: docs.slack.dev, block elements. */
import { confirm, imageElement, offered, option, optionGroup, overflowOption, plain, style, words } from "./parts.ts";
import { richText } from "./rich.ts";
import {
  also,
  byType,
  type Check,
  flag,
  list,
  matching,
  shape,
  text,
  typed,
  url,
  whole,
  word,
  wrong,
} from "./shape.ts";

const id = { action_id: text(255) };
const focus = { focus_on_load: flag };
const asks = { confirm };
const placeholder = { placeholder: plain(150) };
const picks = { max_selected_items: whole(1, 100) };
const dispatch = {
  dispatch_action_config: shape({
    trigger_actions_on: list(word("on_enter_pressed", "on_character_entered"), 2),
  }),
};
const number = matching(/^-?\d+(\.\d+)?$/, "must be a number");
const date = matching(/^\d{4}-\d{2}-\d{2}$/, "must be a date as YYYY-MM-DD");
const time = matching(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time as HH:mm");

export const button = typed(
  "button",
  { text: plain(75) },
  { ...id, ...asks, value: text(2_000), url, style, accessibility_label: text(75) },
);

const overflow = typed("overflow", { options: list(overflowOption, 5) }, { ...id, ...asks });

function choice(type: string, max: number, initial: Record<string, Check>): [string, Check] {
  const [name, check] = typed(type, { options: list(option(words), max) }, { ...id, ...asks, ...focus, ...initial });
  return [name, offered(check)];
}
const radio = choice("radio_buttons", 10, { initial_option: option(words) });
const checkboxes = choice("checkboxes", 10, { initial_options: list(option(words), 10) });

const menu = { ...id, ...asks, ...focus, ...placeholder };
const names = list(text(255), 100);

function menuOf(type: string, optional: Record<string, Check>): [string, Check] {
  const [name, check] = typed(type, {}, { ...menu, ...optional });
  return type.endsWith("static_select") ? [name, offered(check)] : [name, check];
}
const options = { options: list(option(plain), 100), option_groups: list(optionGroup, 100) };
const filter = {
  filter: shape(
    {},
    {
      include: list(word("im", "mpim", "private", "public"), 4),
      exclude_external_shared_channels: flag,
      exclude_bot_users: flag,
    },
  ),
};
const external = { min_query_length: whole(0, 3_000) };
const conversations = { default_to_current_conversation: flag, ...filter };
const answers = { response_url_enabled: flag };
const menus: [string, Check][] = [
  menuOf("static_select", { ...options, initial_option: option(plain) }),
  menuOf("multi_static_select", { ...options, ...picks, initial_options: list(option(plain), 100) }),
  menuOf("external_select", { ...external, initial_option: option(plain) }),
  menuOf("multi_external_select", { ...external, ...picks, initial_options: list(option(plain), 100) }),
  menuOf("users_select", { initial_user: text(255) }),
  menuOf("multi_users_select", { ...picks, initial_users: names }),
  menuOf("channels_select", { ...answers, initial_channel: text(255) }),
  menuOf("multi_channels_select", { ...picks, initial_channels: names }),
  menuOf("conversations_select", { ...conversations, ...answers, initial_conversation: text(255) }),
  menuOf("multi_conversations_select", { ...conversations, ...picks, initial_conversations: names }),
];
const pickers: [string, Check][] = [
  typed("datepicker", {}, { ...menu, initial_date: date }),
  typed("timepicker", {}, { ...menu, initial_time: time, timezone: text(255) }),
  typed("datetimepicker", {}, { ...id, ...asks, ...focus, initial_date_time: whole(1_000_000_000, 9_999_999_999) }),
];

const field = { ...id, ...focus, ...placeholder, ...dispatch };
const [, anyText] = typed(
  "plain_text_input",
  {},
  {
    ...field,
    initial_value: text(3_000, 0),
    multiline: flag,
    min_length: whole(0, 3_000),
    max_length: whole(1, 3_000),
  },
);
const textInput = also(anyText, (value, at, eye) => {
  const { min_length: min, max_length: max, initial_value: initial } = value;
  if (typeof min === "number" && typeof max === "number" && min > max)
    wrong(eye, `${at}/min_length`, "must not be greater than max_length");
  if (typeof max === "number" && typeof initial === "string" && initial.length > max)
    wrong(eye, `${at}/initial_value`, `must be less than ${max + 1} characters`);
});
const inputs: [string, Check][] = [
  ["plain_text_input", textInput],
  typed("rich_text_input", {}, { ...field, initial_value: richText[1] }),
  typed("email_text_input", {}, { ...field, initial_value: text(3_000) }),
  typed("url_text_input", {}, { ...field, initial_value: url }),
  typed(
    "number_input",
    { is_decimal_allowed: flag },
    { ...field, initial_value: number, min_value: number, max_value: number },
  ),
  typed("file_input", {}, { ...id, filetypes: list(text(20), 100), max_files: whole(1, 10) }),
];

export const inActions = byType([button, overflow, radio, checkboxes, ...menus, ...pickers]);
export const inSection = byType([button, overflow, radio, checkboxes, imageElement, ...menus, ...pickers]);
export const inInput = byType([radio, checkboxes, ...menus, ...pickers, ...inputs]);

const thumb = shape({ text: plain(75), value: text(2_000) }, { accessibility_label: text(75) });
export const inContextActions = byType([
  typed("feedback_buttons", { positive_button: thumb, negative_button: thumb }, id),
  typed(
    "icon_button",
    { icon: word("trash"), text: plain(75) },
    { ...id, ...asks, value: text(2_000), accessibility_label: text(75), visible_to_user_ids: names },
  ),
]);
