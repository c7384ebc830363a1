/** Blocks as HTML, for pictures: only what this channel makes, looking much as it does in Slack. */

type Node = { [key: string]: unknown };

const STYLE = `
  * { box-sizing: border-box } body { margin: 0; background: #fff; font: 15px/1.46 Lato, "Helvetica Neue", Arial, "Noto Sans", sans-serif; color: #1d1c1d }
  main { padding: 16px 20px; width: 680px } .from { font-weight: 900; margin-bottom: 4px } .app { background: #e8e8e8; color: #616061; font: 700 10px sans-serif; border-radius: 2px; padding: 1px 3px; margin-left: 4px }
  h3 { font-size: 18px; margin: 4px 0 8px } .context { color: #616061; font-size: 13px; margin: 6px 0; white-space: pre-wrap } .rich { white-space: pre-wrap; margin: 6px 0 }
  blockquote { border-left: 4px solid #ddd; margin: 4px 0; padding-left: 12px } pre { background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px; padding: 8px; font: 12px/1.5 Menlo, Consolas, monospace; white-space: pre-wrap; margin: 4px 0; max-height: 220px; overflow: hidden }
  ul, ol { margin: 2px 0; padding-left: 26px } hr { border: 0; border-top: 1px solid #ddd; margin: 10px 0 } .actions { display: flex; gap: 8px; margin: 8px 0; flex-wrap: wrap }
  button { font: 700 13px sans-serif; padding: 7px 12px; border-radius: 4px; border: 1px solid #bbb; background: #fff; color: #1d1c1d } .primary { background: #007a5a; color: #fff; border-color: #007a5a } .danger { background: #e01e5a; color: #fff; border-color: #e01e5a }
  .modal { border: 1px solid #ccc; border-radius: 8px; padding: 16px 20px; box-shadow: 0 4px 16px #0002 } .modal .rich { max-height: 300px; overflow: hidden } .modal h2 { font-size: 20px; margin: 0 0 10px } .foot { display: flex; justify-content: flex-end; gap: 8px; margin-top: 16px }
  label { display: block; font-weight: 700; margin: 12px 0 4px } label i { font-weight: 400; color: #616061; font-style: normal } .field { border: 1px solid #999; border-radius: 4px; padding: 8px; min-height: 38px; white-space: pre-wrap } .many { min-height: 70px } .hint { color: #616061; font-size: 13px; margin-top: 3px }
`;

export function messageHtml(blocks: readonly Node[]): string {
  return page(`<div class="from">hitl-bot<span class="app">APP</span></div>${blocks.map(blockHtml).join("")}`);
}

export function viewHtml(view: Node): string {
  const submit = view.submit === undefined ? "" : `<button class="primary">${textOf(view.submit)}</button>`;
  const foot = `<div class="foot"><button>${textOf(view.close)}</button>${submit}</div>`;
  return page(
    `<div class="modal"><h2>${textOf(view.title)}</h2>${nodes(view.blocks).map(blockHtml).join("")}${foot}</div>`,
  );
}

function page(body: string): string {
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><main>${body}</main>`;
}

function blockHtml(block: Node): string {
  switch (block.type) {
    case "header":
      return `<h3>${textOf(block.text)}</h3>`;
    case "context":
      return `<div class="context">${nodes(block.elements).map(textOf).join(" ")}</div>`;
    case "section":
      return `<div class="rich">${textOf(block.text)}</div>`;
    case "divider":
      return "<hr>";
    case "actions":
      return `<div class="actions">${nodes(block.elements).map(buttonHtml).join("")}</div>`;
    case "rich_text":
      return `<div class="rich">${nodes(block.elements).map(richHtml).join("")}</div>`;
    case "input":
      return inputHtml(block);
    default:
      throw new Error(`no picture of a ${String(block.type)}`);
  }
}

function richHtml(element: Node): string {
  const inside = nodes(element.elements);
  switch (element.type) {
    case "rich_text_quote":
      return `<blockquote>${spans(inside)}</blockquote>`;
    case "rich_text_preformatted":
      return `<pre>${spans(inside)}</pre>`;
    case "rich_text_list": {
      const tag = element.style === "ordered" ? "ol" : "ul";
      return `<${tag}>${inside.map((item) => `<li>${spans(nodes(item.elements))}</li>`).join("")}</${tag}>`;
    }
    default:
      return `<div>${spans(inside)}</div>`;
  }
}

function spans(elements: readonly Node[]): string {
  return elements
    .map(({ text, style }) => ((style as Node | undefined)?.bold === true ? `<b>${escaped(text)}</b>` : escaped(text)))
    .join("");
}

function inputHtml({ label, element, hint, optional }: Node): string {
  const held = element as Node;
  const options = nodes(held.options).map((each) => `<div>○ ${textOf(each.text)}</div>`);
  const field =
    options.length > 0
      ? options.join("")
      : `<div class="field${held.multiline === true ? " many" : ""}">${escaped(held.initial_value ?? "")}</div>`;
  const more = optional === true ? " <i>(optional)</i>" : "";
  const below = hint === undefined ? "" : `<div class="hint">${textOf(hint)}</div>`;
  return `<label>${textOf(label)}${more}</label>${field}${below}`;
}

function buttonHtml({ text, style }: Node): string {
  return `<button class="${style === undefined ? "" : String(style)}">${textOf(text)}</button>`;
}

function textOf(text: unknown): string {
  return escaped((text as Node | undefined)?.text ?? "");
}

function nodes(list: unknown): Node[] {
  return Array.isArray(list) ? (list as Node[]) : [];
}

function escaped(text: unknown): string {
  return String(text).replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
