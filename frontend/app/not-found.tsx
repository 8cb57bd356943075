import type { Metadata } from "next";
import Link from "next/link";
import { AuthCard } from "@/components/auth/auth-card";
import { button, link } from "@/components/ui/styles";

export const metadata: Metadata = { title: "Not found" };

/** Rendered per request, because its scripts need the nonce of the request. */
export const dynamic = "force-dynamic";

export default function NotFound() {
  return (
    <AuthCard
      foot={
        <Link className={link} href="/sign-in">
          Sign in
        </Link>
      }
      lead="The address may have a slip of the pen in it."
      title="There is nothing here"
    >
      <Link className={button.primary} href="/tasks">
        To your tasks
      </Link>
    </AuthCard>
  );
}
