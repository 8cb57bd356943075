"use server";

import { revalidatePath } from "next/cache";
import { headers } from "next/headers";
import { getAuth } from "@/lib/auth";
import { requireSession } from "@/lib/server/session";

/** Ends one of the caller's own sessions. By its id: the page never learns a token. */
export async function endSession(id: string): Promise<void> {
  const { user } = await requireSession("/settings");
  const { internalAdapter } = await (await getAuth()).$context;
  const session = (await internalAdapter.listSessions(user.id)).find((each) => each.id === id);
  if (session) await internalAdapter.deleteSession(session.token);
  revalidatePath("/settings");
}

/** Ends all of the caller's sessions but this one. */
export async function endOtherSessions(): Promise<void> {
  await requireSession("/settings");
  await (await getAuth()).api.revokeOtherSessions({ headers: await headers() });
  revalidatePath("/settings");
}
