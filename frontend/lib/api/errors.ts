import type { components } from "./schema";

export type Fault = components["schemas"]["Fault"];
export type Problem = components["schemas"]["Problem"];

/** The backend understood and said no. Branch on `code`; the texts are its own, for people. */
export class ApiProblemError extends Error {
  override name = "ApiProblemError";
  readonly status: number;
  readonly code: string;
  readonly faults: readonly Fault[];

  constructor(problem: Pick<Problem, "status" | "code" | "detail"> & { errors?: readonly Fault[] }) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.faults = problem.errors ?? [];
  }
}

/** Nobody answered, or not sensibly, or only "later": the same request may go through in a while. */
export class ServiceUnavailableError extends Error {
  override name = "ServiceUnavailableError";
  /** When to ask again, in milliseconds, where the server said so. */
  readonly retryAfter: number | undefined;

  constructor(headers?: Headers) {
    super("The server cannot be reached.");
    const seconds = Number(headers?.get("retry-after"));
    this.retryAfter = seconds > 0 ? seconds * 1000 : undefined;
  }
}

/** What a response that is not good means. */
export function errorFromResponse(response: Response, body: unknown): ApiProblemError | ServiceUnavailableError {
  if (response.status >= 500 || response.status === 429 || !isProblem(body))
    return new ServiceUnavailableError(response.headers);
  return new ApiProblemError(body);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "status" in body && "detail" in body;
}
