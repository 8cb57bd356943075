import type { ReactNode } from "react";

type Props = {
  label: string;
  children: ReactNode;
  /** The button at the end of the row. */
  action?: ReactNode;
};

/** A value of the account, within a `dl`. */
export function ProfileRow({ label, children, action }: Props) {
  return (
    <div className="flex min-h-14 flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <div className="min-w-0">
        <dt className="text-sm text-muted">{label}</dt>
        <dd className="font-medium break-words">{children}</dd>
      </div>
      {action}
    </div>
  );
}
