/**
 * Whether Discord would take a message or a modal, by its documented limits. Its library's builders check each
 * component by itself and leave out what the whole may hold; everything here is made as plain JSON anyway. Texts are
 * counted in UTF-16 units, the severest reading of "characters".
 */
import { COMPONENT, FLAG, type MessageBody, type Modal, type Part } from "./wire.ts";

/** What is wrong, each with its place; empty: it fits. */
export function messageFaults(body: MessageBody): string[] {
  const { faults, text, ids, total } = checking();
  if (((body.flags ?? 0) & FLAG.v2) === 0) faults.push("flags: not of Components V2");
  if (body.content !== undefined) faults.push("content: a message of Components V2 has none");
  const files = (body.files ?? []).map(({ name }) => name);
  if (files.length > 10) faults.push("files: over 10");
  const parts = body.components ?? [];
  if (parts.length === 0) faults.push("components: none");
  for (const [at, part] of parts.entries()) one(part, `components/${at}`, [...WITHIN, COMPONENT.container]);
  total.faults();
  return faults;

  function one(part: Part, at: string, allowed: readonly number[]): void {
    total.parts += 1;
    ids(part, at);
    if (!allowed.includes(part.type)) faults.push(`${at}: no component of type ${part.type} may stand here`);
    const inside = part.components ?? [];
    const each = (most: number, within: readonly number[]) => {
      if (inside.length === 0 || inside.length > most)
        faults.push(`${at}: ${inside.length} components, not 1 to ${most}`);
      for (const [index, inner] of inside.entries()) one(inner, `${at}/${index}`, within);
    };
    switch (part.type) {
      case COMPONENT.container:
        each(40, WITHIN);
        break;
      case COMPONENT.section:
        each(3, [COMPONENT.text]);
        if (part.accessory === undefined) faults.push(`${at}: a section needs an accessory`);
        else one(part.accessory, `${at}/accessory`, [COMPONENT.button]);
        break;
      case COMPONENT.row:
        each(5, [COMPONENT.button]);
        break;
      case COMPONENT.text:
        text(part.content, at, 4_000);
        total.text += part.content?.length ?? 0;
        break;
      case COMPONENT.button:
        text(part.label, `${at}/label`, 80);
        pressed(part, at);
        break;
      case COMPONENT.file:
        if (!files.some((name) => part.file?.url === `attachment://${name}`)) faults.push(`${at}: no such file`);
    }
  }

  /** A link has an address, any other button an id, and none has both. */
  function pressed({ style = 0, url, custom_id }: Part, at: string): void {
    if (style < 1 || style > 5) faults.push(`${at}: no style ${style}`);
    if ((style === 5) !== (url !== undefined) || (style === 5) === (custom_id !== undefined))
      faults.push(`${at}: a link has an address, and any other button an id`);
    if (url !== undefined && (url.length > 512 || !/^https?:\/\/[^\s/]/.test(url))) faults.push(`${at}: no address`);
  }
}

const WITHIN: readonly number[] = [
  COMPONENT.row,
  COMPONENT.section,
  COMPONENT.text,
  COMPONENT.file,
  COMPONENT.separator,
];

export function modalFaults({ custom_id, title, components }: Modal): string[] {
  const { faults, text, ids, total } = checking();
  text(custom_id, "custom_id", 100);
  text(title, "title", 45);
  if (components.length === 0 || components.length > 5) faults.push(`components: ${components.length}, not 1 to 5`);
  for (const [index, part] of components.entries()) {
    const at = `components/${index}`;
    if (part.type === COMPONENT.text) {
      text(part.content, at, 4_000);
      total.text += part.content?.length ?? 0;
    } else if (part.type === COMPONENT.label && part.component !== undefined) {
      text(part.label, `${at}/label`, 45);
      if (part.description !== undefined) text(part.description, `${at}/description`, 100);
      ids(part.component, at);
      input(part.component, at);
    } else faults.push(`${at}: no component of type ${part.type} may stand here`);
  }
  total.faults();
  return faults;

  function input(part: Part, at: string): void {
    switch (part.type) {
      case COMPONENT.textInput:
        if (part.style !== 1 && part.style !== 2) faults.push(`${at}: no style ${part.style}`);
        // Discord takes a value that is too long for the field, and the form can then not be sent.
        if ((part.value?.length ?? 0) > 4_000) faults.push(`${at}: over 4000 characters`);
        if (part.value === "") faults.push(`${at}: an empty value`);
        break;
      case COMPONENT.radioGroup:
        options(part, at, 2, 10);
        break;
      case COMPONENT.select:
        options(part, at, 1, 25);
        break;
      default:
        faults.push(`${at}: no input of type ${part.type} is used here`);
    }
    if (part.label !== undefined) faults.push(`${at}: the label has the name`);
    if (part.custom_id === undefined) faults.push(`${at}: no id`);
  }

  function options({ options: all = [] }: Part, at: string, least: number, most: number): void {
    if (all.length < least || all.length > most) faults.push(`${at}: ${all.length} options, not ${least} to ${most}`);
    if (new Set(all.map(({ value }) => value)).size < all.length) faults.push(`${at}: a value twice`);
    if (all.filter((each) => each.default === true).length > 1) faults.push(`${at}: two are chosen`);
    for (const [index, option] of all.entries()) {
      text(option.label, `${at}/options/${index}/label`, 100);
      text(option.value, `${at}/options/${index}/value`, 100);
    }
  }
}

/** Collects what is wrong, and what only the whole can tell. */
function checking() {
  const faults: string[] = [];
  const customIds = new Set<string>();
  const numbers = new Set<number>();
  const text = (words: unknown, at: string, most: number): void => {
    if (typeof words !== "string" || words.trim() === "") faults.push(`${at}: blank`);
    else if (words.length > most) faults.push(`${at}: ${words.length} characters, over ${most}`);
    else if (!words.isWellFormed()) faults.push(`${at}: half a character`);
  };
  const ids = ({ id, custom_id }: Part, at: string): void => {
    if (custom_id !== undefined) {
      text(custom_id, `${at}/custom_id`, 100);
      if (customIds.has(custom_id)) faults.push(`${at}: the id ${custom_id} is there twice`);
      customIds.add(custom_id);
    }
    if (id === undefined) return;
    if (numbers.has(id)) faults.push(`${at}: the number ${id} is there twice`);
    numbers.add(id);
  };
  const total = {
    parts: 0,
    text: 0,
    faults: () => {
      if (total.parts > 40) faults.push(`components: ${total.parts} in all, over 40`);
      if (total.text > 4_000) faults.push(`components: ${total.text} characters in all, over 4000`);
    },
  };
  return { faults, text, texts: text, ids, total };
}
