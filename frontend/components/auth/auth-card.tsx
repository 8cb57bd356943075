import type { ReactNode } from "react";
import { Mark } from "../ui/icons.tsx";

type Props = { title: string; lead: string; children: ReactNode; foot: ReactNode };

/** The layout of pages without a session. */
export function AuthCard({ title, lead, children, foot }: Props) {
  return (
    <main className="mx-auto grid min-h-dvh w-full max-w-[27rem] content-center gap-8 px-4 py-10">
      <header className="grid justify-items-center gap-4 text-center">
        <Mark size={44} />
        <div className="grid grid-cols-1 gap-1.5">
          <h1 className="text-title font-semibold tracking-tight">{title}</h1>
          <p className="text-muted">{lead}</p>
        </div>
      </header>
      <div className="card grid grid-cols-1 gap-5 p-5 sm:p-8">{children}</div>
      <p className="text-center text-muted">{foot}</p>
    </main>
  );
}
