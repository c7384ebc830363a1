/**
 * What one person alone sees: all of a card in pages, the steps of a form, and notices. Pages and notices are ephemeral
 * messages, steps are modals; since a modal cannot follow a modal, a button between them opens the next one.
 */
import type { Card, Form } from "../../../src/card.ts";
import { isApproving } from "../../../src/checkpoint.ts";
import type { Problem } from "../../../src/json.ts";
import { count } from "../../../src/text.ts";
import { type Filled, fieldAt, stepsOf } from "./fields.ts";
import { displaysOf, flowOf, pagesOf, type Strip, sizeOf } from "./flow.ts";
import { bare, button, framed, label, lines, type MessageBody, type Part, rows, subtext, text } from "./literal.ts";
import { type Sign, versionOf, writeMark } from "./marks.ts";
import { browseButton, buttonOf, COLOURS, heading, render, stateOf } from "./render.ts";
import { COMPONENT, type Modal } from "./wire.ts";

/** Of a modal. */
const TITLE = 45;
/** Characters of one page's content; title, source, state and notes have the rest of 4,000. */
const PAGE = 2_400;
const WORDS = 3_600;
/** Pages from which on the whole comes as a file as well. */
const MANY = 4;

/** Something to read, and what can be pressed below it. */
export function notice(words: string, buttons: readonly (Part | null)[] = []): MessageBody {
  return bare([text(lines(words, WORDS)), ...rows(buttons.filter((each) => each !== null))]);
}

/** To a person or a conversation: a line, and a button that opens what it is about. */
export function noteView(words: string, id: string): MessageBody {
  return notice(words, [button(writeMark({ mark: "open", id }), "Open")]);
}

/** A card for somebody who asked for it: what it shows and none of its buttons; those are behind Open. */
export function cardView(card: Card, sign: Sign): MessageBody {
  const { message } = render({ ...card, actions: [], url: null }, sign);
  const open = rows([button(writeMark({ mark: "open", id: card.id }), "Open")]);
  const parts = message.components?.flatMap(({ components = [] }) => components) ?? [];
  return framed([...parts.filter(({ type }) => type !== COMPONENT.row), ...open], COLOURS[card.status]);
}

/** Below a comment: its author may make more of it. */
export function offerButton(words: string, token: string): Part {
  return button(writeMark({ mark: "offer", token }), words, "primary");
}

/** All that a card holds, in pages that a message has room for. */
export function pagesFor(card: Card): Strip[][] {
  return pagesOf(flowOf(card), PAGE);
}

interface Showing {
  note?: string;
  /** Whether the first of many pages brings the whole as a file to read. */
  file?: boolean;
}

/**
 * One page of everything. Whoever gets to the last one has had all of it before them, so approving is offered there;
 * what does not approve is offered on each.
 */
export function fullView(card: Card, at: number, sign: Sign, more: Showing = {}): MessageBody {
  return pageView(card, pagesFor(card), at, sign, more);
}

export function pageView(
  card: Card,
  pages: readonly Strip[][],
  at: number,
  sign: Sign,
  { note, file = true }: Showing = {},
): MessageBody {
  const page = Math.min(Math.max(at, 0), pages.length - 1);
  const last = page === pages.length - 1;
  const where = `Page ${page + 1} of ${pages.length} · ${count(sizeOf(pages.flat()))} characters in all`;
  const files = file && page === 0 && pages.length >= MANY ? [fileOf(card)] : [];
  const link = browseButton(card);
  const parts = [
    ...(note === undefined ? [] : [text(lines(note, 200))]),
    heading(card),
    subtext(card.source === "" ? where : `${card.source} · ${where}`, 320),
    ...displaysOf(pages[page] ?? [], 15),
    ...files.map(({ name }) => ({ type: COMPONENT.file, file: { url: `attachment://${name}` } })),
    { type: COMPONENT.separator, divider: true },
    stateOf(card),
    ...(card.notes.length === 0 ? [] : [subtext(card.notes.join("\n"), 260)]),
    ...rows([
      ...(page > 0 ? [turn(card, page - 1, "Back")] : []),
      ...(last ? [] : [turn(card, page + 1, "Next")]),
      ...card.actions.filter(({ action }) => last || !isApproving(action)).map(buttonOf(sign)),
      ...(link === null ? [] : [link]),
    ]),
  ];
  return { ...framed(parts, COLOURS[card.status]), ...(files.length === 0 ? {} : { files }) };
}

function turn({ id, digest }: Card, page: number, words: string): Part {
  return button(writeMark({ mark: "page", page: { id, page, version: versionOf(digest) } }), words);
}

/** As plain text, which is read as nothing else. */
function fileOf(card: Card): { name: string; data: string } {
  const said = flowOf(card).map(({ spans, more }) => `${more ? "" : "\n"}${spans.map((span) => span.text).join("")}`);
  return { name: `${card.id}.txt`, data: `${card.title}\n${card.source}\n${said.join("")}\n` };
}

/** One step of a form as a modal, with what is already filled in; null where Discord has no room for the form. */
export function formView(form: Form, step: number, handle: string, filled: Filled = {}, ofAll = false): Modal | null {
  const steps = stepsOf(form, filled);
  const components = steps?.[step];
  if (steps === null || components === undefined) return null;
  const where = steps.length === 1 ? "" : ` (${step + 1} of ${steps.length})`;
  return {
    custom_id: writeMark({ mark: "form", step, handle, ofAll }),
    title: label(form.title, TITLE - where.length) + where,
    components,
  };
}

/** Instead of a form that Discord has no room for. */
export function tooLong(card: Card): MessageBody {
  return notice("This is too long for the forms of Discord: use the web or `hitl review`.", [browseButton(card)]);
}

/** Between two steps: what was filled in is kept, and `step` is the next one. */
export function nextView(form: Form, step: number, handle: string, ofAll = false): MessageBody {
  const steps = stepsOf(form)?.length ?? 1;
  return notice(`Kept: ${step} of ${steps}. Nothing is sent before the last one.`, [
    button(writeMark({ mark: "form", step, handle, ofAll }), `Continue (${step + 1} of ${steps})`, "primary"),
  ]);
}

/** A modal cannot come back with what is wrong: it is said, and the step of the first problem opens again as it was filled in. */
export function faultyView(form: Form, problems: readonly Problem[], handle: string, ofAll = false): MessageBody {
  const said = problems.map(({ pointer, message }) => {
    const { field } = fieldAt(form, pointer);
    return field === null ? message : `${label(field.label, 100)}: ${message}`;
  });
  const first = problems[0];
  const step = first === undefined ? 0 : fieldAt(form, first.pointer).step;
  return notice(`Not sent yet.\n${said.join("\n")}`, [
    button(writeMark({ mark: "form", step, handle, ofAll }), "Correct it", "primary"),
  ]);
}
