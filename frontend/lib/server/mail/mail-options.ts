import type { SendMailOptions } from "nodemailer";
import type { Message } from "./render-mail.ts";

/** The recipient is an object, because nodemailer parses a text as a list of addresses. */
export function toMailOptions({ id, from, to, subject, text, html }: Message): SendMailOptions {
  const domain = from.match(/@([^@\s>]+)>?$/)?.[1] ?? "localhost";
  return {
    from,
    to: { name: "", address: to },
    subject,
    text,
    html,
    messageId: `<${id}@${domain}>`,
    // No automatic answers (RFC 3834 §5).
    headers: { "Auto-Submitted": "auto-generated" },
    xMailer: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
