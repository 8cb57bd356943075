"use client";

import { useEffect, useRef } from "react";

/** Loads the next page when the end of the list is near the viewport, or when its button is pressed. */
export function LoadMore({ onLoadMore, isLoading }: { onLoadMore: () => void; isLoading: boolean }) {
  const container = useRef<HTMLDivElement>(null);
  const latestOnLoadMore = useRef(onLoadMore);
  useEffect(() => {
    latestOnLoadMore.current = onLoadMore;
  });
  useEffect(() => {
    if (!container.current || isLoading) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((each) => each.isIntersecting) && latestOnLoadMore.current(),
      { rootMargin: "600px" },
    );
    observer.observe(container.current);
    return () => observer.disconnect();
  }, [isLoading]);
  return (
    <div className="border-t border-line p-1.5 text-center" ref={container}>
      <button
        aria-busy={isLoading}
        className="min-h-11 w-full rounded-lg text-sm font-medium text-muted hover:bg-accent-soft hover:text-text"
        onClick={() => !isLoading && onLoadMore()}
        type="button"
      >
        {isLoading ? "Loading more…" : "Show more"}
      </button>
    </div>
  );
}
