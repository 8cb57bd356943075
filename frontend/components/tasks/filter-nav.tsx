"use client";

import type { MouseEvent } from "react";
import { FILTERS, type Filter, filterPath } from "@/lib/tasks/filter";

const LABELS: Record<Filter, string> = { all: "All", open: "Open", done: "Done" };

/** Links, so that they open in new tabs and are in the history. A plain click changes the list without a navigation. */
export function FilterNav({ current }: { current: Filter }) {
  function select(event: MouseEvent, filter: Filter) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
    event.preventDefault();
    if (filter !== current) window.history.pushState(null, "", filterPath(filter));
  }
  return (
    <nav aria-label="Which tasks" className="flex gap-1">
      {FILTERS.map((filter) => (
        <a
          aria-current={filter === current ? "page" : undefined}
          className="flex min-h-10 items-center rounded-full px-4 text-sm font-medium text-muted transition-colors hover:text-text aria-[current]:bg-accent-soft aria-[current]:text-accent forced-colors:aria-[current]:underline"
          href={filterPath(filter)}
          key={filter}
          onClick={(event) => select(event, filter)}
        >
          {LABELS[filter]}
        </a>
      ))}
    </nav>
  );
}
