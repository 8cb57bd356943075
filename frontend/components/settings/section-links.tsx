"use client";

import { useCurrentSection } from "@/hooks/use-current-section";

export type SectionLink = { id: string; title: string };

/** Links to the sections of the page. The one that is shown is marked. */
export function SectionLinks({ links, className }: { links: SectionLink[]; className: string }) {
  const current = useCurrentSection(links.map(({ id }) => id));
  return (
    <ul className={`grid grid-cols-1 gap-0.5 ${className}`}>
      {links.map(({ id, title }) => (
        <li key={id}>
          {/* Not next/link: the browser's own navigation moves the focus and sets :target. */}
          <a
            aria-current={id === current ? "location" : undefined}
            className="flex min-h-11 items-center rounded-lg px-3 text-sm text-muted hover:bg-accent-soft hover:text-text aria-[current]:bg-accent-soft aria-[current]:font-semibold aria-[current]:text-text"
            href={`#${id}`}
          >
            {title}
          </a>
        </li>
      ))}
    </ul>
  );
}
