import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthCard } from "@/components/auth/auth-card";
import { PasskeySignIn } from "@/components/auth/passkey-sign-in";
import { SignInForm } from "@/components/auth/sign-in-form";
import { SocialButtons } from "@/components/auth/social-buttons";
import { Alert } from "@/components/ui/alert";
import { link } from "@/components/ui/styles";
import { getConfig } from "@/lib/auth";
import { safeRedirectPath } from "@/lib/safe-redirect";
import { currentSession } from "@/lib/server/session";
import { publicProviders } from "@/lib/server/social-providers";
import { socialErrorMessage } from "@/lib/social-errors";

export const metadata: Metadata = { title: "Sign in" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function SignInPage({ searchParams }: Props) {
  const query = await searchParams;
  const first = (name: string) => [query[name]].flat()[0];
  const next = safeRedirectPath(first("next"));
  const [error, provider] = [first("error"), first("provider")];
  // A signed-in user comes back with an error when they connect an account.
  if (await currentSession()) redirect(error ? `/settings?error=${encodeURIComponent(error)}` : next);
  const providers = publicProviders(getConfig().socialProviders);
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
      {error && <Alert>{socialErrorMessage(error, providers.find(({ id }) => id === provider)?.name)}</Alert>}
      <SignInForm next={next} />
      <PasskeySignIn next={next} />
      {providers.length > 0 && <SocialButtons next={next} providers={providers} />}
    </AuthCard>
  );
}
