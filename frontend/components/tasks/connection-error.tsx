import { ApiProblemError } from "@/lib/api/errors";
import { Warning } from "../ui/icons.tsx";
import { button } from "../ui/styles.ts";

type Props = { error: Error; isRetrying: boolean; onRetry: () => void };

const messageOf = (error: Error): string =>
  error instanceof ApiProblemError ? `The server refuses: ${error.message}` : "The server can’t be reached.";

/** Shown above a list that is loaded but may be outdated. */
export function ConnectionErrorBanner({ error, isRetrying, onRetry }: Props) {
  return (
    <div
      className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-xl bg-danger-soft py-1.5 pr-1.5 pl-4 text-sm"
      role="status"
    >
      <Warning className="shrink-0 text-danger" />
      <p className="min-w-0 flex-1 basis-52 py-1.5">{messageOf(error)} Trying again…</p>
      <button
        className="min-h-11 rounded-lg px-3 font-semibold text-danger hover:underline"
        onClick={onRetry}
        type="button"
      >
        {isRetrying ? "Trying…" : "Try now"}
      </button>
    </div>
  );
}

/** Shown in place of a list that is not loaded. */
export function ConnectionErrorState({ error, isRetrying, onRetry }: Props) {
  return (
    <div className="card grid justify-items-center gap-4 px-4 py-12 text-center" role="status">
      <span className="grid size-12 place-items-center rounded-full bg-danger-soft text-danger">
        <Warning height={24} width={24} />
      </span>
      <div className="grid max-w-sm gap-1.5">
        <h2 className="text-lg font-semibold">Your tasks can’t be loaded right now</h2>
        <p className="text-balance text-muted">{messageOf(error)} They are safe there, and this page keeps trying.</p>
      </div>
      <button className={button.quiet} onClick={onRetry} type="button">
        {isRetrying ? "Trying…" : "Try now"}
      </button>
    </div>
  );
}
