"use client";

import { notifyManager, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { Toaster } from "sonner";
import { SessionContext } from "@/hooks/use-session";
import type { Person } from "@/lib/auth-client";
import { ClientSession } from "@/lib/session/client-session";
import { ReauthDialog } from "../auth/reauth-dialog.tsx";
import { Header } from "./header.tsx";
import { LiveRegion } from "./live-region.tsx";

const UNDO_TIME = 8_000;

// A box is as React last rendered it. With the usual timer a tick would come, go until the timer has run, and come again.
notifyManager.setScheduler(queueMicrotask);

/** The signed-in person's session, caches, header and messages, around every page of the app. */
export function AppShell({ person, children }: { person: Person; children: ReactNode }) {
  const [{ session, queries }] = useState(() => start(person));

  useEffect(() => session.join(() => void queries.invalidateQueries({ queryKey: ["tasks"] })), [session, queries]);
  useEffect(() => reloadWhenRestored(), []);

  return (
    <SessionContext value={session}>
      <QueryClientProvider client={queries}>
        <LiveRegion>
          <Header />
          {children}
          <ReauthDialog />
          <Toaster duration={UNDO_TIME} gap={10} mobileOffset={16} offset={24} position="bottom-center" />
        </LiveRegion>
      </QueryClientProvider>
    </SessionContext>
  );
}

function start(person: Person) {
  const queries = new QueryClient({
    // Our own banner and our own rhythm say when the server is away; see use-tasks.ts.
    defaultOptions: { queries: { networkMode: "always", retry: false }, mutations: { networkMode: "always" } },
  });
  const session = new ClientSession(person, (to) => {
    queries.clear();
    if (to === "reload") window.location.reload();
    else window.location.replace("/sign-in");
  });
  return { session, queries };
}

/** A page that the back button brings out of the browser's memory may belong to somebody who has signed out since. */
function reloadWhenRestored(): () => void {
  const onShow = (event: PageTransitionEvent) => {
    if (event.persisted) window.location.reload();
  };
  window.addEventListener("pageshow", onShow);
  return () => window.removeEventListener("pageshow", onShow);
}
