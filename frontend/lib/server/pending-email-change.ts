import { getAuth } from "../auth.ts";
import { findPendingEmailChange } from "./email-change.ts";

/** The address that the user has entered and not confirmed yet, for the settings page. */
export async function findNewEmail(userId: string): Promise<string | undefined> {
  const { adapter } = await (await getAuth()).$context;
  return (await findPendingEmailChange(adapter, userId))?.newEmail;
}
