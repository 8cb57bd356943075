"use server";

import { revalidatePath } from "next/cache";
import { headers } from "next/headers";
import { getAuth } from "@/lib/auth";
import { type AccountSummary, summarizeAccount } from "@/lib/server/account-summary";
import { requireSession } from "@/lib/server/session";

/**
 * Revokes one of the user's own sessions by its id, because the session token is not sent to the page. Returns whether there
 * was one.
 */
export async function revokeSession(id: string): Promise<boolean> {
  const { user } = await requireSession("/settings");
  const { internalAdapter } = await (await getAuth()).$context;
  const session = (await internalAdapter.listSessions(user.id)).find((each) => each.id === id);
  if (session) await internalAdapter.deleteSession(session.token);
  revalidatePath("/settings");
  return session !== undefined;
}

/** Revokes all of the user's sessions except the current one. Returns how many there were. */
export async function revokeOtherSessions(): Promise<number> {
  const { user, session } = await requireSession("/settings");
  const auth = await getAuth();
  const sessions = await (await auth.$context).internalAdapter.listSessions(user.id);
  await auth.api.revokeOtherSessions({ headers: await headers() });
  revalidatePath("/settings");
  return sessions.filter((each) => each.id !== session.id && each.expiresAt > new Date()).length;
}

/** What a deletion of the account would delete. */
export async function getAccountSummary(): Promise<AccountSummary> {
  const { user } = await requireSession("/settings");
  return summarizeAccount(user.id, await headers());
}
