import type { Metadata } from "next";
import Link from "next/link";
import { AuthCard } from "@/components/auth/auth-card";
import { ConfirmEmailChange } from "@/components/auth/confirm-email-change";
import { link } from "@/components/ui/styles";
import { currentSession } from "@/lib/server/session";

export const metadata: Metadata = { title: "Confirm your new e-mail address" };

export default async function ChangeEmailPage() {
  const isSignedIn = Boolean(await currentSession());
  return (
    <AuthCard
      foot={
        <Link className={link} href={isSignedIn ? "/tasks" : "/sign-in"}>
          {isSignedIn ? "To your tasks" : "Sign in"}
        </Link>
      }
      lead="The last step of the change."
      title="Confirm your new e-mail address"
    >
      <ConfirmEmailChange isSignedIn={isSignedIn} />
    </AuthCard>
  );
}
