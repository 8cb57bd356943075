import type { ReactNode } from "react";

/** Something to know before a form is used. */
export function Notice({ children }: { children: ReactNode }) {
  return <p className="rounded-[0.625rem] bg-accent-soft px-3.5 py-3 text-sm">{children}</p>;
}
