import type { Metadata } from "next";
import Link from "next/link";
import { AuthCard } from "@/components/auth/auth-card";
import { ForgotPasswordForm } from "@/components/auth/forgot-password-form";
import { Notice } from "@/components/ui/notice";
import { link } from "@/components/ui/styles";
import { mailNotice } from "@/lib/server/mail-notice";

export const metadata: Metadata = { title: "Forgotten password" };

/** Rendered per request, because its scripts need the nonce of the request. */
export const dynamic = "force-dynamic";

export default function ForgotPasswordPage() {
  const notice = mailNotice();
  return (
    <AuthCard
      foot={
        <>
          Remembered it?{" "}
          <Link className={link} href="/sign-in">
            Sign in
          </Link>
        </>
      }
      lead="Choose a new one with a link that we send you."
      title="Forgotten your password?"
    >
      {notice && <Notice>{notice}</Notice>}
      <ForgotPasswordForm />
    </AuthCard>
  );
}
