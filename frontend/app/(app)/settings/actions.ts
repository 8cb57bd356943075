"use server";

import { revalidatePath } from "next/cache";
import { headers } from "next/headers";
import { getAuth } from "@/lib/auth";
import { requireSession } from "@/lib/server/session";

/** Revokes one of the user's own sessions by its id, because the session token is not sent to the page. */
export async function revokeSession(id: string): Promise<void> {
  const { user } = await requireSession("/settings");
  const { internalAdapter } = await (await getAuth()).$context;
  const session = (await internalAdapter.listSessions(user.id)).find((each) => each.id === id);
  if (session) await internalAdapter.deleteSession(session.token);
  revalidatePath("/settings");
}

/** Revokes all of the user's sessions except the current one. */
export async function revokeOtherSessions(): Promise<void> {
  await requireSession("/settings");
  await (await getAuth()).api.revokeOtherSessions({ headers: await headers() });
  revalidatePath("/settings");
}
