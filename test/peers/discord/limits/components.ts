/** Limits of a message's components, old style and V2. The library's builders check only a part of them. */
import { COMPONENT, SELECTS } from "../numbers.ts";
import { button, select } from "./fields.ts";
import { type Checks, given, isObject } from "./problems.ts";

type Path = (string | number)[];

const { row, section, textDisplay, mediaGallery, file, separator, container, thumbnail } = COMPONENT;
const IN_CONTAINER: readonly number[] = [row, section, textDisplay, mediaGallery, file, separator];
const IN_MESSAGE: readonly number[] = [...IN_CONTAINER, container];

/** Names of the files that the message holds, for `attachment://`. */
export function messageComponents(check: Checks, list: unknown, v2: boolean, files: readonly string[]): void {
  const seen = { parts: 0, text: 0, customIds: new Set<string>(), ids: new Set<number>() };
  // Before V2 a message holds five rows and nothing else; the specification does not say so.
  if (!check.list(list, ["components"], 0, v2 ? 40 : 5)) return;
  each(list, ["components"], v2 ? IN_MESSAGE : [row]);
  if (seen.parts > 40)
    check.wrong(["components"], "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The total number of components is over 40");
  if (seen.text > 4000)
    check.wrong(["components"], "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "Total displayable text is over 4000");

  function each(parts: unknown[], path: Path, allowed: readonly number[]): void {
    for (const [index, part] of parts.entries()) one(part, [...path, index], allowed);
  }

  function one(part: unknown, path: Path, allowed: readonly number[]): void {
    seen.parts += 1;
    const type = isObject(part) ? part.type : undefined;
    if (isObject(part) && typeof type === "number" && allowed.includes(type)) {
      unique(part, path);
      known(part, path);
    } else {
      const choices = `Value of field "type" must be one of (${allowed.join(", ")}).`;
      check.wrong([...path, "type"], "UNION_TYPE_CHOICES", choices);
    }
  }

  function known(part: Record<string, unknown>, path: Path): void {
    switch (part.type) {
      case row:
        actionRow(part.components, [...path, "components"]);
        break;
      case COMPONENT.button:
        button(check, part, path);
        break;
      case container:
        if (given(part.accent_color)) check.whole(part.accent_color, [...path, "accent_color"], 0, 0xffffff);
        if (check.list(part.components, [...path, "components"], 1, 40))
          each(part.components, [...path, "components"], IN_CONTAINER);
        break;
      case section:
        if (check.list(part.components, [...path, "components"], 1, 3))
          each(part.components, [...path, "components"], [textDisplay]);
        one(part.accessory, [...path, "accessory"], [COMPONENT.button, thumbnail]);
        break;
      case textDisplay:
        check.text(part.content, [...path, "content"], 1, 4000);
        seen.text += typeof part.content === "string" ? part.content.length : 0;
        break;
      case separator:
        if (given(part.spacing)) check.whole(part.spacing, [...path, "spacing"], 1, 2);
        break;
      case file:
        media(part.file, [...path, "file"], true);
        break;
      case thumbnail:
        if (given(part.description)) check.text(part.description, [...path, "description"], 1, 1024);
        media(part.media, [...path, "media"], false);
        break;
      case mediaGallery:
        check.objects(part.items, [...path, "items"], 1, 10, (item, at) => {
          media(item.media, [...at, "media"], false);
        });
        break;
      default:
        select(check, part, path, false);
    }
  }

  /** Up to five buttons, or exactly one select. */
  function actionRow(parts: unknown, path: Path): void {
    if (!check.list(parts, path, 1, 5)) return;
    const selects = parts.filter((part) => isObject(part) && SELECTS.includes(Number(part.type)));
    if (selects.length > 0 && parts.length > 1)
      check.wrong(path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A select takes the whole row");
    each(parts, path, [COMPONENT.button, ...SELECTS]);
  }

  function unique(part: Record<string, unknown>, path: Path): void {
    if (given(part.id) && check.whole(part.id, [...path, "id"], 0, 2 ** 31 - 1) && part.id !== 0) {
      if (seen.ids.has(part.id)) check.wrong([...path, "id"], "COMPONENT_ID_DUPLICATED", "Component id is duplicated");
      seen.ids.add(part.id);
    }
    if (typeof part.custom_id !== "string") return;
    if (seen.customIds.has(part.custom_id))
      check.wrong([...path, "custom_id"], "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
    seen.customIds.add(part.custom_id);
  }

  function media(item: unknown, path: Path, attached: boolean): void {
    const url = isObject(item) ? item.url : undefined;
    if (!check.text(url, [...path, "url"], 1, 2048)) return;
    const name = /^attachment:\/\/(.+)$/.exec(url)?.[1];
    if (name === undefined ? attached || !/^https?:\/\//.test(url) : !files.includes(name))
      check.wrong(
        [...path, "url"],
        "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
        "Referenced file was not found",
      );
  }
}
