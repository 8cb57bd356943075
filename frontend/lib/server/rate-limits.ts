import type { BetterAuthOptions } from "better-auth";

const MINUTE = 60;

/** Kept in the database, so that a restart forgives nothing and several processes count together. Per client address. */
export const rateLimits = {
  enabled: true,
  storage: "database",
  window: MINUTE,
  max: 300,
  customRules: {
    // Enough for a person with several guesses at a password, too few for a list of them.
    "/sign-in/email": { window: MINUTE, max: 8 },
    "/sign-up/email": { window: MINUTE, max: 8 },
    "/change-password": { window: MINUTE, max: 5 },
    "/delete-user": { window: MINUTE, max: 5 },
  },
} satisfies BetterAuthOptions["rateLimit"];
