/**
 * The modals: a form, all of a card in pages, and a notice. A view's `private_metadata` holds the signed handle of
 * what it is about and nothing else.
 */
import type { Card, Form } from "../../../src/card.ts";
import { isApproving } from "../../../src/checkpoint.ts";
import { count } from "../../../src/text.ts";
import { inputsOf } from "./fields.ts";
import { blocksOf, flowOf, pagesOf, sizeOf } from "./flow.ts";
import { context, type Part, plain, section, short } from "./literal.ts";
import { markId, type Sign, VIEWS, versionOf, writePage } from "./marks.ts";
import { browseButtons, buttonOf } from "./render.ts";

/** Titles and the buttons at the foot. */
const TITLE = 24;
/** Characters of one page; a page of 9,000 is some four screens on a phone. */
const PAGE = 9_000;

function modal(title: string, blocks: Part[], more: Part = {}): Part {
  return { type: "modal", title: short(title, TITLE), close: plain("Close", TITLE), blocks, ...more };
}

/** Something to read, and nothing to do. */
export function notice(title: string, text: string, extra: Part[] = []): Part {
  return modal(title, [section(text), ...extra], { callback_id: VIEWS.notice });
}

/** `ofAll`: all of the card was before them when they asked for it. */
export function formView(card: Card, form: Form, handle: string, ofAll = false): Part {
  const inputs = inputsOf(form);
  if (inputs === null) {
    const elements = browseButtons(card);
    const links = elements.length === 0 ? [] : [{ type: "actions", block_id: "actions", elements }];
    return notice(
      form.title,
      "This is too long to be edited in Slack: edit it on the web or with `hitl review`.",
      links,
    );
  }
  return modal(form.title, [context(card.title, 300), ...inputs], {
    callback_id: ofAll ? VIEWS.formOfAll : VIEWS.form,
    private_metadata: handle,
    submit: short(form.submit, TITLE),
  });
}

/**
 * One page of everything. Whoever gets to the last one has had all of it before them, so approving is offered there;
 * what does not approve is offered on each.
 */
export function fullView(card: Card, at: number, sign: Sign, note?: string): Part {
  const flow = flowOf(card);
  const pages = pagesOf(flow, PAGE);
  const page = Math.min(Math.max(at, 0), pages.length - 1);
  const last = page === pages.length - 1;
  const actions = card.actions.filter(({ action }) => last || !isApproving(action));
  const elements = [
    ...(page > 0 ? [turn(card, page - 1, "Back")] : []),
    ...(last ? [] : [turn(card, page + 1, "Next")]),
    ...actions.map(buttonOf(sign)),
    ...browseButtons(card),
  ];
  const where = `Page ${page + 1} of ${pages.length} · ${count(sizeOf(flow))} characters in all`;
  return modal(
    `${card.icon} ${card.title}`,
    [
      ...(note === undefined ? [] : [section(note)]),
      context(card.source === "" ? where : `${card.source} · ${where}`, 600),
      ...blocksOf(pages[page] ?? []),
      { type: "divider" },
      context(card.state, 700),
      ...(card.notes.length === 0 ? [] : [context(card.notes.join("\n"), 500)]),
      ...(elements.length === 0 ? [] : [{ type: "actions", block_id: "actions", elements }]),
    ],
    { callback_id: VIEWS.full },
  );
}

function turn({ id, digest }: Card, page: number, label: string): Part {
  const value = writePage({ id, page, version: versionOf(digest) });
  return { type: "button", action_id: markId("page", label.toLowerCase()), text: plain(label, TITLE), value };
}
