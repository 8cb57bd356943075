import { getAuthenticatorName, type Passkey, passkey } from "@better-auth/passkey";
import type { BetterAuthPlugin, GenericEndpointContext, User } from "better-auth";
import { APIError, createAuthMiddleware, getSessionFromCtx, isAPIError } from "better-auth/api";
import { findBoundsError } from "../account-bounds.ts";
import { describeUserAgent } from "./user-agent.ts";

export const MAX_PASSKEYS_PER_ACCOUNT = 20;

const PURGE_INTERVAL_MS = 60_000;

const LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

/**
 * The RP ID and the origin of all passkeys. An IP address cannot be an RP ID (WebAuthn §5.1.3), so a loopback address has the
 * passkeys of localhost, and pages under other loopback names cannot use them.
 */
export function relyingPartyOf(baseUrl: string): { rpID: string; origin: string } {
  const { hostname, protocol, port } = new URL(baseUrl);
  if (!LOOPBACK_HOSTS.includes(hostname)) return { rpID: hostname, origin: baseUrl };
  return { rpID: "localhost", origin: `${protocol}//localhost${port && `:${port}`}` };
}

/** A passkey as the settings page shows it. */
export type PasskeyEntry = { id: string; name: string; createdAt: string; lastUsedAt: string | null };

type StoredPasskey = Passkey & { lastUsedAt?: Date | null };

/**
 * Passkeys: a full sign-in, and a reauthentication for a signed-in user. Better Auth's plugin accepts passkeys without user
 * verification, and any challenge for any passkey. Both are refused here.
 */
