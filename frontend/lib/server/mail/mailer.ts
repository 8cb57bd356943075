import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { after } from "next/server";
import { createBoundedQueue, QueueFullError } from "../bounded-queue.ts";
import type { MailConfig } from "../config.ts";
import { writeMailsTo } from "./mail-folder.ts";
import { type Message, renderMail } from "./render-mail.ts";
import { sendBySmtp } from "./smtp.ts";

/** What a mail says. The template makes a text and an HTML body of it. */
export type MailContent = {
  subject: string;
  paragraphs: string[];
  action?: { label: string; url: string };
  /** Small print below the action, such as how long the link works. */
  note?: string;
};

export interface Mailer {
  /** Queues a mail and returns at once, so that the time of an answer does not disclose whether a mail is sent. */
  send(to: string, content: MailContent): void;
}

/** Rejects when the mail was not accepted. */
export type Deliver = (message: Message) => Promise<void>;

type Options = {
  /** Keeps the process running until the promise is settled. */
  keepAlive?: (work: Promise<void>) => void;
  startDelayMs?: number;
  retryDelaysMs?: readonly number[];
  maxWaiting?: number;
};

const MAX_RUNNING = 2;
/** Mails that wait for their turn. Further ones are not sent, and logged. */
const MAX_WAITING = 1_000;
/** The answer to the request is sent meanwhile. */
const START_DELAY_MS = 50;
/** Between the attempts. */
const RETRY_DELAYS_MS = [2_000, 20_000];
/** Time for the queued mails after a signal to stop. */
const STOP_TIMEOUT_MS = 4_000;

export function createMailer(config: MailConfig): Mailer {
  const deliver = config.smtpUrl ? sendBySmtp(config.smtpUrl) : writeMailsTo(config.folder, config.printsLinks);
  return createQueuedMailer(config.from, deliver);
}

/** Sends mails one after the other in the background, each with three attempts. Mails are kept in memory only. */
export function createQueuedMailer(from: string, deliver: Deliver, options: Options = {}): Mailer {
  const { keepAlive = keepServerAlive, startDelayMs = START_DELAY_MS, retryDelaysMs = RETRY_DELAYS_MS } = options;
  const run = createBoundedQueue({ maxRunning: MAX_RUNNING, maxWaiting: options.maxWaiting ?? MAX_WAITING });

  async function sendNow(to: string, content: MailContent): Promise<void> {
    await wait(startDelayMs);
    // One id for all attempts, so that a mail that was accepted twice is shown once.
    const message = { ...renderMail(content), from, to, id: randomUUID() };
    for (const [attempt, delayMs] of [...retryDelaysMs, undefined].entries()) {
      try {
        return await deliver(message);
      } catch (error) {
        if (delayMs === undefined || isPermanent(error)) {
          console.error(`mail: not sent, attempt ${attempt + 1} was the last one (${causeOf(error)})`);
          return;
        }
        await wait(delayMs);
      }
    }
  }

  return {
    send: (to, content) => {
      const sent = run(() => sendNow(to, content)).catch((error: unknown) => {
        const cause = error instanceof QueueFullError ? "too many mails are waiting" : causeOf(error);
        console.error(`mail: not sent (${cause})`);
      });
      keepAlive(sent);
    },
  };
}

/** RFC 5321 §4.2.1: the server will not accept the same mail later either. */
function isPermanent(error: unknown): boolean {
  const code = error && typeof error === "object" && "responseCode" in error ? Number(error.responseCode) : 0;
  return code >= 500 && code < 600;
}

/** Without the message, which can contain the address. */
function causeOf(error: unknown): string {
  if (!error || typeof error !== "object") return "unknown cause";
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  return [code, responseCode].filter((part) => part !== undefined).join(", ") || "unknown cause";
}

const stopping = new AbortController();

/** Ends early when the process stops. */
async function wait(ms: number): Promise<void> {
  await delay(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
}

let stopTimeout: Promise<void> | undefined;

/** Next.js waits for the promise when it is told to stop. */
function keepServerAlive(work: Promise<void>): void {
  stopTimeout ??= new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, () => {
        stopping.abort();
        setTimeout(resolve, STOP_TIMEOUT_MS).unref();
      });
    }
  });
  const bounded = Promise.race([work, stopTimeout]);
  try {
    after(bounded);
  } catch {
    // Outside of a request.
  }
}
