/**
 * A row of CSV (RFC 4180) that a spreadsheet takes for text: every cell in quotes, and one that a spreadsheet would
 * take for a formula with an apostrophe before it.
 */

/** Also behind white space, and in the full width that some spreadsheets read as the same sign. */
const FORMULA = /^\s*[=+\-@＝＋－＠\t\r]/;

export function row(cells: readonly (string | number | undefined)[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

function cell(value: string | number | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  return `"${(FORMULA.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`;
}
