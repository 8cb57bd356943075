import type { Metadata } from "next";
import Link from "next/link";
import { AuthCard } from "@/components/auth/auth-card";
import { VerifyEmail } from "@/components/auth/verify-email";
import { link } from "@/components/ui/styles";
import { currentSession } from "@/lib/server/session";

export const metadata: Metadata = { title: "Confirm your e-mail address" };

export default async function VerifyEmailPage() {
  const user = (await currentSession())?.user;
  return (
    <AuthCard
      foot={
        <Link className={link} href={user ? "/tasks" : "/sign-in"}>
          {user ? "To your tasks" : "Sign in"}
        </Link>
      }
      lead="So that you can always get back into your account."
      title="Confirm your e-mail address"
    >
      <VerifyEmail isSignedIn={Boolean(user)} unverifiedEmail={user && !user.emailVerified ? user.email : undefined} />
    </AuthCard>
  );
}
