/** The composition objects of Block Kit: texts, options, confirmations, images. Limits: docs.slack.dev, composition objects. */
import { isObject, type Json } from "../../../../src/json.ts";
import { also, byType, type Check, flag, list, meant, shape, text, typed, url, word, wrong } from "./shape.ts";

export function plain(max: number): Check {
  return meant(shape({ type: word("plain_text"), text: text(max) }, { emoji: flag }));
}

export function mrkdwn(max: number): Check {
  return meant(shape({ type: word("mrkdwn"), text: text(max) }, { verbatim: flag }));
}

/** Either kind of text. */
export function words(max: number): Check {
  return meant(
    byType([
      typed("plain_text", { text: text(max) }, { emoji: flag }),
      typed("mrkdwn", { text: text(max) }, { verbatim: flag }),
    ]),
  );
}

export const style: Check = word("primary", "danger");

export const confirm: Check = shape(
  { text: words(300) },
  { title: plain(100), confirm: plain(30), deny: plain(30), style },
);

/** Plain texts in menus, mrkdwn too beside radio buttons and checkboxes. The value: 75 by @slack/types, 150 by newer pages. */
export function option(label: (max: number) => Check): Check {
  return shape({ text: label(75), value: text(75) }, { description: label(75) });
}

export const overflowOption: Check = shape({ text: plain(75) }, { value: text(75), description: plain(75), url });

export const optionGroup: Check = shape({ label: plain(75), options: list(option(plain), 100) });

/** `options` or `option_groups`, one of them; an initial option must be one that is offered. */
export function offered(check: Check): Check {
  return also(check, (value, at, eye) => {
    const groups = Array.isArray(value.option_groups) ? value.option_groups : undefined;
    if (Array.isArray(value.options) === (groups !== undefined))
      wrong(eye, at, "must provide either options or option_groups");
    const inGroups = (groups ?? []).flatMap((group) =>
      isObject(group) && Array.isArray(group.options) ? group.options : [],
    );
    const options = [...(Array.isArray(value.options) ? value.options : []), ...inGroups].map(meaning);
    const initial = [
      ...(value.initial_option === undefined ? [] : [["initial_option", value.initial_option] as const]),
      ...(Array.isArray(value.initial_options) ? value.initial_options : []).map(
        (each, index) => [`initial_options/${index}`, each] as const,
      ),
    ];
    for (const [name, each] of initial) {
      if (!options.includes(meaning(each))) wrong(eye, `${at}/${name}`, "must be one of the provided options");
    }
  });
}

/** Two options are the same when they say the same, however their keys are ordered. */
function meaning(option: Json): string {
  if (!isObject(option) || !isObject(option.text)) return JSON.stringify(option);
  const description = isObject(option.description) ? option.description.text : null;
  return JSON.stringify([option.text.type, option.text.text, option.value ?? null, description ?? null]);
}

const image: Check = also(
  shape(
    { type: word("image"), alt_text: text(2_000) },
    { image_url: url, slack_file: shape({}, { id: text(255), url }) },
  ),
  (value, at, eye) => {
    if ((value.image_url === undefined) === (value.slack_file === undefined))
      wrong(eye, at, "must provide either image_url or slack_file");
  },
);
export const imageElement: [string, Check] = ["image", image];
