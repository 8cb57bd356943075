import type { Filter } from "@/lib/tasks/filter";

const TEXTS: Record<Filter, { title: string; text: string }> = {
  all: {
    title: "Nothing to do yet",
    text: "Write your first task above and press Enter. It will be here wherever you sign in.",
  },
  open: { title: "All done", text: "There is nothing open. Enjoy it, or add what comes to mind above." },
  done: { title: "Nothing done yet", text: "Tasks that you complete gather here, to look back on or to reopen." },
};

/** Explains an empty list, for each filter. */
export function EmptyState({ filter }: { filter: Filter }) {
  const { title, text } = TEXTS[filter];
  return (
    <div className="grid justify-items-center gap-5 px-4 py-12 text-center sm:py-16">
      <Illustration />
      <div className="grid max-w-sm gap-1.5">
        <h2 className="text-lg font-semibold">{title}</h2>
        <p className="text-balance text-muted">{text}</p>
      </div>
    </div>
  );
}

function Illustration() {
  return (
    <svg aria-hidden="true" fill="none" height={112} viewBox="0 0 150 112" width={150}>
      <rect fill="var(--c-accent-soft)" height="84" rx="14" transform="rotate(-5 66 62)" width="104" x="14" y="20" />
      <rect
        fill="var(--c-surface)"
        height="84"
        rx="14"
        stroke="var(--c-line)"
        strokeWidth="1.5"
        width="104"
        x="32"
        y="14"
      />
      <g stroke="var(--c-control)" strokeLinecap="round" strokeWidth="2">
        <circle cx="52" cy="38" r="6.5" stroke="var(--c-accent)" />
        <path d="M68 38h48" opacity=".55" />
        <circle cx="52" cy="57" r="6.5" />
        <path d="M68 57h34" opacity=".55" />
        <circle cx="52" cy="76" r="6.5" />
        <path d="M68 76h42" opacity=".55" />
      </g>
      <path
        d="m48.8 38.2 2.3 2.3 4.2-4.6"
        stroke="var(--c-accent)"
        strokeLinecap="round"
        strokeLinejoin="round"
        strokeWidth="2"
      />
    </svg>
  );
}
