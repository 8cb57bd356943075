import type { components } from "./schema";

export type Problem = components["schemas"]["Problem"];
export type FieldError = NonNullable<Problem["errors"]>[number];

/** The backend rejected the request with a problem document (RFC 9457). `code` is stable; the texts are for users. */
export class ApiProblemError extends Error {
  override name = "ApiProblemError";
  readonly status: number;
  readonly code: string;
  readonly fieldErrors: readonly FieldError[];

  constructor(problem: Pick<Problem, "status" | "code" | "detail"> & { errors?: readonly FieldError[] | null }) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.fieldErrors = problem.errors ?? [];
  }
}

/** No answer, an unexpected answer, or 429 or 5xx: the same request may succeed later. */
export class ServiceUnavailableError extends Error {
  override name = "ServiceUnavailableError";
  /** The server's `Retry-After`, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(headers?: Headers) {
    super("The server cannot be reached.");
    const seconds = Number(headers?.get("retry-after"));
    this.retryAfterMs = seconds > 0 ? seconds * 1000 : undefined;
  }
}

/** The error for a response that is not 2xx. */
export function errorFromResponse(response: Response, body: unknown): ApiProblemError | ServiceUnavailableError {
  if (response.status >= 500 || response.status === 429 || !isProblem(body))
    return new ServiceUnavailableError(response.headers);
  return new ApiProblemError(body);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "status" in body && "detail" in body;
}
