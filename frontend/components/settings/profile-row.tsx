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
    <div className="grid min-h-14 grid-cols-[minmax(0,1fr)_auto] content-center gap-x-4">
      <dt className="text-sm text-muted">{label}</dt>
      <dd className="col-start-1 font-medium break-words">{children}</dd>
      {action && <dd className="col-start-2 row-span-2 row-start-1 self-center">{action}</dd>}
    </div>
  );
}
