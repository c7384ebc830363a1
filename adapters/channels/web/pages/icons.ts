/** Pictures drawn in lines: one a kind, one a tone. They stand beside words, never instead of them. */
import { type Html, own } from "../markup.ts";

const PATHS = {
  clarify:
    '<path d="M9 9a3 3 0 1 1 4.2 2.75c-.8.36-1.2.95-1.2 1.75v.5"/><path d="M12 17.5v.01"/><circle cx="12" cy="12" r="9"/>',
  confirm: '<rect x="5" y="4" width="14" height="17" rx="2"/><path d="M9 4V3h6v1M9 10h6M9 14h6M9 18h3"/>',
  preview: '<path d="M3 12s3.5-6 9-6 9 6 9 6-3.5 6-9 6-9-6-9-6Z"/><circle cx="12" cy="12" r="2.6"/>',
  validate:
    '<path d="M12 3l7.5 3v5.5c0 4.6-3.1 8-7.5 9.5-4.4-1.5-7.5-4.9-7.5-9.5V6Z"/><path d="M8.5 12l2.5 2.5 4.5-4.8"/>',
  tool: '<path d="M14.6 6.3a4 4 0 0 0-5.3 5l-5.6 5.6a1.9 1.9 0 0 0 2.7 2.7l5.6-5.6a4 4 0 0 0 5-5.3l-2.6 2.6-2.4-.6-.6-2.4Z"/>',
  task: '<path d="M6 3h8l4 4v14H6Z"/><path d="M14 3v4h4M9 12h6M9 16h6"/>',
  phase:
    '<circle cx="5" cy="12" r="2.2"/><circle cx="12" cy="12" r="2.2"/><circle cx="19" cy="12" r="2.2"/><path d="M7.2 12h2.6M14.2 12h2.6"/>',
  approve: '<path d="M5 12.5l4.5 4.5L19 7.5"/>',
  change: '<path d="M4 20l1-4L16 5l3 3L8 19Z"/><path d="M14 7l3 3"/>',
  reject: '<path d="M6.5 6.5l11 11M17.5 6.5l-11 11"/>',
  waiting: '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>',
  comment: '<path d="M4 5h16v11H10l-4.5 4V16H4Z"/>',
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): Html {
  return own(
    `<svg class="icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${PATHS[name]}</svg>`,
  );
}
