import { ApiProblemError } from "@/lib/api/errors";
import { Alert } from "../ui/icons.tsx";
import { button } from "../ui/styles.ts";

type Props = { reason: Error; isTrying: boolean; onTryAgain: () => void };

/** What a person can do with it: wait for a server that is away, or tell somebody what a server says that refuses. */
const textOf = (reason: Error): string =>
  reason instanceof ApiProblemError ? `The server refuses: ${reason.message}` : "The server can’t be reached.";

/** The list is on the screen but may be old. */
export function ConnectionErrorBanner({ reason, isTrying, onTryAgain }: Props) {
  return (
    <div
      className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-xl bg-danger-soft py-1.5 pr-1.5 pl-4 text-sm"
      role="status"
    >
      <Alert className="shrink-0 text-danger" />
      <p className="min-w-0 flex-1 basis-52 py-1.5">{textOf(reason)} Trying again…</p>
      <button
        className="min-h-11 rounded-lg px-3 font-semibold text-danger hover:underline"
        onClick={onTryAgain}
        type="button"
      >
        {isTrying ? "Trying…" : "Try now"}
      </button>
    </div>
  );
}

/** There is nothing to show. */
export function ConnectionErrorState({ reason, isTrying, onTryAgain }: Props) {
  return (
    <div className="card grid justify-items-center gap-4 px-4 py-12 text-center" role="status">
      <span className="grid size-12 place-items-center rounded-full bg-danger-soft text-danger">
        <Alert height={24} width={24} />
      </span>
      <div className="grid max-w-sm gap-1.5">
        <h2 className="text-lg font-semibold">Your tasks can’t be loaded right now</h2>
        <p className="text-balance text-muted">{textOf(reason)} They are safe there, and this page keeps trying.</p>
      </div>
      <button className={button.quiet} onClick={onTryAgain} type="button">
        {isTrying ? "Trying…" : "Try now"}
      </button>
    </div>
  );
}
