"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { subscribe } from "@/lib/session/broadcast";
import { ResendVerification } from "../auth/resend-verification.tsx";

type Props = {
  email: string;
  /** From then on the user can only read (RFC 3339). */
  deadline: string | undefined;
  isReadOnly: boolean;
  /** Where the mails are, if no mail server is set up. */
  mailNotice: string | undefined;
};

/** In UTC, so that the server and the browser render the same text. */
const formatDay = (instant: string): string =>
  new Intl.DateTimeFormat("en", { dateStyle: "long", timeZone: "UTC" }).format(new Date(instant));

/** Asks the user to confirm the e-mail address. */
export function VerificationBanner({ email, deadline, isReadOnly, mailNotice }: Props) {
  const router = useRouter();
  useEffect(() => subscribe(({ kind }) => kind === "email-verified" && router.refresh()), [router]);
  // The address may have been confirmed on another device.
  useEffect(() => {
    const refresh = () => document.visibilityState === "visible" && router.refresh();
    document.addEventListener("visibilitychange", refresh);
    return () => document.removeEventListener("visibilitychange", refresh);
  }, [router]);
  return (
    <section aria-label="E-mail address" className="mx-auto w-full max-w-2xl px-4 pt-4">
      <div
        className={`grid grid-cols-1 gap-3 rounded-xl p-4 text-sm ${isReadOnly ? "bg-danger-soft" : "bg-accent-soft"}`}
      >
        <p className="wrap-anywhere">
          {isReadOnly
            ? `You can only read your tasks until you confirm your e-mail address ${email}.`
            : `Confirm your e-mail address ${email}: open the link in the mail that you get.`}{" "}
          {!isReadOnly && deadline && (
            <>
              From <time dateTime={deadline}>{formatDay(deadline)}</time> on you can only read your tasks until you do.
            </>
          )}{" "}
          {mailNotice}
        </p>
        <ResendVerification email={email} />
      </div>
    </section>
  );
}
