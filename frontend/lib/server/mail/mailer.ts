import type { MailConfig } from "../config.ts";

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

export function createMailer(_config: MailConfig): Mailer {
  return { send: () => {} };
}
