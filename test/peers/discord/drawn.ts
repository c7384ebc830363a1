/** Components as Discord answers them: numbered, with defaults filled in, files linked to what was uploaded. */
import { walk } from "./mentions.ts";
import { COMPONENT, SELECTS } from "./numbers.ts";
import type { Attachment, Part } from "./wire.ts";

/** `parts` have passed the limits. */
export function drawn(parts: readonly Part[], attachments: readonly Attachment[]): Part[] {
  const taken = new Set([...walk(parts)].map(({ id }) => id));
  let next = 1;
  return structuredClone(parts).map(fill);

  function fill(part: Part): Part {
    const full: Part = { ...defaults(part), ...present(part), id: number(part.id) };
    if (part.components !== undefined) full.components = part.components.map(fill);
    if (part.component !== undefined) full.component = fill(part.component);
    if (part.accessory !== undefined) full.accessory = fill(part.accessory);
    if (part.type === COMPONENT.file) Object.assign(full, fileOf(part.file));
    if (part.media !== undefined) full.media = media(part.media);
    if (Array.isArray(part.items))
      full.items = part.items.map((item) => ({ description: null, spoiler: false, ...item, media: media(item.media) }));
    return full;
  }

  function number(wanted: number | null | undefined): number {
    if (typeof wanted === "number" && wanted > 0) return wanted;
    while (taken.has(next)) next += 1;
    taken.add(next);
    return next;
  }

  function fileOf(file: unknown): Record<string, unknown> {
    const found = attached(file);
    return { file: media(file), name: found?.filename ?? null, size: found?.size ?? null };
  }

  function media(item: unknown): Record<string, unknown> {
    const found = attached(item);
    const url = found?.url ?? (item as { url: string }).url;
    const of = found === undefined ? {} : { attachment_id: found.id, content_type: found.content_type };
    return { id: found?.id ?? "0", url, proxy_url: url, ...of };
  }

  function attached(item: unknown): Attachment | undefined {
    const { url } = item as { url: string };
    return attachments.find(({ filename }) => url === `attachment://${filename}`);
  }
}

/** Null is "not given" in requests and absent in answers. */
function present(part: Part): Part {
  const kept = Object.entries(part).filter(([, value]) => value !== null);
  const full = Object.fromEntries(kept) as Part;
  if (full.options !== undefined)
    full.options = full.options.map(
      (option) => Object.fromEntries(Object.entries(option).filter(([, value]) => value !== null)) as typeof option,
    );
  return full;
}

function defaults(part: Part): Partial<Part> {
  if (SELECTS.includes(part.type)) return { min_values: 1, max_values: 1 };
  switch (part.type) {
    case COMPONENT.container:
      return { accent_color: null, spoiler: false };
    case COMPONENT.separator:
      return { spacing: 1, divider: true };
    case COMPONENT.thumbnail:
      return { description: null, spoiler: false };
    case COMPONENT.file:
      return { spoiler: false };
    case COMPONENT.checkboxGroup:
      return { min_values: 1, max_values: part.options?.length ?? 1, required: true };
    case COMPONENT.textInput:
    case COMPONENT.radioGroup:
      return { required: true };
    default:
      return {};
  }
}
