"use client";

import { toast } from "sonner";
import { signOut } from "@/lib/auth-client";
import { tell } from "@/lib/session/broadcast";
import { flushPendingDeletions } from "./use-pending-deletions.ts";
import { useSession } from "./use-session.ts";

/** Signs out here and in all other tabs at once. */
export function useSignOut(): () => Promise<void> {
  const session = useSession();
  return async () => {
    await flushPendingDeletions();
    const outcome = await signOut();
    // The cookie is the server's to take back: without its word nobody is signed out.
    if (!outcome.ok) {
      toast.error("You are still signed in: the server can’t be reached. Try again in a moment.");
      return;
    }
    tell({ kind: "signed-out" });
    session.end("sign-in");
  };
}
