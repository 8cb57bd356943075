import { createHash, randomBytes } from "node:crypto";
import type { BetterAuthPlugin, DBTransactionAdapter, GenericEndpointContext, User } from "better-auth";
import {
  APIError,
  createAuthEndpoint,
  createAuthMiddleware,
  getSessionFromCtx,
  isAPIError,
  sessionMiddleware,
} from "better-auth/api";
import { decodeJwt } from "jose";
import { hashToken, isExpired, isReserved } from "./account-links.ts";
import {
  type ConfirmationContext,
  type ConfirmedEmailChange,
  confirmedEmailChangeOf,
} from "./confirmed-email-change.ts";
import type { Mailer } from "./mail/mailer.ts";
import { endPasswordResetLinks } from "./password-reset.ts";
import { eventRecorder, recordRefusedLink } from "./security-events-plugin.ts";
import { maskEmail } from "./security-mails.ts";

/** A change of an account's address that its new address has not confirmed yet. */
type EmailChange = {
  id: string;
  userId: string;
  newEmail: string;
  /** Of the link in the mail to the new address. */
  tokenHash: string;
  /** Changes with the password. */
  passwordFingerprint: string;
  createdAt: Date;
  expiresAt: Date;
};

export type PendingEmailChange = { newEmail: string; expiresAt: string };

type Database = Pick<DBTransactionAdapter, "consumeOne" | "create" | "deleteMany" | "findMany" | "findOne">;

const MODEL = "emailChange";
const VERIFICATION = "change-email-verification";

/** Better Auth's default for the links of its mails. */
const DEFAULT_LINK_SECONDS = 60 * 60;

/**
 * Binds Better Auth's change of the e-mail address to a stored request: the link in the mail to the new address works once,
 * until the request is cancelled, replaced by a newer one, or the password is changed. Better Auth's own link is a signed
 * token without any state. The address changes only when the link is opened, and the new address is then verified.
 */
export function createEmailChange(mailer: Mailer, baseUrl: string) {
  /** The token of the mail that a request has sent. A request for an address that has an account sends none. */
  const sentTokens = new WeakMap<Request, string>();

  /** Better Auth's `sendVerificationEmail`, for a token that changes the address. */
  function sendConfirmation({ user, token }: { user: User; token: string }, request: Request | undefined): void {
    if (request) sentTokens.set(request, token);
    mailer.send(user.email, {
      subject: "Confirm your new e-mail address",
      paragraphs: [
        "This address was entered as the new e-mail address of a Todo account. Open the link to confirm it.",
        "If this was not you, there is nothing to do: without the link the address is not used.",
      ],
      action: { label: "Confirm the address", url: `${baseUrl}/change-email#token=${token}` },
      note: "The link works once, for 24 hours.",
    });
  }

  async function onRequested(ctx: GenericEndpointContext): Promise<void> {
    const user = ctx.context.session?.user;
    if (!user || isAPIError(returnedBy(ctx))) return;
    const newEmail = String(ctx.body.newEmail).toLowerCase();
    const token = ctx.request && sentTokens.get(ctx.request);
    // The same is stored and shown for an address that has an account: the answer must not disclose it.
    await replaceChange(ctx, user.id, newEmail, token ?? randomBytes(32).toString("base64url"));
    if (!token) mailer.send(newEmail, ADDRESS_IS_TAKEN);
    const { event, ...mail } = toOldAddress("email_change_requested", user, newEmail);
    await eventRecorder(ctx.context).recordSuccess({ event, user: user.id, mail }, ctx.headers);
  }

  const plugin = {
    id: "email-change",
    schema: {
      [MODEL]: {
        fields: {
          userId: {
            type: "string",
            required: true,
            references: { model: "user", field: "id", onDelete: "cascade" },
            index: true,
          },
          newEmail: { type: "string", required: true },
          tokenHash: { type: "string", required: true, unique: true },
          passwordFingerprint: { type: "string", required: true },
          createdAt: { type: "date", required: true },
          expiresAt: { type: "date", required: true },
        },
      },
    },
    init: ({ adapter }) => ({
      options: {
        databaseHooks: {
          user: {
            create: {
              before: async ({ email }: { email: string }) => {
                if (await isReserved(adapter, email)) throw addressIsReserved();
              },
            },
            update: {
              // Better Auth keeps the state of the old address. The link has just proved the new one.
              before: async (update: Partial<User>, ctx: GenericEndpointContext | null) => {
                if (ctx?.path === "/verify-email" && update.email) return { data: { ...update, emailVerified: true } };
              },
            },
          },
        },
      },
    }),
    endpoints: {
      cancelEmailChange: createAuthEndpoint(
        "/cancel-email-change",
        { method: "POST", use: [sessionMiddleware] },
        async (ctx): Promise<{ success: true }> => {
          const { id } = ctx.context.session.user;
          const where = [{ field: "userId", value: id }];
          if ((await ctx.context.adapter.deleteMany({ model: MODEL, where })) > 0)
            await eventRecorder(ctx.context).recordSuccess({ event: "email_change_cancelled", user: id }, ctx.headers);
          return { success: true };
        },
      ),
    },
    hooks: {
      before: [
        {
          matcher: (ctx) => ctx.path === "/verify-email" && isChangeToken(tokenOf(ctx)),
          handler: createAuthMiddleware(async (ctx) => {
            const confirmedEmailChange = await confirmChange(ctx, String(tokenOf(ctx)));
            // Assigned and not returned, because Better Auth would copy the context.
            Object.assign(ctx.context, { confirmedEmailChange } satisfies ConfirmationContext);
          }),
        },
      ],
      after: [
        { matcher: ({ path }) => path === "/change-email", handler: createAuthMiddleware(onRequested) },
        {
          matcher: ({ context }) => confirmedEmailChangeOf({ context }) !== undefined,
          handler: createAuthMiddleware(onConfirmed),
        },
      ],
    },
  } satisfies BetterAuthPlugin;

  return { plugin, sendConfirmation };
}

