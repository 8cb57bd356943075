const DEFAULT_PATH = "/tasks";

/** Reserved (RFC 2606), so that no value names it. */
const ORIGIN = "http://origin.invalid";

/** One slash that neither a slash nor a backslash follows: browsers resolve `//host` and `/\host` to another origin. */
const PATH_OF_THIS_ORIGIN = /^\/(?![/\\])/;

/**
 * The path to open after signing in. Returns the default for anything that is not a path of this origin. The check is made on
 * the normalized path: `/.//evil.example` becomes `//evil.example`. The server calls this before it redirects, and the
 * browser before it navigates.
 */
export function safeRedirectPath(next: string | null | undefined): string {
  const url = next?.startsWith("/") && URL.canParse(next, ORIGIN) ? new URL(next, ORIGIN) : undefined;
  if (url?.origin !== ORIGIN || !PATH_OF_THIS_ORIGIN.test(url.pathname)) return DEFAULT_PATH;
  return url.pathname + url.search;
}

/** The page of the second step, which opens `next` after it. */
export const twoStepPath = (next: string): string =>
  `/sign-in/two-step?next=${encodeURIComponent(safeRedirectPath(next))}`;
