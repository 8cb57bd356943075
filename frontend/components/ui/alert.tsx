import type { ReactNode } from "react";
import { Warning } from "./icons.tsx";

/** An error message where the error occurred. Screen readers announce it at once. */
export function Alert({ children }: { children: ReactNode }) {
  return (
    <div
      className="flex items-start gap-2.5 rounded-[0.625rem] bg-danger-soft px-3.5 py-3 text-sm text-danger"
      role="alert"
    >
      <Warning className="mt-px shrink-0" />
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}
