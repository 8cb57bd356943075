const WIDTHS = ["62%", "44%", "71%", "38%", "56%"];

/** The list's shape while it is on its way. */
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

/** The whole page's shape, with the line to add tasks. */
export function TaskViewSkeleton() {
  return (
    <div className="grid grid-cols-1 gap-5">
      <div aria-hidden="true" className="card h-[3.625rem]" />
      <div aria-hidden="true" className="h-10" />
      <TaskListSkeleton />
    </div>
  );
}
