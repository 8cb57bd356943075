import type { ReactNode } from "react";
import { Alert } from "./icons.tsx";

/** Something went wrong, said where it happened and read out at once. */
export function Notice({ children }: { children: ReactNode }) {
  return (
    <div
      className="flex items-start gap-2.5 rounded-[0.625rem] bg-danger-soft px-3.5 py-3 text-sm text-danger"
      role="alert"
    >
      <Alert className="mt-px shrink-0" />
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}
