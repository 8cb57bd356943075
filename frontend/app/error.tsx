"use client";

import { AuthCard } from "@/components/auth/auth-card";
import { button } from "@/components/ui/styles";

export default function ErrorPage({ reset }: { reset: () => void }) {
  return (
    <AuthCard foot="Your tasks are safe." lead="That is our fault and not yours." title="Something went wrong">
      <button className={button.primary} onClick={reset} type="button">
        Try again
      </button>
    </AuthCard>
  );
}
