import type { ReactNode } from "react";
import { AppShell } from "@/components/layout/app-shell";
import { currentSession } from "@/lib/server/session";

/** What all pages of a signed-in person share. Each page asks for the session itself, since it knows where to come back to. */
export default async function AppLayout({ children }: { children: ReactNode }) {
  const session = await currentSession();
  if (!session) return children;
  const { id, name, email } = session.user;
  return <AppShell person={{ id, name, email }}>{children}</AppShell>;
}
