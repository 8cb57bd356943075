import type { BetterAuthPlugin, DBAdapter } from "better-auth";
import type { SecurityEventName } from "./security-events.ts";

/** What happened to an account, as its settings page shows it. */
export type Activity = {
  id: string;
  userId: string;
  event: SecurityEventName;
  outcome: "success" | "failure";
  /** Browser and system of the request, in words. */
  device: string;
  /** The device whose session was ended, the provider whose account was connected, or the name of a personal access token. */
  subject: string | null;
  requestId: string | null;
  /** Number of equal events in this row. */
  count: number;
  createdAt: Date;
  /** The time of the latest event in this row. */
  updatedAt: Date;
};

export type NewActivity = Pick<Activity, "userId" | "event" | "outcome" | "device"> & {
  subject?: string;
  requestId?: string;
} & NotStored;

/** What only the mail about the event says. */
type NotStored = {
  /** The address of the client. */
  client?: string;
  mail?: MailOptions;
};

export type MailOptions = {
  /** Instead of the address of the account. */
  to?: string;
  /** What the link "This was not me" can do. */
  link?: "report" | "restore-email" | "none";
  /** A further sentence. */
  detail?: string;
};

export type RecordedActivity = NewActivity & { at: Date };

const MODEL = "accountActivity";

export const MAX_ACTIVITIES_PER_ACCOUNT = 100;

/** Rows are deleted with their account (`on delete cascade`). */
export const accountActivitySchema = {
  [MODEL]: {
    fields: {
      userId: { type: "string", required: true, references: { model: "user", field: "id", onDelete: "cascade" } },
      event: { type: "string", required: true },
      outcome: { type: "string", required: true },
      device: { type: "string", required: true },
      subject: { type: "string", required: false },
      requestId: { type: "string", required: false },
      count: { type: "number", required: true },
      createdAt: { type: "date", required: true },
      updatedAt: { type: "date", required: true },
    },
    indexes: [{ fields: ["userId", "updatedAt"] }],
  },
} satisfies BetterAuthPlugin["schema"];

const DAY_MS = 24 * 60 * 60 * 1000;

/** Time from a failed sign-in to its row. */
const WRITE_DELAY_MS = 1_000;

/** Addresses with failed sign-ins that are not written yet. Further ones are in the log only. */
const MAX_PENDING_EMAILS = 1_000;

/** Events that anybody can cause. They share a row a day, so that an attacker cannot replace the account's other events. */
const isCausedByAnybody = ({ event, outcome }: Pick<NewActivity, "event" | "outcome">): boolean =>
  outcome === "failure" || event === "password_reset_requested";

/** RFC 5321 §4.5.3.1.3. */
const MAX_EMAIL_LENGTH = 254;

type FailedSignIns = { device: string; count: number; at: Date };

type ActivityDatabase = Pick<DBAdapter, "create" | "deleteMany" | "findMany" | "findOne" | "incrementOne">;

/** The last events of each account, in the auth database. */
export class AccountActivity {
  readonly #adapter: ActivityDatabase;
  readonly #onRecorded: ((activity: RecordedActivity) => Promise<void>) | undefined;
  readonly #failedSignIns = new Map<string, FailedSignIns>();
  #timer: NodeJS.Timeout | undefined;

  /** `onRecorded` is called for every event that has a row of its own. */
  constructor(adapter: ActivityDatabase, onRecorded?: (activity: RecordedActivity) => Promise<void>) {
    this.#adapter = adapter;
    this.#onRecorded = onRecorded;
  }

  /** Adds an event. Equal events of a day that anybody can cause, and equal events of one request, share a row with a count. */
  async record(activity: NewActivity, { count, at } = { count: 1, at: new Date() }): Promise<void> {
    const { client, mail, ...stored } = activity;
    const row = await this.#findRow(activity, at);
    if (row) {
      await this.#adapter.incrementOne({
        model: MODEL,
        where: [{ field: "id", value: row.id }],
        increment: { count },
        set: { device: activity.device, updatedAt: at },
      });
      return;
    }
    await this.#adapter.create({ model: MODEL, data: { ...stored, count, createdAt: at, updatedAt: at } });
    await this.#deleteOldest(activity.userId);
    await this.#onRecorded?.({ ...activity, at });
  }

  /**
   * Adds a failed sign-in to the account of this address, if there is one. The account is looked up later and not within the
   * request, whose duration would disclose whether it exists.
   */
  recordFailedSignIn(email: string, device: string): void {
    if (email.length > MAX_EMAIL_LENGTH) return;
    const address = email.toLowerCase();
    const pending = this.#failedSignIns.get(address);
    if (!pending && this.#failedSignIns.size >= MAX_PENDING_EMAILS) return;
    this.#failedSignIns.set(address, { device, count: (pending?.count ?? 0) + 1, at: new Date() });
    this.#timer ??= setTimeout(() => this.#writeFailedSignIns(), WRITE_DELAY_MS).unref();
  }

  /** The account's events, latest first. */
  list(userId: string): Promise<Activity[]> {
    return this.#adapter.findMany<Activity>({
      model: MODEL,
      where: [{ field: "userId", value: userId }],
      sortBy: { field: "updatedAt", direction: "desc" },
      limit: MAX_ACTIVITIES_PER_ACCOUNT,
    });
  }

  async #writeFailedSignIns(): Promise<void> {
    this.#timer = undefined;
    const failures = [...this.#failedSignIns];
    this.#failedSignIns.clear();
    for (const [email, { device, ...occurrence }] of failures) {
      try {
        const where = [{ field: "email", value: email }];
        const user = await this.#adapter.findOne<{ id: string }>({ model: "user", where });
        if (user) await this.record({ userId: user.id, event: "sign_in", outcome: "failure", device }, occurrence);
      } catch {
        reportUnstoredActivity();
      }
    }
  }

  /** The row that counts this event too. */
  async #findRow({ userId, event, outcome, requestId }: NewActivity, at: Date): Promise<Activity | undefined> {
    const sharesDay = isCausedByAnybody({ event, outcome });
    if (!sharesDay && !requestId) return undefined;
    const [row] = await this.#adapter.findMany<Activity>({
      model: MODEL,
      where: [
        { field: "userId", value: userId },
        { field: "event", value: event },
        { field: "outcome", value: outcome },
        sharesDay
          ? { field: "createdAt", operator: "gt", value: new Date(at.getTime() - DAY_MS) }
          : { field: "requestId", value: requestId ?? "" },
      ],
      sortBy: { field: "updatedAt", direction: "desc" },
      limit: 1,
    });
    return row;
  }

  async #deleteOldest(userId: string): Promise<void> {
    const surplus = await this.#adapter.findMany<Activity>({
      model: MODEL,
      where: [{ field: "userId", value: userId }],
      sortBy: { field: "updatedAt", direction: "desc" },
      offset: MAX_ACTIVITIES_PER_ACCOUNT,
      limit: MAX_ACTIVITIES_PER_ACCOUNT,
    });
    if (surplus.length === 0) return;
    await this.#adapter.deleteMany({
      model: MODEL,
      where: [{ field: "id", operator: "in", value: surplus.map((row) => row.id) }],
    });
  }
}

/** The event itself is in the log. A request does not fail because its event cannot be shown. */
export const reportUnstoredActivity = (): void =>
  console.error("security events: an event could not be stored for the settings page");
