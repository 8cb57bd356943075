import type { BetterAuthOptions, BetterAuthPlugin, GenericEndpointContext } from "better-auth";
import { APIError, createAuthMiddleware, getAuthoritativeSessionFromCtx, getOAuthState } from "better-auth/api";
import { genericOAuth } from "better-auth/plugins";
import { fitName } from "../account-bounds.ts";
import { safeRedirectPath } from "../safe-redirect.ts";
import { isRecentlyReauthenticated } from "./reauthentication.ts";
import { CALLBACK_PATH, discoveryUrl, type SocialProviderConfig } from "./social-providers.ts";
import { keepBrowserSession } from "./two-factor-plugin.ts";

/** Where the second factor is asked for. */
const SECOND_FACTOR_PAGE = "/sign-in/two-step";

/** Better Auth's options for signing in with the configured providers. */
export function socialSignInOptions(providers: SocialProviderConfig[], baseUrl: string) {
  const credentialsOf = (id: string) => providers.find((provider) => provider.id === id);
  const google = credentialsOf("google");
  const github = credentialsOf("github");
  return {
    socialProviders: {
      ...(google && {
        google: {
          clientId: google.clientId,
          clientSecret: google.clientSecret,
          disableIdTokenSignIn: true,
          mapProfileToUser: (profile) => mapProfile(profile, profile.email_verified),
        },
      }),
      ...(github && {
        github: {
          clientId: github.clientId,
          clientSecret: github.clientSecret,
          // GitHub's profile does not state whether the address is verified. `validateSocialUser` checks Better Auth's answer.
          mapProfileToUser: ({ name, login, email }) => mapProfile({ name: name || login, email }, true),
        },
      }),
    } satisfies BetterAuthOptions["socialProviders"],
    account: {
      // A sign-in writes nothing to the account: tokens of providers are not kept.
      updateAccountOnSignIn: false,
      // Better Auth's defaults: an account is linked when the provider's and its own address are equal and both verified.
      accountLinking: {
        enabled: true,
        trustedProviders: [],
        requireLocalEmailVerified: true,
        allowDifferentEmails: false,
      },
    },
    // For errors of a callback whose state is not known.
    onAPIError: { errorURL: `${baseUrl}/sign-in` },
  } satisfies BetterAuthOptions;
}

/** The plugins for signing in with the configured providers; none without a provider. */
export function socialSignInPlugins(providers: SocialProviderConfig[]): BetterAuthPlugin[] {
  if (providers.length === 0) return [];
  const openId = providers.flatMap(({ id, name, issuer, clientId, clientSecret }) =>
    issuer ? [{ providerId: id, name, clientId, clientSecret, discoveryUrl: discoveryUrl(issuer) }] : [],
  );
  return [
    ...(openId.length === 0
      ? []
      : [
          genericOAuth({
            config: openId.map((provider) => ({
              ...provider,
              scopes: ["openid", "profile", "email"],
              pkce: true,
              requireIdTokenVerification: true,
              mapProfileToUser: (profile) => mapProfile(profile, profile.emailVerified),
            })),
          }),
        ]),
    socialSignIn(providers),
  ];
}

type Profile = { name?: unknown; email?: unknown };

/**
 * What an account takes over from a provider: a name within the bounds of accounts, and the address if the provider has
 * verified it. Without a verified address Better Auth refuses the sign-in. Accounts have no picture.
 */
function mapProfile({ name, email }: Profile, isVerified: unknown) {
  const address = isVerified === true && typeof email === "string" && IS_EMAIL.test(email) ? email : null;
  const fitted = fitName(typeof name === "string" ? name : "");
  return { name: fitted || fitName(address?.split("@")[0] ?? "") || "User", email: address, image: undefined };
}

/** One `@` between two parts without white space. What a provider has verified is not checked further. */
const IS_EMAIL = /^[^\s@]+@[^\s@]+$/;

type ValidateUserInfo = NonNullable<NonNullable<BetterAuthOptions["user"]>["validateUserInfo"]>;

/**
 * Better Auth calls this before it creates or links an account. It requires both addresses to be verified, also where a
 * signed-in user connects an account, which Better Auth itself does not.
 */
export const validateSocialUser: ValidateUserInfo = async ({ user, source }, ctx) => {
  if (source.method !== "oauth" || source.action === "sign-in") return;
  if (!user.email || user.emailVerified !== true) return { error: "email_not_found" };
  if (source.action !== "link-account") return;
  const owner = user.id ? await ctx.context.internalAdapter.findUserById(user.id) : null;
  if (!owner?.emailVerified) return { error: "account_email_not_verified" };
};

/** Tokens of the provider. Nothing here calls a provider after the sign-in, so they are not stored. */
const TOKEN_FIELDS = [
  "accessToken",
  "refreshToken",
  "idToken",
  "accessTokenExpiresAt",
  "refreshTokenExpiresAt",
  "scope",
] as const;

const withoutTokens = (account: object) =>
  Object.fromEntries(TOKEN_FIELDS.filter((field) => field in account).map((field) => [field, null]));

const START_PATHS = ["/sign-in/social", "/link-social"];

/** The members of a request that starts a sign-in. Better Auth has more, such as a posted ID token, that no page uses. */
const START_MEMBERS = ["provider", "callbackURL", "errorCallbackURL"];

