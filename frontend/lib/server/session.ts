import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { getAuth } from "../auth.ts";

/** The session from the database, read once per request. */
export const currentSession = cache(async () => {
  const auth = await getAuth();
  return auth.api.getSession({ headers: await headers() });
});

/** Returns the session, or redirects to the sign-in page, which returns to `returnTo`. */
export async function requireSession(returnTo: string) {
  const session = await currentSession();
  if (!session) redirect(`/sign-in?next=${encodeURIComponent(returnTo)}`);
  return session;
}
