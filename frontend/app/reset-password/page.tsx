import type { Metadata } from "next";
import Link from "next/link";
import { AuthCard } from "@/components/auth/auth-card";
import { ResetPasswordForm } from "@/components/auth/reset-password-form";
import { link } from "@/components/ui/styles";

export const metadata: Metadata = { title: "Choose a new password" };

/** Rendered per request, because its scripts need the nonce of the request. */
export const dynamic = "force-dynamic";

export default function ResetPasswordPage() {
  return (
    <AuthCard
      foot={
        <>
          Remembered the old one?{" "}
          <Link className={link} href="/sign-in">
            Sign in
          </Link>
        </>
      }
      lead="It ends all sessions of your account."
      title="Choose a new password"
    >
      <ResetPasswordForm />
    </AuthCard>
  );
}
