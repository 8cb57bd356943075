import { expect, it, vi } from "vitest";
import { createEmailHasher } from "./email-hash.ts";
import { type SecurityEvent, SecurityEventLog } from "./security-events.ts";

const START = Date.UTC(2026, 10, 24, 21, 40, 0, 123);

function createLog(maxWindows?: number) {
  const lines: string[] = [];
  let now = START;
  const log = new SecurityEventLog({ write: (line) => lines.push(line), now: () => now, maxWindows });
  const events = () => lines.map((line) => JSON.parse(line));
  return { log, lines, events, advance: (milliseconds: number) => (now += milliseconds) };
}

const failure: SecurityEvent = {
  event: "sign_in",
  outcome: "failure",
  reason: "invalid_email_or_password",
  requestId: "r1",
  client: "192.0.2.1",
  emailHash: "00ff",
};

it("event is one line of JSON without absent members", () => {
  const { log, lines } = createLog();
  log.record(failure);
  log.record({ event: "sign_out", outcome: "success", user: "ann\nbob" });
  expect(lines).toEqual([
    '{"timestamp":"2026-11-24T21:40:00.123000Z","level":"WARN","target":"security","event":"sign_in","outcome":"failure","reason":"invalid_email_or_password","request_id":"r1","client":"192.0.2.1","email_hash":"00ff"}',
    '{"timestamp":"2026-11-24T21:40:00.123000Z","level":"INFO","target":"security","event":"sign_out","outcome":"success","user":"ann\\nbob"}',
  ]);
});

it("repeated event within a minute is counted, and written once when the minute ends", () => {
  const { log, events, advance } = createLog();
  for (let i = 0; i < 1000; i++) log.record({ ...failure, requestId: `r${i}` });
  expect(events()).toHaveLength(1);
  advance(59_999);
  log.writeEndedCounts();
  expect(events()).toHaveLength(1);
  advance(1);
  log.writeEndedCounts();
  expect(events()).toHaveLength(2);
  expect(events()[1]).toMatchObject({ event: "sign_in", email_hash: "00ff", client: "192.0.2.1", count: 999 });
  expect(events()[1]).not.toHaveProperty("request_id");
  log.record(failure);
  expect(events()).toHaveLength(3);
});

it("events that differ in client, user, reason or address are written separately", () => {
  const { log, events } = createLog();
  for (const difference of [{}, { client: "192.0.2.2" }, { emailHash: "1" }, { reason: "other" }, { user: "ann" }])
    log.record({ ...failure, ...difference });
  expect(events()).toHaveLength(5);
});

it("events beyond the greatest number of windows are counted by their name", () => {
  const { log, events, advance } = createLog(10);
  for (let i = 0; i < 500; i++) log.record({ ...failure, client: `10.0.0.${i}` });
  expect(events()).toHaveLength(11);
  advance(60_000);
  log.writeEndedCounts();
  expect(events()).toHaveLength(12);
  expect(events()[11]).toMatchObject({ event: "sign_in", count: 489 });
  expect(events()[11]).not.toHaveProperty("client");
});

it("count is written without a further event, and at the end of the process", () => {
  vi.useFakeTimers();
  try {
    const lines: string[] = [];
    const log = new SecurityEventLog({ write: (line) => lines.push(line) });
    log.record(failure);
    log.record(failure);
    vi.advanceTimersByTime(60_000);
    expect(lines).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
    log.record(failure);
    log.record(failure);
    log.writeAllCounts();
    expect(lines).toHaveLength(4);
    expect(JSON.parse(lines[3] ?? "")).toMatchObject({ count: 1 });
  } finally {
    vi.useRealTimers();
  }
});

it("counts of the process are written when it exits", async () => {
  const once = vi.spyOn(process, "once");
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    vi.resetModules();
    const log = (await import("./security-events.ts")).securityEventLog();
    log.record(failure);
    log.record(failure);
    const listener = once.mock.calls.find(([event]) => event === "exit")?.[1] ?? (() => {});
    process.off("exit", listener);
    listener();
    expect(write).toHaveBeenCalledTimes(2);
    expect(JSON.parse(String(write.mock.lastCall?.[0]))).toMatchObject({ event: "sign_in", count: 1 });
  } finally {
    vi.restoreAllMocks();
  }
});

it("hash of an e-mail address depends on the secret and not on case", () => {
  const hash = createEmailHasher("a".repeat(32));
  expect(hash("Ada@Example.com ")).toBe(hash("ada@example.com"));
  expect(hash("ada@example.com")).toMatch(/^[0-9a-f]{32}$/);
  expect(hash("ada@example.com")).not.toBe(hash("ben@example.com"));
  expect(createEmailHasher("b".repeat(32))("ada@example.com")).not.toBe(hash("ada@example.com"));
});