const ADDRESS_IS_TAKEN = {
  subject: "Your e-mail address already has an account",
  paragraphs: [
    "This address was entered as the new e-mail address of another Todo account. It has an account already, so nothing was changed.",
    "If this was you, sign in with this address, or delete its account first. If not, there is nothing to do.",
  ],
};

/** In the query of Better Auth's own endpoint, and in the body of the one with POST. */
const tokenOf = ({ query, body }: { query?: unknown; body?: unknown }): unknown =>
  (query as { token?: unknown } | undefined)?.token ?? (body as { token?: unknown } | undefined)?.token;

/** Whether the token changes an address. The stored request decides whether it is accepted. */
export function isChangeToken(token: unknown): boolean {
  try {
    return "updateTo" in decodeJwt(String(token));
  } catch {
    return false;
  }
}

async function replaceChange(
  ctx: GenericEndpointContext,
  userId: string,
  newEmail: string,
  token: string,
): Promise<void> {
  const { adapter, options } = ctx.context;
  const createdAt = new Date();
  const lifetimeSeconds = options.emailVerification?.expiresIn ?? DEFAULT_LINK_SECONDS;
  const data = {
    userId,
    newEmail,
    tokenHash: hashToken(token),
    passwordFingerprint: await fingerprintOf(adapter, userId),
    createdAt,
    expiresAt: new Date(createdAt.getTime() + lifetimeSeconds * 1_000),
  };
  await deleteEmailChanges(adapter, userId);
  await adapter.create({ model: MODEL, data });
}