export const passkeys = (baseUrl: string) => {
  const plugin = passkey({
    ...relyingPartyOf(baseUrl),
    rpName: "Todo",
    // Discoverable, because the sign-in page asks for no e-mail address before.
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    registration: {
      afterVerification: async ({ ctx, verification, user }) => {
        const info = verification.registrationInfo;
        if (!info?.userVerified) throw refusal("USER_NOT_VERIFIED");
        const { adapter } = ctx.context;
        // WebAuthn §7.1, step 26. A second row would decide which account the passkey opens.
        const where = [{ field: "credentialID", value: info.credential.id }];
        if (await adapter.findOne({ model: "passkey", where })) throw refusal("PASSKEY_ALREADY_REGISTERED");
        if ((await countPasskeys(ctx, user.id)) >= MAX_PASSKEYS_PER_ACCOUNT) throw refusal("TOO_MANY_PASSKEYS");
        return { name: getAuthenticatorName(info.aaguid) ?? describeUserAgent(ctx.headers?.get("user-agent") ?? "") };
      },
    },
    authentication: {
      afterVerification: async ({ ctx, verification }) => {
        const { credentialID, userVerified } = verification.authenticationInfo;
        if (!userVerified) throw refusal("USER_NOT_VERIFIED");
        const { adapter, internalAdapter, options } = ctx.context;
        const where = [{ field: "credentialID", value: credentialID }];
        const row = await adapter.findOne<StoredPasskey>({ model: "passkey", where });
        const user = row && ((await internalAdapter.findUserById(row.userId)) as User | null);
        if (!user) throw refusal("PASSKEY_NOT_FOUND");
        const { challengeUser } = ctx.context as ChallengeContext;
        if (challengeUser) {
          // The challenge was made for the user of a session, who authenticates again.
          const session = await getSessionFromCtx(ctx);
          if (user.id !== challengeUser || session?.user.id !== challengeUser)
            throw refusal("PASSKEY_OF_ANOTHER_ACCOUNT");
        }
        if (options.emailAndPassword?.requireEmailVerification && !user.emailVerified)
          throw refusal("EMAIL_NOT_VERIFIED");
        await adapter.update({
          model: "passkey",
          where: [{ field: "id", value: row.id }],
          update: { lastUsedAt: new Date() },
        });
      },
    },
  });
  const { fields } = plugin.schema.passkey;
  return {
    ...plugin,
    schema: {
      ...plugin.schema,
      passkey: {
        ...plugin.schema.passkey,
        fields: {
          ...fields,
          credentialID: { ...fields.credentialID, unique: true, index: false },
          lastUsedAt: { type: "date", required: false },
        },
      },
    },
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === "/passkey/verify-registration" || path === "/passkey/update-passkey",
          handler: createAuthMiddleware(async ({ path, body }) => {
            // A session is opened by a sign-in only.
            if (body?.createSession) throw refusal("CREATE_SESSION_NOT_SUPPORTED");
            if (path === "/passkey/verify-registration" && body?.name === undefined) return;
            const code = findBoundsError({ name: body?.name });
            if (code) throw refusal(code === "NAME_REQUIRED" ? "PASSKEY_NAME_REQUIRED" : code);
          }),
        },
        {
          matcher: ({ path }) => path === "/passkey/generate-register-options",
          handler: createAuthMiddleware(async (ctx) => {
            const session = await getSessionFromCtx(ctx);
            if (session && (await countPasskeys(ctx, session.user.id)) >= MAX_PASSKEYS_PER_ACCOUNT)
              throw refusal("TOO_MANY_PASSKEYS");
          }),
        },
        {
          matcher: ({ path }) => path === "/passkey/delete-passkey",
          handler: createAuthMiddleware(async (ctx) => {
            const session = await getSessionFromCtx(ctx);
            if (session && (await isOnlySignInMethod(ctx, session.user.id))) throw refusal("LAST_SIGN_IN_METHOD");
          }),
        },
        {
          matcher: ({ path }) => path === "/passkey/verify-authentication" || path === "/passkey/verify-registration",
          handler: createAuthMiddleware(async (ctx) => {
            // Assigned and not returned, because Better Auth would copy the context, whose new session other hooks read.
            Object.assign(ctx.context, { challengeUser: await readChallengeUser(ctx) } satisfies ChallengeContext);
          }),
        },
      ],
      after: [
        {
          matcher: ({ path, context }) =>
            path === "/passkey/generate-authenticate-options" && isObject(context.returned),
          handler: createAuthMiddleware(async (ctx) => {
            purgeChallenges(ctx);
            return ctx.json({ ...(ctx.context.returned as object), userVerification: "required" });
          }),
        },
        {
          matcher: ({ path, context }) =>
            (path === "/passkey/verify-registration" || path === "/passkey/update-passkey") &&
            isObject(context.returned),
          handler: createAuthMiddleware(async (ctx) => {
            const returned = ctx.context.returned as StoredPasskey | { passkey: StoredPasskey };
            return ctx.json({ passkey: toPasskeyEntry("passkey" in returned ? returned.passkey : returned) });
          }),
        },
        {
          matcher: ({ path, context }) => path === "/passkey/verify-authentication" && isObject(context.returned),
          handler: createAuthMiddleware(async (ctx) => {
            const { user } = ctx.context.returned as { user: User };
            return ctx.json({ user: { id: user.id, name: user.name, email: user.email } });
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
};

/** The public key and the credential's id stay on the server. */
export const toPasskeyEntry = ({ id, name, createdAt, lastUsedAt }: StoredPasskey): PasskeyEntry => ({
  id,
  name: name ?? "Passkey",
  createdAt: new Date(createdAt).toISOString(),
  lastUsedAt: lastUsedAt ? new Date(lastUsedAt).toISOString() : null,
});

/** The user of the session for which the challenge was made; empty if there was none. */
export type ChallengeContext = { challengeUser?: string };

export const CHALLENGE_COOKIE = "better-auth-passkey";

async function readChallengeUser(ctx: GenericEndpointContext): Promise<string> {
  const { name } = ctx.context.createAuthCookie(CHALLENGE_COOKIE);
  const identifier = await ctx.getSignedCookie(name, ctx.context.secret);
  if (!identifier) return "";
  const row = await ctx.context.internalAdapter.findVerificationValue(identifier);
  // The endpoint itself refuses a challenge that is absent, and parses any other value as JSON.
  if (!row) return "";
  if (!row.value.startsWith("{")) throw refusal("CHALLENGE_NOT_FOUND");
  return (JSON.parse(row.value) as { userData?: { id?: string } }).userData?.id ?? "";
}

const countPasskeys = ({ context }: GenericEndpointContext, userId: string): Promise<number> =>
  context.adapter.count({ model: "passkey", where: [{ field: "userId", value: userId }] });

/** Whether the user would be locked out without the only passkey. */
async function isOnlySignInMethod(ctx: GenericEndpointContext, userId: string): Promise<boolean> {
  if ((await countPasskeys(ctx, userId)) > 1) return false;
  const accounts = await ctx.context.internalAdapter.findAccounts(userId);
  return !accounts.some(({ providerId, password }) => providerId !== "credential" || password);
}

let purgedAt = 0;

/** Anyone can request challenges. Deletes expired ones, at most once a minute. Nothing waits for it. */
function purgeChallenges({ context: { adapter, logger } }: GenericEndpointContext): void {
  if (Math.abs(Date.now() - purgedAt) < PURGE_INTERVAL_MS) return;
  purgedAt = Date.now();
  adapter
    .deleteMany({ model: "verification", where: [{ field: "expiresAt", operator: "lt", value: new Date() }] })
    .catch(() => logger.error("expired challenges could not be deleted from the database"));
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !isAPIError(value);

const REFUSALS = {
  USER_NOT_VERIFIED: ["BAD_REQUEST", "The passkey did not verify the user."],
  PASSKEY_ALREADY_REGISTERED: ["BAD_REQUEST", "The passkey is registered already."],
  TOO_MANY_PASSKEYS: ["BAD_REQUEST", `An account has at most ${MAX_PASSKEYS_PER_ACCOUNT} passkeys.`],
  CHALLENGE_NOT_FOUND: ["BAD_REQUEST", "There is no such challenge."],
  PASSKEY_NOT_FOUND: ["UNAUTHORIZED", "The passkey belongs to no account."],
  PASSKEY_OF_ANOTHER_ACCOUNT: ["UNAUTHORIZED", "The passkey belongs to another account."],
  EMAIL_NOT_VERIFIED: ["FORBIDDEN", "The e-mail address is not verified."],
  LAST_SIGN_IN_METHOD: ["BAD_REQUEST", "The account has no other way to sign in."],
  CREATE_SESSION_NOT_SUPPORTED: ["BAD_REQUEST", "A passkey is added to the account of the session."],
  PASSKEY_NAME_REQUIRED: ["BAD_REQUEST", "A passkey has a name."],
  NAME_TOO_LONG: ["BAD_REQUEST", "The name is too long."],
  NAME_NOT_ONE_LINE: ["BAD_REQUEST", "The name is not one line of visible characters."],
  EMAIL_TOO_LONG: ["BAD_REQUEST", "The e-mail address is too long."],
  IMAGE_NOT_SUPPORTED: ["BAD_REQUEST", "There are no images."],
} as const;

function refusal(code: keyof typeof REFUSALS): APIError {
  const [status, message] = REFUSALS[code];
  return new APIError(status, { code, message });
}