export const socialSignIn = (providers: SocialProviderConfig[]) =>
  ({
    id: "social-sign-in",
    init: () => ({
      options: {
        databaseHooks: {
          account: {
            create: { before: async (account) => ({ data: withoutTokens(account) }) },
            update: { before: async (account) => ({ data: withoutTokens(account) }) },
          },
        },
      },
    }),
    hooks: {
      before: [
        {
          matcher: ({ path }) => START_PATHS.includes(path ?? ""),
          handler: createAuthMiddleware(async (ctx) => {
            checkStart(ctx.body ?? {});
            if (isUnavailable(ctx, providers, ctx.body?.provider))
              throw new APIError("SERVICE_UNAVAILABLE", {
                code: "PROVIDER_UNAVAILABLE",
                message: "The provider can’t be reached right now.",
              });
          }),
        },
        {
          matcher: ({ path }) => path === CALLBACK_PATH,
          handler: createAuthMiddleware(async (ctx) => {
            if (isUnavailable(ctx, providers, ctx.params?.id))
              throw ctx.redirect("/sign-in?error=provider_unavailable");
          }),
        },
        {
          matcher: ({ path }) => path === "/unlink-account",
          handler: createAuthMiddleware(async (ctx) => requireOtherSignIn(ctx, providers)),
        },
      ],
      after: [
        {
          matcher: ({ path, context }) => path === CALLBACK_PATH && hasSecondFactor(context.newSession?.user),
          handler: createAuthMiddleware(requireSecondFactor),
        },
      ],
    },
  }) satisfies BetterAuthPlugin;

/** The browser returns to a path of this app: Better Auth would also allow every trusted origin. */
function checkStart(body: Record<string, unknown>): void {
  const unused = Object.keys(body).find((name) => !START_MEMBERS.includes(name));
  if (unused) throw new APIError("BAD_REQUEST", { code: "UNSUPPORTED_MEMBER", message: "Leave out what is not used." });
  for (const url of [body.callbackURL, body.errorCallbackURL]) {
    if (url === undefined || (typeof url === "string" && safeRedirectPath(url) === url)) continue;
    throw new APIError("FORBIDDEN", { code: "INVALID_CALLBACK_URL", message: "Invalid callbackURL" });
  }
}

/**
 * Whether discovery has failed, or describes another issuer than the configured one (OpenID Connect Discovery 1.0 §4.3).
 * Better Auth tries discovery again with each request until it succeeds.
 */
function isUnavailable({ context }: GenericEndpointContext, providers: SocialProviderConfig[], id: unknown): boolean {
  const config = providers.find((provider) => provider.id === id);
  // Better Auth answers that there is no such provider.
  if (!config) return false;
  const provider = context.socialProviders.find((each) => each.id === config.id);
  if (provider && provider.issuer !== config.issuer)
    context.logger.error(`OIDC_ISSUER is ${config.issuer}, but its discovery document states ${provider.issuer}`);
  return !provider || provider.issuer !== config.issuer;
}

/** Better Auth counts accounts of any kind, and would also remove the password. */
async function requireOtherSignIn(ctx: GenericEndpointContext, providers: SocialProviderConfig[]): Promise<void> {
  const session = await getAuthoritativeSessionFromCtx(ctx);
  // The endpoint answers 401, and the plugin `reauthentication` 403.
  if (!session || !isRecentlyReauthenticated(session.session)) return;
  const accounts = await ctx.context.internalAdapter.findAccounts(session.user.id);
  const removed = accounts.find(({ id }) => id === ctx.body?.accountId);
  if (!removed || removed.providerId === "credential")
    throw new APIError("BAD_REQUEST", { code: "ACCOUNT_NOT_FOUND", message: "Account not found" });
  if (canSignInWithout(accounts, removed.id, providers)) return;
  throw new APIError("BAD_REQUEST", {
    code: "FAILED_TO_UNLINK_LAST_ACCOUNT",
    message: "You can't unlink your last account",
  });
}

type LinkedAccount = { id: string; providerId: string };

/** Whether a password or another account of a configured provider is left. */
export const canSignInWithout = (
  accounts: LinkedAccount[],
  accountId: string,
  providers: readonly { id: string }[],
): boolean =>
  accounts.some(
    ({ id, providerId }) =>
      id !== accountId && (providerId === "credential" || providers.some((provider) => provider.id === providerId)),
  );

const hasSecondFactor = (user: object | undefined): boolean =>
  Boolean(user && "twoFactorEnabled" in user && user.twoFactorEnabled);

/**
 * A sign-in with a provider asks for the second factor like one with the password. The hook of Better Auth's plugin
 * `two-factor`, which replaces the session by a challenge, is written for passwords: it answers with JSON.
 */
async function requireSecondFactor(ctx: GenericEndpointContext): Promise<void> {
  const plugin = ctx.context.options.plugins?.find(({ id }) => id === "two-factor");
  const hook = plugin?.hooks?.after?.[0];
  if (!hook) throw new APIError("INTERNAL_SERVER_ERROR", { message: "The plugin two-factor is missing." });
  const result = (await hook.handler({ ...ctx, returnHeaders: true } as HookInput)) as HookResult;
  const { newSession, authCookies } = ctx.context;
  // A device that is trusted needs no second factor.
  if (!newSession) {
    const names = [authCookies.sessionToken.name, authCookies.sessionData.name];
    const { responseHeaders } = ctx.context as { responseHeaders?: Headers };
    for (const headers of [responseHeaders, result.headers]) keepBrowserSession(headers, names);
  }
  for (const cookie of result.headers?.getSetCookie() ?? []) ctx.responseHeaders.append("set-cookie", cookie);
  if (newSession) return;
  const next = safeRedirectPath((await getOAuthState())?.callbackURL);
  throw ctx.redirect(`${SECOND_FACTOR_PAGE}?next=${encodeURIComponent(next)}`);
}

type HookInput = Parameters<NonNullable<NonNullable<BetterAuthPlugin["hooks"]>["after"]>[number]["handler"]>[0];

type HookResult = { headers?: Headers };
