import { REAUTHENTICATION_REQUIRED } from "../auth-client.ts";
import { isRecentlyReauthenticated } from "./reauthentication.ts";
import { currentSession } from "./session.ts";

/**
 * Next.js hides the messages of errors that server actions throw, and sends their `digest`. `useReauthentication` reads it,
 * asks the user to confirm, and calls the action again.
 */
class ReauthenticationRequiredError extends Error {
  readonly digest = REAUTHENTICATION_REQUIRED;
}

/** For server actions: throws unless the user has authenticated again in the last five minutes. */
export async function requireReauthentication(): Promise<void> {
  const session = await currentSession();
  if (session && isRecentlyReauthenticated(session.session)) return;
  throw new ReauthenticationRequiredError("The action requires a recent reauthentication.");
}
