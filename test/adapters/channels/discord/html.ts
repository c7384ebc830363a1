/** Components as HTML, for pictures: only what this channel makes, looking much as it does in Discord's dark theme. */
import type { MessageBody, Modal, Part } from "../../../../adapters/channels/discord/wire.ts";

const STYLE = `
  * { box-sizing: border-box } body { margin: 0; background: #313338; font: 16px/1.375 "gg sans", "Noto Sans", "Helvetica Neue", Arial, sans-serif; color: #dbdee1 }
  main { padding: 16px 18px; width: 640px; display: flex; gap: 14px } main:has(.modal) { width: 516px } .face { width: 40px; height: 40px; border-radius: 50%; background: #5865f2; color: #fff; font-weight: 700; display: flex; align-items: center; justify-content: center; flex: none } .body { flex: 1; min-width: 0 }
  .from { color: #f2f3f5; font-weight: 600; margin-bottom: 4px } .app { background: #5865f2; color: #fff; font-size: 10px; border-radius: 3px; padding: 1px 4px; margin-left: 4px; vertical-align: 2px } .only { color: #949ba4; font-size: 12px; margin-top: 6px }
  .container { background: #2b2d31; border: 1px solid #3f4147; border-left: 4px solid; border-radius: 8px; padding: 14px 16px; display: flex; flex-direction: column; gap: 8px } .bare { display: flex; flex-direction: column; gap: 8px }
  .text { white-space: pre-wrap; overflow-wrap: anywhere } h3 { font-size: 17px; margin: 0; color: #f2f3f5 } .small { font-size: 13px; color: #949ba4 } b { color: #f2f3f5 } .quote { border-left: 4px solid #4e5058; border-radius: 2px; padding-left: 10px } pre { background: #1e1f22; border: 1px solid #26272b; border-radius: 4px; padding: 8px; margin: 4px 0; font: 13px/1.4 Consolas, Menlo, "DejaVu Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 300px; overflow: hidden } .add { color: #57f287 } .gone { color: #f38688 }
  ul, ol { margin: 0; padding-left: 22px } hr { border: 0; border-top: 1px solid #3f4147; margin: 4px 0; width: 100% } .row { display: flex; gap: 8px; flex-wrap: wrap } .section { display: flex; gap: 12px; justify-content: space-between; align-items: center }
  button { font: 500 14px "Noto Sans", Arial, sans-serif; padding: 8px 16px; border-radius: 8px; border: 0; color: #fff; background: #4e5058; white-space: nowrap } .s1 { background: #5865f2 } .s3 { background: #248046 } .s4 { background: #da373c } .s5::after { content: " ↗" } .file { background: #232428; border: 1px solid #3f4147; border-radius: 6px; padding: 10px; color: #00a8fc }
  .modal { background: #2b2d31; border: 1px solid #3f4147; border-radius: 10px; padding: 18px 20px; width: 480px } .modal h2 { font-size: 19px; color: #f2f3f5; margin: 0 0 12px } label { display: block; font-weight: 600; color: #f2f3f5; margin: 14px 0 2px } label i { color: #f38688; font-style: normal } .hint { font-size: 13px; color: #949ba4; margin-bottom: 4px } .field { background: #1e1f22; border: 1px solid #3f4147; border-radius: 6px; padding: 9px; min-height: 40px; white-space: pre-wrap } .many { min-height: 76px } .option { padding: 8px 10px; background: #313338; border-radius: 6px; margin-top: 4px } .foot { display: flex; justify-content: flex-end; gap: 8px; margin-top: 18px }
`;

/** `only`: nobody but the presser sees it. */
export function messageHtml({ components = [] }: MessageBody, only = false): string {
  const framed = components.map(partHtml).join("");
  const below = only ? `<div class="only">👁 Only you can see this</div>` : "";
  const from = `<div class="from">hitl-bot<span class="app">APP</span></div>`;
  return page(`<div class="face">H</div><div class="body">${from}<div class="bare">${framed}</div>${below}</div>`);
}

