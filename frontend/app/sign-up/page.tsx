import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AccessCard } from "@/components/access/access-card";
import { SignUpForm } from "@/components/access/sign-up-form";
import { link } from "@/components/ui/styles";
import { currentSession } from "@/lib/server/session";
import { returnAddress } from "@/lib/session/return-address";

export const metadata: Metadata = { title: "Create an account" };

type Props = { searchParams: Promise<{ next?: string | string[] }> };

export default async function SignUpPage({ searchParams }: Props) {
  const next = returnAddress([(await searchParams).next].flat()[0]);
  if (await currentSession()) redirect(next);
  return (
    <AccessCard
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
    </AccessCard>
  );
}
