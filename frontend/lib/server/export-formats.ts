import type { Pages, Row } from "./account-data.ts";

/** Changes when a member gets another meaning or is removed. New members may be added without. */
export const EXPORT_VERSION = 1;

export type ExportContent = { exportedAt: Date; account: Row; members: [string, Pages][] };

/**
 * Everything as one JSON document, in pieces of a page. A document that breaks off is not JSON, and a whole one ends with
 * `"complete": true`.
 */
export async function* toJson({ exportedAt, account, members }: ExportContent): AsyncGenerator<string> {
  yield `{\n"format": "todo-export",\n"version": ${EXPORT_VERSION},\n"exported_at": ${JSON.stringify(exportedAt)},\n`;
  yield `"account": ${JSON.stringify(account)},\n`;
  for (const [name, pages] of members) {
    yield `${JSON.stringify(name)}: [`;
    let separator = "\n";
    for await (const rows of pages) {
      if (rows.length === 0) continue;
      yield separator + rows.map((row) => JSON.stringify(row)).join(",\n");
      separator = ",\n";
    }
    yield "\n],\n";
  }
  yield `"complete": true\n}\n`;
}

/** A change of the API's task that is not exported is an error of types in export-formats.test.ts. */
export const TASK_COLUMNS = [
  "id",
  "title",
  "description",
  "status",
  "created_at",
  "updated_at",
  "completed_at",
] as const;

/** Excel reads a file as UTF-8 only with this mark at its start. Other programs skip it. */
const BYTE_ORDER_MARK = "\ufeff";

/** Rows as CSV (RFC 4180), in pieces of a page. */
export async function* toCsv(columns: readonly string[], pages: Pages): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvLine(columns);
  for await (const rows of pages) yield rows.map((row) => csvLine(columns.map((column) => row[column]))).join("");
}

const csvLine = (values: readonly unknown[]): string => `${values.map(csvCell).join(",")}\r\n`;

/**
 * Spreadsheets compute a cell that begins like this, after spaces too: a task could read other cells and send them
 * away (OWASP, "CSV Injection"). The last four are the same characters in full width.
 */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

/** An apostrophe in front makes a spreadsheet show the text as it is. */
function csvCell(value: unknown): string {
  const text = value === null || value === undefined ? "" : String(value);
  const safe = typeof value === "string" && FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
