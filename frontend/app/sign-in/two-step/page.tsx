import type { Metadata } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { AuthCard } from "@/components/auth/auth-card";
import { BackToSignIn, TwoStepSignIn } from "@/components/auth/two-step-sign-in";
import { Alert } from "@/components/ui/alert";
import { getAuth } from "@/lib/auth";
import { safeRedirectPath } from "@/lib/safe-redirect";
import { currentSession } from "@/lib/server/session";

export const metadata: Metadata = { title: "Two-step sign-in" };

type Props = { searchParams: Promise<{ next?: string | string[] }> };

export default async function TwoStepPage({ searchParams }: Props) {
  const next = safeRedirectPath([(await searchParams).next].flat()[0]);
  const isOpen = await (await getAuth()).api.hasOpenChallenge({ headers: await headers() });
  if (!isOpen && (await currentSession())) redirect(next);
  return (
    <AuthCard
      foot={
        isOpen
          ? "No phone at hand? A recovery code works as well."
          : "The second step has to follow within ten minutes."
      }
      lead={isOpen ? "One more step, then you are signed in." : "Please start again."}
      title="Two-step sign-in"
    >
      {isOpen ? (
        <TwoStepSignIn next={next} />
      ) : (
        <>
          <Alert>This sign-in has expired. Enter your password again.</Alert>
          <BackToSignIn next={next} />
        </>
      )}
    </AuthCard>
  );
}
