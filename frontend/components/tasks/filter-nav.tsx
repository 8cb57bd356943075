"use client";

import type { MouseEvent } from "react";
import { FILTERS, type Filter, filterPath } from "@/lib/tasks/filter";

const NAMES: Record<Filter, string> = { all: "All", open: "Open", done: "Done" };

/** Real links, so that they open in new tabs and stand in the history; a plain click changes the list in place. */
export function FilterNav({ current }: { current: Filter }) {
  function choose(event: MouseEvent, filter: Filter) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
    event.preventDefault();
    if (filter !== current) window.history.pushState(null, "", filterPath(filter));
  }
  return (
    <nav aria-label="Which tasks" className="flex gap-1">
      {FILTERS.map((filter) => (
        <a
          aria-current={filter === current ? "page" : undefined}
          className="flex min-h-10 items-center rounded-full px-4 text-sm font-medium text-muted transition-colors hover:text-text aria-[current]:bg-accent-soft aria-[current]:text-accent"
          href={filterPath(filter)}
          key={filter}
          onClick={(event) => choose(event, filter)}
        >
          {NAMES[filter]}
        </a>
      ))}
    </nav>
  );
}
