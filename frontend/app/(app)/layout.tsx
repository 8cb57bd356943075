import type { ReactNode } from "react";
import { AppShell } from "@/components/layout/app-shell";
import { VerificationBanner } from "@/components/layout/verification-banner";
import { getConfig } from "@/lib/auth";
import { mailNotice } from "@/lib/server/mail-notice";
import { currentSession } from "@/lib/server/session";
import { isVerificationOverdue, type VerifiableUser } from "@/lib/server/verification-deadline";

/** The shell of all pages of a signed-in user. Each page requires the session itself, with its own path to return to. */
export default async function AppLayout({ children }: { children: ReactNode }) {
  const session = await currentSession();
  if (!session) return children;
  const { id, name, email, emailVerified } = session.user;
  const { verifyEmailBy }: VerifiableUser = session.user;
  const { limitsUnverifiedUsers } = getConfig().apiToken;
  const isReadOnly = limitsUnverifiedUsers && isVerificationOverdue(session.user);
  const deadline = limitsUnverifiedUsers && verifyEmailBy ? new Date(verifyEmailBy).toISOString() : undefined;
  return (
    <AppShell
      banner={
        !emailVerified && (
          <VerificationBanner deadline={deadline} email={email} isReadOnly={isReadOnly} mailNotice={mailNotice()} />
        )
      }
      isReadOnly={isReadOnly}
      user={{ id, name, email }}
    >
      {children}
    </AppShell>
  );
}
