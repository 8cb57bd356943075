import type { BetterAuthOptions } from "better-auth";

const MINUTE_SECONDS = 60;

/**
 * Per client address. Stored in the database, so that a restart keeps the counters and all processes share them. The
 * requests that check a password or a link, send a mail or create an account have limits of their own (attempt-limits.ts).
 */
export const rateLimits = {
  enabled: true,
  storage: "database",
  window: MINUTE_SECONDS,
  max: 300,
  customRules: {
    // Fetched by the backends, and served from memory.
    "/jwks": false,
    "/revocations": false,
    "/sign-in/email": false,
    "/sign-up/email": false,
    "/change-password": false,
    "/change-email": false,
    "/delete-user": false,
    "/request-password-reset": false,
    "/reset-password": false,
    "/send-verification-email": false,
    "/verify-email": false,
    "/reauthenticate": false,
    "/passkey/generate-authenticate-options": false,
    "/passkey/verify-authentication": false,
    // The plugin's own 3 requests in 10 seconds would let one client block others behind the same proxy.
    "/two-factor/*": { window: MINUTE_SECONDS, max: 300 },
    // The start of a sign-in with a provider, and the return from it.
    "/sign-in/social": { window: MINUTE_SECONDS, max: 60 },
    "/link-social": { window: MINUTE_SECONDS, max: 60 },
    "/callback/*": { window: MINUTE_SECONDS, max: 60 },
  },
} satisfies BetterAuthOptions["rateLimit"];
