import { deepStrictEqual } from "node:assert";
import { sendRequest } from "./http.mjs";
import { SCENARIOS } from "./scenarios.mjs";
import { INSTANCES } from "./servers.mjs";
import { UserError } from "./user-error.mjs";

const SAMPLE_SIZE = 20;
const TIMESTAMPS = new Set(["created_at", "updated_at", "completed_at"]);

/** Verifies before the measurement that all servers return the same responses; otherwise they would do different work. */
export async function verifyResponses({ running, database, options }, requests) {
  for (const scenario of options.scenarios) {
    const responses = new Map();
    for (const [server, { port }] of running) {
      if (INSTANCES[server].server === "actix-baseline") continue;
      if (SCENARIOS[scenario].isWriting) database.reset();
      const received = [];
      for (const line of requests[scenario].slice(0, SAMPLE_SIZE)) received.push(await sendRequest(port, line));
      responses.set(server, received);
    }
    const expected = responses.values().next().value;
    for (const [server, received] of responses) compareResponses({ scenario, server, received, expected });
  }
  database.reset();
}

function compareResponses({ scenario, server, received, expected }) {
  const { status: expectedStatus, isWriting } = SCENARIOS[scenario];
  for (const [index, { status, body }] of received.entries()) {
    const isExpected = expectedStatus === "2xx" ? status >= 200 && status < 300 : status === expectedStatus;
    if (!isExpected) throw new UserError(`${server}, ${scenario}: status ${status}, expected ${expectedStatus}: ${body}`);
    if (status >= 400) continue;
    try {
      deepStrictEqual(normalizeTimestamps(body, isWriting), normalizeTimestamps(expected[index].body, isWriting));
    } catch (error) {
      throw new UserError(`${server}, ${scenario}: the response differs from the first server's: ${error.message}`);
    }
  }
}

/** The time of a write differs by server. RFC 3339 leaves the number of digits open and allows +00:00 for Z. */
function normalizeTimestamps(body, isWriting) {
  return JSON.parse(body, (key, value) => {
    if (!TIMESTAMPS.has(key) || value === null) return value;
    if (isWriting) return typeof value;
    return value.replace(/(?:\.(\d+))?(?:Z|\+00:00)$/, (_, digits = "") => `.${digits.padEnd(6, "0")}Z`);
  });
}
