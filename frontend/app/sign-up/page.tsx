import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthCard } from "@/components/auth/auth-card";
import { SignUpForm } from "@/components/auth/sign-up-form";
import { SocialButtons } from "@/components/auth/social-buttons";
import { link } from "@/components/ui/styles";
import { getConfig } from "@/lib/auth";
import { safeRedirectPath } from "@/lib/safe-redirect";
import { currentSession } from "@/lib/server/session";
import { publicProviders } from "@/lib/server/social-providers";

export const metadata: Metadata = { title: "Create an account" };

type Props = { searchParams: Promise<{ next?: string | string[] }> };

export default async function SignUpPage({ searchParams }: Props) {
  const next = safeRedirectPath([(await searchParams).next].flat()[0]);
  if (await currentSession()) redirect(next);
  const providers = publicProviders(getConfig().socialProviders);
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
      {providers.length > 0 && <SocialButtons next={next} providers={providers} />}
    </AuthCard>
  );
}
