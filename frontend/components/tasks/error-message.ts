import { ApiProblemError } from "@/lib/api/errors";

const MESSAGES: Record<string, string> = {
  task_not_found: "It has been deleted meanwhile.",
  insufficient_scope: "Confirm your e-mail address first.",
  forbidden: "Another person is signed in in this browser.",
};

/** The reason for a failed change, for the user. */
export function errorMessage(error: Error): string {
  if (!(error instanceof ApiProblemError)) return "The server can’t be reached.";
  const [fieldError] = error.fieldErrors;
  if (fieldError) return `Its ${fieldError.field === "description" ? "note" : fieldError.field} ${fieldError.detail}.`;
  return MESSAGES[error.code] ?? error.message;
}
