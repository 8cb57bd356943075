"use client";

import { notifyManager, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { Toaster } from "sonner";
import { ReadOnlyContext } from "@/hooks/use-read-only";
import { SessionContext } from "@/hooks/use-session";
import { TASKS_QUERY_KEY } from "@/hooks/use-tasks";
import type { User } from "@/lib/auth-client";
import { ClientSession } from "@/lib/session/client-session";
import { ReauthDialog } from "../auth/reauth-dialog.tsx";
import { Reauthentication } from "../auth/reauthentication.tsx";
import { Header } from "./header.tsx";
import { LiveRegion } from "./live-region.tsx";

const UNDO_TIMEOUT_MS = 8_000;

// A checkbox is controlled. The default scheduler renders in a timer, until which React would reset a changed checkbox.
notifyManager.setScheduler(queueMicrotask);

type Props = {
  user: User;
  isReadOnly: boolean;
  /** Shown below the header of every page. */
  banner: ReactNode;
  children: ReactNode;
};

/** Session, query cache, header and messages around every page of a signed-in user. */
export function AppShell({ user, isReadOnly, banner, children }: Props) {
  const [{ session, queries }] = useState(() => createSession(user));

  useEffect(
    () => session.subscribeToTabs(() => void queries.invalidateQueries({ queryKey: TASKS_QUERY_KEY })),
    [session, queries],
  );
  useEffect(() => reloadOnCacheRestore(), []);

  return (
    <SessionContext value={session}>
      <QueryClientProvider client={queries}>
        <LiveRegion>
          <Header />
          {banner}
          <ReadOnlyContext value={isReadOnly}>
            <Reauthentication>{children}</Reauthentication>
          </ReadOnlyContext>
          <ReauthDialog />
          <Toaster duration={UNDO_TIMEOUT_MS} gap={10} mobileOffset={16} offset={24} position="bottom-center" />
        </LiveRegion>
      </QueryClientProvider>
    </SessionContext>
  );
}

function createSession(user: User) {
  const queries = new QueryClient({
    // useTasks and useTaskMutations have their own retries, and the page shows a banner while the backend is unavailable.
    defaultOptions: { queries: { networkMode: "always", retry: false }, mutations: { networkMode: "always" } },
  });
  const session = new ClientSession(user, (target) => {
    queries.clear();
    if (target === "reload") window.location.reload();
    else window.location.replace("/sign-in");
  });
  return { session, queries };
}

/** A page that is restored from the back/forward cache may belong to a user who has signed out since. */
function reloadOnCacheRestore(): () => void {
  const onPageShow = (event: PageTransitionEvent) => {
    if (event.persisted) window.location.reload();
  };
  window.addEventListener("pageshow", onPageShow);
  return () => window.removeEventListener("pageshow", onPageShow);
}
