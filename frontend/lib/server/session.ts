import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { getAuth } from "../auth.ts";

/** The session as the database has it: a cookie by itself proves nothing. Once per request. */
export const currentSession = cache(async () => {
  const auth = await getAuth();
  return auth.api.getSession({ headers: await headers() });
});

/** The session, or the way to sign in and back to `returnTo`. */
export async function requireSession(returnTo: string) {
  const session = await currentSession();
  if (!session) redirect(`/sign-in?next=${encodeURIComponent(returnTo)}`);
  return session;
}
