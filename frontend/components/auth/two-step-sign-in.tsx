"use client";

import Link from "next/link";
import { safeRedirectPath } from "@/lib/safe-redirect";
import { button } from "../ui/styles.ts";
import { TwoStepForm } from "./two-step-form.tsx";

export function TwoStepSignIn({ next }: { next: string }) {
  return (
    <TwoStepForm
      back={<BackToSignIn next={next} />}
      // A full page load, as after the password.
      onSuccess={() => window.location.assign(safeRedirectPath(next))}
    />
  );
}

export function BackToSignIn({ next }: { next: string }) {
  return (
    <Link className={button.quiet} href={`/sign-in?next=${encodeURIComponent(safeRedirectPath(next))}`}>
      Back to sign-in
    </Link>
  );
}
