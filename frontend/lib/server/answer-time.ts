import { setTimeout as delay } from "node:timers/promises";
import type { BetterAuthPlugin } from "better-auth";
import { createAuthMiddleware } from "better-auth/api";

/** Longer than the work for an account that exists, on a machine that is not overloaded. */
const MIN_RESET_REQUEST_MS = 500;
const MIN_SIGN_UP_MS = 1_000;

type TimedContext = { answerStartedAt?: number };

/**
 * Holds answers back that must not disclose, by their time, whether an account exists: the request for a new password, and
 * with `requireVerifiedEmail` the sign-up. Better Auth does so itself in `/send-verification-email`.
 */
export function answerTime(requireVerifiedEmail: boolean) {
  const minimums: Record<string, number> = {
    "/request-password-reset": MIN_RESET_REQUEST_MS,
    ...(requireVerifiedEmail && { "/sign-up/email": MIN_SIGN_UP_MS }),
  };
  return {
    id: "answer-time",
    hooks: {
      before: [
        {
          matcher: ({ path }) => path !== undefined && path in minimums,
          handler: createAuthMiddleware(async () => {
            const context: TimedContext = { answerStartedAt: performance.now() };
            return { context: { context } };
          }),
        },
      ],
      after: [
        {
          matcher: ({ path }) => path !== undefined && path in minimums,
          handler: createAuthMiddleware(async (ctx) => {
            const { answerStartedAt = performance.now() } = ctx.context as TimedContext;
            const remaining = (minimums[ctx.path] ?? 0) - (performance.now() - answerStartedAt);
            if (remaining > 0) await delay(remaining);
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}
