import { getConfig } from "../auth.ts";

/** Where the mails are, if no mail server is set up. For the pages that send one. */
export function mailNotice(): string | undefined {
  const { smtpUrl, printsLinks } = getConfig().mail;
  if (smtpUrl) return undefined;
  return printsLinks
    ? "This server sends no mail: the link appears in its terminal."
    : "This server sends no mail yet. Ask the person who runs it for the link.";
}
