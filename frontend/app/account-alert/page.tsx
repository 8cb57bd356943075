import type { Metadata } from "next";
import Link from "next/link";
import { AuthCard } from "@/components/auth/auth-card";
import { ReportAccount } from "@/components/auth/report-account";
import { link } from "@/components/ui/styles";

export const metadata: Metadata = { title: "Was this not you?" };

export default function AccountAlertPage() {
  return (
    <AuthCard
      foot={
        <Link className={link} href="/tasks">
          It was me
        </Link>
      }
      lead="You have opened the link of a mail about your account."
      title="Was this not you?"
    >
      <ReportAccount />
    </AuthCard>
  );
}
