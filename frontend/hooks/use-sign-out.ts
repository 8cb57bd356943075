"use client";

import { toast } from "sonner";
import { authClient } from "@/lib/auth-client";
import { broadcast } from "@/lib/session/broadcast";
import { flushPendingDeletions } from "./use-pending-deletions.ts";
import { useSession } from "./use-session.ts";

/** Signs out in all tabs of this browser. */
export function useSignOut(): () => Promise<void> {
  const session = useSession();
  return async () => {
    await flushPendingDeletions();
    const { error } = await authClient.signOut();
    // The cookie is deleted by the response. Without one the user is still signed in.
    if (error) {
      toast.error("You are still signed in: the server can’t be reached. Try again in a moment.");
      return;
    }
    broadcast({ kind: "signed-out" });
    session.terminate("sign-in");
  };
}
