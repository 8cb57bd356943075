import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthCard } from "@/components/auth/auth-card";
import { PasskeySignIn } from "@/components/auth/passkey-sign-in";
import { SignInForm } from "@/components/auth/sign-in-form";
import { link } from "@/components/ui/styles";
import { safeRedirectPath } from "@/lib/safe-redirect";
import { currentSession } from "@/lib/server/session";

export const metadata: Metadata = { title: "Sign in" };

type Props = { searchParams: Promise<{ next?: string | string[] }> };

export default async function SignInPage({ searchParams }: Props) {
  const next = safeRedirectPath([(await searchParams).next].flat()[0]);
  if (await currentSession()) redirect(next);
  return (
    <AuthCard
      foot={
        <>
          New here?{" "}
          <Link className={link} href={`/sign-up?next=${encodeURIComponent(next)}`}>
            Create an account
          </Link>
        </>
      }
      lead="Good to see you again."
      title="Sign in"
    >
      <SignInForm next={next} />
      <PasskeySignIn next={next} />
    </AuthCard>
  );
}
