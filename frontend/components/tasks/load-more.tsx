"use client";

import { useEffect, useRef } from "react";

/** Loads the next page when the end of the list comes near, and on a press for those who do not scroll. */
export function LoadMore({ onMore, isLoading }: { onMore: () => void; isLoading: boolean }) {
  const end = useRef<HTMLDivElement>(null);
  const more = useRef(onMore);
  useEffect(() => {
    more.current = onMore;
  });
  useEffect(() => {
    if (!end.current || isLoading) return;
    const near = new IntersectionObserver((entries) => entries.some((each) => each.isIntersecting) && more.current(), {
      rootMargin: "600px",
    });
    near.observe(end.current);
    return () => near.disconnect();
  }, [isLoading]);
  return (
    <div className="border-t border-line p-1.5 text-center" ref={end}>
      <button
        aria-busy={isLoading}
        className="min-h-11 w-full rounded-lg text-sm font-medium text-muted hover:bg-accent-soft hover:text-text"
        onClick={() => !isLoading && onMore()}
        type="button"
      >
        {isLoading ? "Loading more…" : "Show more"}
      </button>
    </div>
  );
}
