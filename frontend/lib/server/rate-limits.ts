import type { BetterAuthOptions } from "better-auth";

const MINUTE_SECONDS = 60;

/** Per client address. Stored in the database, so that a restart keeps the counters and all processes share them. */
export const rateLimits = {
  enabled: true,
  storage: "database",
  window: MINUTE_SECONDS,
  max: 300,
  customRules: {
    // Fetched by each backend every two seconds, and served from memory.
    "/revocations": false,
    // Allows a user several attempts at a password, and prevents guessing from a list.
    "/sign-in/email": { window: MINUTE_SECONDS, max: 8 },
    "/sign-up/email": { window: MINUTE_SECONDS, max: 8 },
    "/change-password": { window: MINUTE_SECONDS, max: 5 },
    "/delete-user": { window: MINUTE_SECONDS, max: 5 },
  },
} satisfies BetterAuthOptions["rateLimit"];
