"use client";

import { useSyncExternalStore } from "react";
import type { User } from "@/lib/auth-client";
import { useSession } from "./use-session.ts";

/** The signed-in user, with changes that were made in this tab or another one since the page was loaded. */
export function useCurrentUser(): User {
  const session = useSession();
  return useSyncExternalStore(
    session.subscribe,
    () => session.user,
    () => session.user,
  );
}
