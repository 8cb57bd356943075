import { tryGetCurrentAuthEndpointContext } from "@better-auth/core/context";

type SentLinkContext = { linkSentTo?: string };

/** Remembers, for the events of the request, that a link was sent to a user. */
export function setLinkRecipient(userId: string): void {
  const ctx = tryGetCurrentAuthEndpointContext();
  if (ctx) (ctx.context as SentLinkContext).linkSentTo = userId;
}

export const linkRecipientOf = (ctx: { context: object }): string | undefined =>
  (ctx.context as SentLinkContext).linkSentTo;
