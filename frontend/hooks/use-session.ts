"use client";

import { createContext, use, useSyncExternalStore } from "react";
import type { ClientSession } from "@/lib/session/client-session";

export const SessionContext = createContext<ClientSession | null>(null);

export function useSession(): ClientSession {
  const session = use(SessionContext);
  if (!session) throw new Error("useSession requires an AppShell around the component");
  return session;
}

/** Whether the session has ended and the user has to sign in again. */
export function useIsSessionExpired(): boolean {
  const session = useSession();
  return useSyncExternalStore(
    session.subscribe,
    () => session.isExpired,
    () => false,
  );
}
