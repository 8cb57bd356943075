"use client";

import { useCallback, useSyncExternalStore } from "react";

/** How far below the top of the window a section begins at most to be the current one, in CSS pixels. */
const CURRENT_BELOW_TOP = 120;

const EVENTS = ["scroll", "resize", "hashchange"];

/** The id of the section that is shown; the first one in the server's HTML. */
export function useCurrentSection(ids: string[]): string | undefined {
  const subscribe = useCallback((onChange: () => void) => {
    for (const event of EVENTS) window.addEventListener(event, onChange, { passive: true });
    return () => {
      for (const event of EVENTS) window.removeEventListener(event, onChange);
    };
  }, []);
  return useSyncExternalStore(
    subscribe,
    () => currentSection(ids),
    () => ids[0],
  );
}

function currentSection(ids: string[]): string | undefined {
  const { scrollHeight, clientHeight, scrollTop } = document.documentElement;
  // The last sections cannot be scrolled to the top.
  const isAtEnd = scrollTop + clientHeight >= scrollHeight - 1 && scrollTop > 0;
  if (isAtEnd) return ids.find((id) => `#${id}` === window.location.hash) ?? ids.at(-1);
  const begins = (id: string) => document.getElementById(id)?.getBoundingClientRect().top ?? Number.POSITIVE_INFINITY;
  return ids.findLast((id) => begins(id) <= CURRENT_BELOW_TOP) ?? ids[0];
}
