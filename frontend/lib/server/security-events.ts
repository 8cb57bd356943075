/** The events of this app. docs/SECURITY_EVENTS.md describes them and their members. */
export type SecurityEventName =
  | "sign_up"
  | "sign_in"
  | "sign_out"
  | "password_change"
  | "password_reset_requested"
  | "password_reset"
  | "verification_sent"
  | "email_verified"
  | "link_refused"
  | "name_changed"
  | "data_exported"
  | "session_revoked"
  | "account_deleted"
  | "reauthentication"
  | "passkey_added"
  | "passkey_removed"
  | "passkey_refused"
  | "email_change_requested"
  | "email_change_cancelled"
  | "email_changed"
  | "email_change_reverted"
  | "account_reported"
  | "two_factor_enabled"
  | "two_factor_disabled"
  | "recovery_codes_renewed"
  | "recovery_code_used"
  | "second_factor_failed"
  | "social_account_linked"
  | "social_account_unlinked"
  | "personal_token_created"
  | "personal_token_revoked"
  | "limit_exceeded"
  | "token_refused";

/** An event never contains a token, an e-mail address or a path. */
export type SecurityEvent = {
  event: SecurityEventName;
  outcome: "success" | "failure" | "refused";
  /** A stable name in snake_case. */
  reason?: string;
  limit?: string;
  requestId?: string;
  client?: string;
  user?: string;
  emailHash?: string;
};

/** Time in which equal events are counted instead of written. */
const WINDOW_MS = 60_000;

/** Windows that are open at the same time. Beyond them events are counted by their name alone. */
const MAX_WINDOWS = 10_000;

type Window = { event: SecurityEvent; endsAt: number; repeats: number };

type Options = { write?: (line: string) => void; now?: () => number; maxWindows?: number };

/**
 * Writes security events as lines of JSON, each kind once a minute for a client and a user. Repeats are counted, and the
 * count is written when the minute ends.
 */
export class SecurityEventLog {
  /** In the order of their ends, because all windows have the same length and a map keeps the order of insertion. */
  readonly #windows = new Map<string, Window>();
  readonly #write: (line: string) => void;
  readonly #now: () => number;
  readonly #maxWindows: number;
  #timer: NodeJS.Timeout | undefined;

  constructor({ write = writeToStderr, now = Date.now, maxWindows = MAX_WINDOWS }: Options = {}) {
    this.#write = write;
    this.#now = now;
    this.#maxWindows = maxWindows;
  }

  record(event: SecurityEvent): void {
    this.writeEndedCounts();
    let recorded = event;
    let key = keyOf(event);
    if (this.#windows.size >= this.#maxWindows && !this.#windows.has(key)) {
      recorded = { event: event.event, outcome: event.outcome };
      key = event.event;
    }
    const window = this.#windows.get(key);
    if (window) {
      window.repeats += 1;
      return;
    }
    this.#windows.set(key, { event: recorded, endsAt: this.#now() + WINDOW_MS, repeats: 0 });
    this.#write(formatLine(event, this.#now()));
    this.#schedule();
  }

  /** Writes the counts of windows that have ended. */
  writeEndedCounts(): void {
    const now = this.#now();
    for (const [key, window] of this.#windows) {
      if (window.endsAt > now) return;
      this.#windows.delete(key);
      this.#writeCount(window);
    }
  }

  /** Writes the counts of all windows, for the end of the process. */
  writeAllCounts(): void {
    for (const window of this.#windows.values()) this.#writeCount(window);
    this.#windows.clear();
  }

  #writeCount({ event, repeats }: Window): void {
    // The request id is that of the first event, which is written already.
    if (repeats > 0) this.#write(formatLine({ ...event, requestId: undefined }, this.#now(), repeats));
  }

  /** One timer at a time, which does not keep the process running. */
  #schedule(): void {
    const [first] = this.#windows.values();
    if (this.#timer || !first) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.writeEndedCounts();
        this.#schedule();
      },
      Math.max(0, first.endsAt - this.#now()),
    );
    this.#timer.unref();
  }
}

/** A failed sign-in has no user. The hash of the e-mail address stands for it. */
const keyOf = ({ event, outcome, reason, limit, client, user, emailHash }: SecurityEvent): string =>
  JSON.stringify([event, outcome, reason, limit, client, user ?? emailHash]);

/** `JSON.stringify` leaves out undefined members, and escapes line breaks. */
function formatLine(event: SecurityEvent, now: number, count?: number): string {
  return JSON.stringify({
    // Microseconds as in the backend's lines; the clock has milliseconds.
    timestamp: new Date(now).toISOString().replace("Z", "000Z"),
    level: event.outcome === "success" ? "INFO" : "WARN",
    target: "security",
    event: event.event,
    outcome: event.outcome,
    reason: event.reason,
    limit: event.limit,
    request_id: event.requestId,
    client: event.client,
    user: event.user,
    email_hash: event.emailHash,
    count,
  });
}

const writeToStderr = (line: string): void => void process.stderr.write(`${line}\n`);

let processLog: SecurityEventLog | undefined;

/** The log of this process. Open counts are written when it exits. */
export function securityEventLog(): SecurityEventLog {
  if (!processLog) {
    const log = new SecurityEventLog();
    process.once("exit", () => log.writeAllCounts());
    processLog = log;
  }
  return processLog;
}