/** Takes the stored request of the token, or throws. Better Auth verifies the token itself and changes the address. */
async function confirmChange(ctx: GenericEndpointContext, token: string): Promise<ConfirmedEmailChange> {
  const { adapter, internalAdapter } = ctx.context;
  const where = [{ field: "tokenHash", value: hashToken(token) }];
  const change = await adapter.findOne<EmailChange>({ model: MODEL, where });
  const refuse = (code: RefusalCode) => {
    recordRefusedLink(ctx.headers, code.toLowerCase(), change?.userId);
    return new APIError("UNAUTHORIZED", { code, message: REFUSALS[code] });
  };
  if (!change) throw refuse("INVALID_TOKEN");
  if (isExpired(change)) throw refuse("TOKEN_EXPIRED");
  const session = await getSessionFromCtx(ctx);
  if (session && session.user.id !== change.userId) throw refuse("INVALID_USER");
  const user = await internalAdapter.findUserById(change.userId);
  if (!user || decodeJwt(token).requestType !== VERIFICATION) throw refuse("INVALID_TOKEN");
  if (change.passwordFingerprint !== (await fingerprintOf(adapter, user.id))) throw refuse("INVALID_TOKEN");
  const isTaken =
    (await internalAdapter.findUserByEmail(change.newEmail)) || (await isReserved(adapter, change.newEmail, user.id));
  // Of concurrent requests, one continues.
  const taken = await adapter.consumeOne<EmailChange>({ model: MODEL, where });
  if (!taken) throw refuse("INVALID_TOKEN");
  if (isTaken) throw refuse("EMAIL_TAKEN");
  return { userId: user.id, oldEmail: user.email, wasVerified: user.emailVerified, newEmail: change.newEmail };
}

type RefusalCode = keyof typeof REFUSALS;

const REFUSALS = {
  INVALID_TOKEN: "Invalid token",
  TOKEN_EXPIRED: "Token expired",
  INVALID_USER: "Invalid user",
  EMAIL_TAKEN: "Another account has this e-mail address.",
};

async function onConfirmed(ctx: GenericEndpointContext): Promise<void> {
  const confirmed = confirmedEmailChangeOf(ctx);
  if (!confirmed || isAPIError(returnedBy(ctx))) return;
  const { userId, oldEmail, wasVerified, newEmail } = confirmed;
  await deleteEmailChanges(ctx.context.adapter, userId);
  // They were mailed to the old address.
  await endPasswordResetLinks(ctx, userId);
  const oldUser = { email: oldEmail, emailVerified: wasVerified };
  const { event, ...mail } = toOldAddress("email_changed", oldUser, newEmail);
  await eventRecorder(ctx.context).recordSuccess({ event, user: userId, mail }, ctx.headers);
}

/**
 * The mail to the old address. Only an address that was proved can be restored: otherwise a mistyped address, once
 * corrected, could take the account with it.
 */
function toOldAddress<E extends "email_change_requested" | "email_changed">(
  event: E,
  { email, emailVerified }: Pick<User, "email" | "emailVerified">,
  newEmail: string,
) {
  const detail =
    event === "email_changed"
      ? `The new one is ${maskEmail(newEmail)}.`
      : `The new one is ${maskEmail(newEmail)}. Nothing changes until it is confirmed there.`;
  const link = emailVerified ? "restore-email" : event === "email_changed" ? "none" : "report";
  return { event, to: email, detail, link } as const;
}

export async function deleteEmailChanges(database: Database, userId: string): Promise<void> {
  await database.deleteMany({ model: MODEL, where: [{ field: "userId", value: userId }] });
}

/** The change that the new address can still confirm. */
export async function findPendingEmailChange(
  database: Database,
  userId: string,
): Promise<PendingEmailChange | undefined> {
  const [change] = await database.findMany<EmailChange>({
    model: MODEL,
    where: [{ field: "userId", value: userId }],
    sortBy: { field: "createdAt", direction: "desc" },
    limit: 1,
  });
  if (!change || isExpired(change)) return undefined;
  if (change.passwordFingerprint !== (await fingerprintOf(database, userId))) return undefined;
  return { newEmail: change.newEmail, expiresAt: new Date(change.expiresAt).toISOString() };
}

/** A hash of the stored password hash. Empty for an account without a password. */
async function fingerprintOf(database: Pick<Database, "findOne">, userId: string): Promise<string> {
  const account = await database.findOne<{ password?: string | null }>({
    model: "account",
    where: [
      { field: "userId", value: userId },
      { field: "providerId", value: "credential" },
    ],
  });
  return account?.password ? createHash("sha256").update(account.password).digest("base64url") : "";
}

/** With the status 403, for which Better Auth gives its generic answer where sign-up must not disclose accounts. */
const addressIsReserved = () =>
  new APIError("FORBIDDEN", {
    code: "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL",
    message: "User already exists. Use another email.",
  });

/** The endpoint's result or error, which the type of a context does not have. */
const returnedBy = ({ context }: GenericEndpointContext): unknown => (context as { returned?: unknown }).returned;
