import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthCard } from "@/components/auth/auth-card";
import { SignUpForm } from "@/components/auth/sign-up-form";
import { link } from "@/components/ui/styles";
import { safeRedirectPath } from "@/lib/safe-redirect";
import { currentSession } from "@/lib/server/session";

export const metadata: Metadata = { title: "Create an account" };

type Props = { searchParams: Promise<{ next?: string | string[] }> };

export default async function SignUpPage({ searchParams }: Props) {
  const next = safeRedirectPath([(await searchParams).next].flat()[0]);
  if (await currentSession()) redirect(next);
  return (
    <AuthCard
      foot={
        <>
          Have an account?{" "}
          <Link className={link} href={`/sign-in?next=${encodeURIComponent(next)}`}>
            Sign in
          </Link>
        </>
      }
      lead="A calm place for what there is to do."
      title="Create your account"
    >
      <SignUpForm next={next} />
    </AuthCard>
  );
}
