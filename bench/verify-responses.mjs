import { deepStrictEqual } from "node:assert";
import { answer } from "./http.mjs";
import { CASES } from "./scenarios.mjs";
import { Problem } from "./user-error.mjs";

const SAMPLE = 20;
const INSTANTS = new Set(["created_at", "updated_at", "completed_at"]);

/** Before anything is measured: all servers give the same requests the same answers, or they do different work. */
export async function checkAnswers({ running, database, options }, requests) {
  for (const name of options.cases) {
    const answers = new Map();
    for (const [server, { port }] of running) {
      if (server === "bare") continue;
      if (CASES[name].isWriting) database.reset();
      const given = [];
      for (const line of requests[name].slice(0, SAMPLE)) given.push(await answer(port, line));
      answers.set(server, given);
    }
    for (const [server, given] of answers) compare({ name, server, given, reference: answers.values().next().value });
  }
  database.reset();
}

function compare({ name, server, given, reference }) {
  const { status: expected, isWriting } = CASES[name];
  for (const [index, { status, body }] of given.entries()) {
    const isRight = expected === "2xx" ? status >= 200 && status < 300 : status === expected;
    if (!isRight) throw new Problem(`${server}, ${name}: status ${status} instead of ${expected}: ${body}`);
    if (status >= 400) continue;
    try {
      deepStrictEqual(comparable(body, isWriting), comparable(reference[index].body, isWriting));
    } catch (error) {
      throw new Problem(`${server} answers ${name} otherwise than the first server: ${error.message}`);
    }
  }
}

/** The instant of a write is whenever it was. RFC 3339 leaves the number of digits open, and +00:00 for Z. */
function comparable(body, isWriting) {
  return JSON.parse(body, (key, value) => {
    if (!INSTANTS.has(key) || value === null) return value;
    if (isWriting) return typeof value;
    return value.replace(/(?:\.(\d+))?(?:Z|\+00:00)$/, (_, digits = "") => `.${digits.padEnd(6, "0")}Z`);
  });
}
