import type { ReactNode } from "react";
import { AppShell } from "@/components/layout/app-shell";
import { currentSession } from "@/lib/server/session";

/** The shell of all pages of a signed-in user. Each page requires the session itself, with its own path to return to. */
export default async function AppLayout({ children }: { children: ReactNode }) {
  const session = await currentSession();
  if (!session) return children;
  const { id, name, email } = session.user;
  return <AppShell user={{ id, name, email }}>{children}</AppShell>;
}
