import type { MailContent, Mailer } from "./mailer.ts";

export type RecordedMail = MailContent & { to: string };

/** Keeps the mails in memory. */
export function createRecordingMailer(): Mailer & { mails: RecordedMail[] } {
  const mails: RecordedMail[] = [];
  return { mails, send: (to, content) => void mails.push({ to, ...content }) };
}