export function modalHtml({ title, components }: Modal): string {
  const foot = `<div class="foot"><button>Cancel</button><button class="s1">Submit</button></div>`;
  return page(`<div class="modal"><h2>${escaped(title)}</h2>${components.map(partHtml).join("")}${foot}</div>`);
}

function page(body: string): string {
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><main>${body}</main>`;
}

function partHtml(part: Part): string {
  const inside = (part.components ?? []).map(partHtml).join("");
  switch (part.type) {
    case 1:
      return `<div class="row">${inside}</div>`;
    case 2:
      return `<button class="s${part.style}">${escaped(part.label ?? "")}</button>`;
    case 9:
      return `<div class="section"><div>${inside}</div>${part.accessory === undefined ? "" : partHtml(part.accessory)}</div>`;
    case 10:
      return `<div class="text">${markdown(part.content ?? "")}</div>`;
    case 13:
      return `<div class="file">📄 ${escaped(part.file?.url.replace("attachment://", "") ?? "")}</div>`;
    case 14:
      return "<hr>";
    case 17:
      return `<div class="container" style="border-left-color:#${(part.accent_color ?? 0).toString(16)}">${inside}</div>`;
    case 18:
      return labelHtml(part);
    default:
      throw new Error(`no picture of a ${part.type}`);
  }
}

function labelHtml({ label = "", description, component }: Part): string {
  const marked = component?.required === false ? "" : " <i>*</i>";
  const hint = description === undefined ? "" : `<div class="hint">${escaped(description)}</div>`;
  const options = component?.options?.map(
    (each) => `<div class="option">${each.default ? "◉" : "○"} ${escaped(each.label)}</div>`,
  );
  const many = component?.style === 2 ? " many" : "";
  const field = options?.join("") ?? `<div class="field${many}">${escaped(component?.value ?? "")}</div>`;
  return `<label>${escaped(label)}${marked}</label>${hint}${field}`;
}

/** Of Discord's Markdown what the renderer makes: fences, headings, small lines, quotes, lists, bold, escapes. */
function markdown(content: string): string {
  const pieces = content.split(/(^```\w*\n[\s\S]*?\n```$)/m);
  return pieces.map((piece) => (piece.startsWith("```") ? fenceHtml(piece) : linesHtml(piece))).join("");
}

function fenceHtml(fence: string): string {
  const [, kind = "", code = ""] = /^```(\w*)\n([\s\S]*)\n```$/.exec(fence) ?? [];
  const coloured = (line: string) => {
    if (kind !== "diff" || !/^[+-]/.test(line)) return escaped(line);
    return `<span class="${line.startsWith("+") ? "add" : "gone"}">${escaped(line)}</span>`;
  };
  return `<pre>${code.split("\n").map(coloured).join("\n")}</pre>`;
}

function linesHtml(text: string): string {
  const trimmed = text.replace(/^\n|\n$/g, "");
  if (trimmed === "") return "";
  return trimmed.split("\n").map(lineHtml).join("");
}

function lineHtml(line: string): string {
  const [, mark = "", rest = line] = /^(### |-# |> |- |\d+\. )?(.*)$/s.exec(line) ?? [];
  const words = inline(rest) || " ";
  if (mark === "### ") return `<h3>${words}</h3>`;
  if (mark === "-# ") return `<div class="small">${words}</div>`;
  if (mark === "> ") return `<div class="quote">${words}</div>`;
  if (mark === "- ") return `<ul><li>${words}</li></ul>`;
  if (mark !== "") return `<ol start="${Number.parseInt(mark, 10)}"><li>${words}</li></ol>`;
  return `<div>${words}</div>`;
}

function inline(text: string): string {
  return text.replace(/\\([^0-9A-Za-z\s])|\*\*((?:\\.|[^\\])+?)\*\*|[\s\S]/g, (all, mark, bold) =>
    bold === undefined ? escaped(mark ?? all) : `<b>${inline(bold)}</b>`,
  );
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
