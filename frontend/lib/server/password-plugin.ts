import { tryGetCurrentAuthEndpointContext } from "@better-auth/core/context";
import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthMiddleware, isAPIError } from "better-auth/api";
import { PASSWORD_MAX_LENGTH } from "../password-length.ts";
import { QueueFullError } from "./bounded-queue.ts";
import { hashPassword, needsRehash, verifyPassword } from "./password-hash.ts";
import { createPasswordRangeQuery } from "./password-range.ts";
import { resetUserOf } from "./password-reset.ts";
import { findBrokenRule, type PasswordOwner, type PasswordRule } from "./password-rules.ts";

/** Endpoints that hash a new password without a transaction. Sign-in hashes too, to take its time for an unknown user. */
const NEW_PASSWORD_PATHS = ["/change-password", "/set-password", "/reset-password"];
const RETRY_AFTER_SECONDS = 5;

/**
 * Replaces Better Auth's password hashing (docs/decisions/0061), renews older hashes at sign-in, and refuses known and
 * obvious passwords at sign-up and when a password is changed (0062).
 */
export function passwordPlugin(rangeUrl: string | undefined) {
  const isPublished = rangeUrl ? createPasswordRangeQuery(rangeUrl) : undefined;

  async function requireAcceptablePassword(password: string, owner: PasswordOwner): Promise<void> {
    const rule = findBrokenRule(password, owner);
    if (rule) throw refusal(rule);
    if (await isPublished?.(password)) throw refusal("PASSWORD_COMPROMISED");
  }

  /** Better Auth logs what a hook throws, and not what an endpoint does. So a refusal is thrown by `hash`. */
  async function preparePassword(password: string, owner: PasswordOwner): Promise<PreparedPassword> {
    try {
      await requireAcceptablePassword(password, owner);
      return { password, hash: await answerWhenBusy(hashPassword(password)) };
    } catch (error) {
      if (!isAPIError(error)) throw error;
      return { password, refusal: error };
    }
  }

  return {
    id: "passwords",
    init: ({ password }) => ({
      context: {
        password: {
          ...password,
          hash: async (newPassword: string) => {
            const request = tryGetCurrentAuthEndpointContext();
            const prepared = (request?.context as SignUpContext | undefined)?.preparedPassword;
            if (prepared?.password === newPassword) {
              if (prepared.refusal) throw prepared.refusal;
              return prepared.hash;
            }
            if (request && NEW_PASSWORD_PATHS.includes(request.path ?? ""))
              await requireAcceptablePassword(newPassword, resetUserOf(request) ?? request.context.session?.user ?? {});
            return answerWhenBusy(hashPassword(newPassword));
          },
          verify: (input: { hash: string; password: string }) => answerWhenBusy(verifyPassword(input)),
        },
      },
    }),
    hooks: {
      before: [
        {
          // Better Auth hashes within the transaction that creates the user. With SQLite all other requests wait for it.
          matcher: ({ path }) => path === "/sign-up/email",
          handler: createAuthMiddleware(async ({ body }) => {
            const { name, email, password } = (body ?? {}) as Record<string, unknown>;
            // Better Auth answers a password that is missing or too long.
            if (typeof password !== "string" || !password || password.length > PASSWORD_MAX_LENGTH) return;
            const owner = { name: String(name ?? ""), email: String(email ?? "") };
            const preparedPassword = await preparePassword(password, owner);
            return { context: { context: { preparedPassword } satisfies SignUpContext } };
          }),
        },
      ],
      after: [
        {
          matcher: ({ path }) => path === "/sign-in/email",
          handler: createAuthMiddleware(async ({ body, context }) => {
            const userId = context.newSession?.user.id;
            if (!userId) return;
            const account = await context.internalAdapter.findCredentialAccount(userId);
            if (!account?.password || !needsRehash(account.password)) return;
            try {
              await context.adapter.updateMany({
                model: "account",
                // A password that was changed in the meantime is kept.
                where: [
                  { field: "id", value: account.id },
                  { field: "password", value: account.password },
                ],
                update: { password: await hashPassword((body as { password: string }).password) },
              });
            } catch (error) {
              // The next sign-in renews the hash.
              if (!(error instanceof QueueFullError)) throw error;
            }
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}

/** The password of a sign-up with its hash, or why it has none. */
type PreparedPassword = { password: string; hash: string; refusal?: never } | { password: string; refusal: Error };

type SignUpContext = { preparedPassword?: PreparedPassword };

const MESSAGES: Record<PasswordRule | "PASSWORD_COMPROMISED", string> = {
  PASSWORD_TOO_SHORT: "The password is too short.",
  PASSWORD_TOO_COMMON: "The password is one of the most common ones. Choose another one.",
  PASSWORD_TOO_SIMILAR: "The password is the name, the e-mail address or the product's name. Choose another one.",
  PASSWORD_COMPROMISED: "The password was published with other stolen passwords. Choose another one.",
};

const refusal = (code: keyof typeof MESSAGES) => new APIError("BAD_REQUEST", { code, message: MESSAGES[code] });

async function answerWhenBusy<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof QueueFullError)) throw error;
    throw new APIError(
      "SERVICE_UNAVAILABLE",
      { code: "TOO_BUSY", message: "Too many passwords are being checked. Try again in a moment." },
      { "retry-after": String(RETRY_AFTER_SECONDS) },
    );
  }
}
