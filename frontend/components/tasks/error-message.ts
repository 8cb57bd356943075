import { ApiProblemError } from "@/lib/api/errors";

const TEXTS: Record<string, string> = {
  task_not_found: "It has been deleted meanwhile.",
  forbidden: "Another person is signed in in this browser.",
  stale: "It was changed somewhere else meanwhile.",
};

/** Why a change did not go through, in words for the person who made it. */
export function errorMessage(reason: Error): string {
  if (!(reason instanceof ApiProblemError)) return "The server can’t be reached.";
  const [fault] = reason.faults;
  if (fault) return `Its ${fault.field === "description" ? "note" : fault.field} ${fault.detail}.`;
  return TEXTS[reason.code] ?? reason.message;
}
