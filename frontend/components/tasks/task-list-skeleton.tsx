const WIDTHS = ["62%", "44%", "71%", "38%", "56%"];

/** Placeholder of the list while it is loading. */
export function TaskListSkeleton() {
  return (
    <div aria-busy="true" className="card">
      <p className="sr-only">Loading your tasks…</p>
      {WIDTHS.map((width) => (
        <div
          aria-hidden="true"
          className="flex min-h-14 items-center gap-4 border-line px-4 not-first:border-t"
          key={width}
        >
          <span className="shimmer size-6 shrink-0 rounded-full" />
          <span className="shimmer h-4 rounded-md" style={{ width }} />
        </div>
      ))}
    </div>
  );
}

/** Placeholder of the whole task view. */
export function TaskViewSkeleton() {
  return (
    <div className="grid grid-cols-1 gap-5">
      <div aria-hidden="true" className="card h-[3.625rem]" />
      <div aria-hidden="true" className="h-10" />
      <TaskListSkeleton />
    </div>
  );
}
