"use client";

import { createContext, use, useCallback } from "react";
import { type AuthResult, authErrorFor, REAUTHENTICATION_REQUIRED } from "@/lib/auth-client";

type Call<T> = () => Promise<AuthResult<T>>;

/** Asks the user to authenticate again. Resolves to whether they have. */
export const ReauthenticationContext = createContext<(() => Promise<boolean>) | null>(null);

/**
 * Returns a function that runs a call. If the server demands a reauthentication, it asks for it and repeats the call.
 * Server actions that use `requireReauthentication` can be called as well.
 */
export function useReauthentication(): <T>(call: Call<T>) => Promise<AuthResult<T>> {
  const requestReauthentication = use(ReauthenticationContext);
  if (!requestReauthentication) throw new Error("useReauthentication requires an AppShell around the component");
  return useCallback(
    async (call) => {
      const result = await run(call);
      if (result.error?.code !== REAUTHENTICATION_REQUIRED || !(await requestReauthentication())) return result;
      return run(call);
    },
    [requestReauthentication],
  );
}

/** An error that a server action throws has only its `digest` in the browser. */
async function run<T>(call: Call<T>): Promise<AuthResult<T>> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof Error && "digest" in error && error.digest === REAUTHENTICATION_REQUIRED)) throw error;
    return { data: null, error: authErrorFor(403, REAUTHENTICATION_REQUIRED, new Headers()) };
  }
}
