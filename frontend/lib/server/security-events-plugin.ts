import type { Account, BetterAuthPlugin, GenericEndpointContext, Session } from "better-auth";
import { createAuthMiddleware, getOAuthState, isAPIError } from "better-auth/api";
import { headers as nextHeaders } from "next/headers";
import {
  AccountActivity,
  accountActivitySchema,
  type MailOptions,
  type NewActivity,
  reportUnstoredActivity,
} from "./account-activity.ts";
import { CLIENT_IP_HEADER } from "./client-ip.ts";
import { confirmedEmailChangeOf } from "./confirmed-email-change.ts";
import { createEmailHasher } from "./email-hash.ts";
import { verifiedUserOf } from "./email-verification.ts";
import { REQUEST_ID_HEADER } from "./incoming-requests.ts";
import type { ChallengeContext } from "./passkeys.ts";
import { resetUserOf } from "./password-reset.ts";
import { type SecurityEvent, type SecurityEventName, securityEventLog } from "./security-events.ts";
import type { SecurityMails } from "./security-mails.ts";
import { linkRecipientOf } from "./sent-links.ts";
import { CALLBACK_PATH } from "./social-providers.ts";
import {
  challengeOf,
  isChallengeResponse,
  isSessionBeforeSecondStep,
  VERIFY_PATHS,
  VERIFY_RECOVERY_CODE,
  VERIFY_TOTP,
} from "./two-factor-plugin.ts";
import { describeUserAgent } from "./user-agent.ts";

/** Where an event comes from. */
type Origin = { requestId: string | undefined; client: string | undefined; device: string };

/** Records the events of other plugins. */
export type EventRecorder = {
  /** In the log, for the settings page, and as a mail if there is one for the event. */
  recordSuccess: (event: NewSuccess, headers: Headers | undefined) => Promise<void>;
};

type NewSuccess = { event: SecurityEventName; user: string; mail?: MailOptions };

/** The recorder that the plugin adds to the context of Better Auth. */
export const eventRecorder = (context: object): EventRecorder =>
  (context as { eventRecorder: EventRecorder }).eventRecorder;

/**
 * Writes security events to the log, keeps the last ones of each account for its settings page, and sends the mails about
 * them.
 */
export function securityEventsPlugin(secret: string, mails: SecurityMails) {
  const hashEmail = createEmailHasher(secret);
  let activity: AccountActivity | undefined;

  const log = (event: SecurityEvent, { requestId, client }: Origin): void =>
    securityEventLog().record({ ...event, requestId, client });

  async function store(entry: NewActivity): Promise<void> {
    await activity?.record(entry).catch(reportUnstoredActivity);
  }

  const recorder: EventRecorder = {
    recordSuccess: async ({ event, user, mail }, headers) => {
      const origin = originOf(headers);
      log({ event, outcome: "success", user }, origin);
      await store({ userId: user, event, outcome: "success", ...(mail && { mail }), ...storedOrigin(origin) });
    },
  };

  async function onSignUp(ctx: GenericEndpointContext): Promise<void> {
    const origin = originOf(ctx.headers);
    const user = ctx.context.newSession?.user.id ?? (await findCreatedUser(ctx));
    if (!user) {
      // Where the address has to be confirmed first, a taken one is answered as a new one.
      const reason = isAPIError(returnedBy(ctx)) ? errorReason(ctx) : "user_already_exists";
      return log({ event: "sign_up", outcome: "failure", reason }, origin);
    }
    log({ event: "sign_up", outcome: "success", user }, origin);
    await store({ userId: user, event: "sign_up", outcome: "success", ...storedOrigin(origin) });
  }

  /** Logs what a user has done, and keeps it for the settings page. */
  async function succeed(event: SecurityEventName, user: string, origin: Origin): Promise<void> {
    log({ event, outcome: "success", user }, origin);
    await store({ userId: user, event, outcome: "success", ...storedOrigin(origin) });
  }

  async function onSignIn(ctx: GenericEndpointContext): Promise<void> {
    // The sign-in succeeds or fails with its second step.
    if (isChallengeResponse(returnedBy(ctx))) return;
    const origin = originOf(ctx.headers);
    const user = ctx.context.newSession?.user.id;
    if (user) return succeed("sign_in", user, origin);
    const reason = errorReason(ctx);
    const email = String(ctx.body?.email ?? "");
    log({ event: "sign_in", outcome: "failure", reason, emailHash: hashEmail(email) }, origin);
    if (reason === WRONG_PASSWORD) activity?.recordFailedSignIn(email, origin.device);
  }

  /** A code after the password, or the first code of a new authenticator app. */
  async function onCode(ctx: GenericEndpointContext): Promise<void> {
    const origin = originOf(ctx.headers);
    const challenge = challengeOf(ctx);
    const user = challenge?.userId ?? ctx.context.session?.user.id;
    if (isAPIError(returnedBy(ctx))) {
      const reason = errorReason(ctx);
      log({ event: "second_factor_failed", outcome: "failure", reason, user }, origin);
      if (challenge && WRONG_CODES.includes(reason))
        await store({
          userId: challenge.userId,
          event: "second_factor_failed",
          outcome: "failure",
          ...storedOrigin(origin),
        });
      return;
    }
    if (!user) return;
    if (!challenge) return succeed("two_factor_enabled", user, origin);
    if (ctx.path === VERIFY_RECOVERY_CODE) await succeed("recovery_code_used", user, origin);
    await succeed("sign_in", user, origin);
  }

  /** An event of the user of the session. The first event of an enrolment is its first code. */
  const onTwoFactorChange =
    (event: SecurityEventName, isFinal = true) =>
    async (ctx: GenericEndpointContext): Promise<void> => {
      const origin = originOf(ctx.headers);
      const user = ctx.context.session?.user.id;
      if (!user) return;
      if (isAPIError(returnedBy(ctx)))
        return log({ event, outcome: "failure", reason: errorReason(ctx), user }, origin);
      if (isFinal) await succeed(event, user, origin);
    };

  async function onPasswordChange(ctx: GenericEndpointContext): Promise<void> {
    const origin = originOf(ctx.headers);
    const user = ctx.context.session?.user.id;
    if (!user) return;
    if (isAPIError(returnedBy(ctx)))
      return log({ event: "password_change", outcome: "failure", reason: errorReason(ctx), user }, origin);
    log({ event: "password_change", outcome: "success", user }, origin);
    await store({ userId: user, event: "password_change", outcome: "success", ...storedOrigin(origin) });
  }

  async function onPasswordResetRequest(ctx: GenericEndpointContext): Promise<void> {
    const origin = originOf(ctx.headers);
    const user = linkRecipientOf(ctx);
    const emailHash = hashEmail(String(ctx.body?.email ?? ""));
    const failure = isAPIError(returnedBy(ctx)) && errorReason(ctx);
    const outcome = failure ? "failure" : "success";
    const reason = failure || undefined;
    log({ event: "password_reset_requested", outcome, reason, user, emailHash }, origin);
    if (user)
      await store({ userId: user, event: "password_reset_requested", outcome: "success", ...storedOrigin(origin) });
  }

  function onVerificationSent(ctx: GenericEndpointContext): void {
    const user = linkRecipientOf(ctx);
    if (user) log({ event: "verification_sent", outcome: "success", user }, originOf(ctx.headers));
  }

  async function onPasswordReset(ctx: GenericEndpointContext): Promise<void> {
    const origin = originOf(ctx.headers);
    const user = resetUserOf(ctx)?.id;
    if (isAPIError(returnedBy(ctx))) {
      const reason = errorReason(ctx);
      if (LINK_ERRORS.includes(reason)) return recordRefusedLink(ctx.headers, reason);
      return log({ event: "password_reset", outcome: "failure", reason, user }, origin);
    }
    if (!user) return;
    log({ event: "password_reset", outcome: "success", user }, origin);
    await store({ userId: user, event: "password_reset", outcome: "success", ...storedOrigin(origin) });
    if (!resetUserOf(ctx)?.emailVerified) await onEmailVerified(user, origin);
  }

  async function onEmailVerification(ctx: GenericEndpointContext): Promise<void> {
    if (isAPIError(returnedBy(ctx))) return recordRefusedLink(ctx.headers, errorReason(ctx));
    // The change of the address is an event of its own.
    if (confirmedEmailChangeOf(ctx)) return;
    const user = verifiedUserOf(ctx);
    if (user) await onEmailVerified(user, originOf(ctx.headers));
  }

  async function onEmailVerified(user: string, origin: Origin): Promise<void> {
    log({ event: "email_verified", outcome: "success", user }, origin);
    await store({ userId: user, event: "email_verified", outcome: "success", ...storedOrigin(origin) });
  }

  async function onNameChange(ctx: GenericEndpointContext): Promise<void> {
    const user = ctx.context.session?.user;
    // The same name again changes nothing.
    if (!user || isAPIError(returnedBy(ctx)) || String(ctx.body?.name).trim() === user.name) return;
    const origin = originOf(ctx.headers);
    log({ event: "name_changed", outcome: "success", user: user.id }, origin);
    await store({ userId: user.id, event: "name_changed", outcome: "success", ...storedOrigin(origin) });
  }

  async function onExport(ctx: GenericEndpointContext): Promise<void> {
    const user = ctx.context.session?.user.id;
    if (!user || isAPIError(returnedBy(ctx))) return;
    const origin = originOf(ctx.headers);
    log({ event: "data_exported", outcome: "success", user }, origin);
    await store({ userId: user, event: "data_exported", outcome: "success", ...storedOrigin(origin) });
  }

  async function onReauthentication(ctx: GenericEndpointContext): Promise<void> {
    const origin = originOf(ctx.headers);
    const user = ctx.context.session?.user.id;
    if (!user) return;
    if (ctx.context.newSession) return log({ event: "reauthentication", outcome: "success", user }, origin);
    log({ event: "reauthentication", outcome: "failure", reason: errorReason(ctx), user }, origin);
    await store({ userId: user, event: "reauthentication", outcome: "failure", ...storedOrigin(origin) });
  }

  async function onPasskeyChange(ctx: GenericEndpointContext): Promise<void> {
    const origin = originOf(ctx.headers);
    const user = ctx.context.session?.user.id;
    if (!user) return;
    if (isAPIError(returnedBy(ctx)))
      return log({ event: "passkey_refused", outcome: "refused", reason: errorReason(ctx), user }, origin);
    if (ctx.path === "/passkey/update-passkey") return;
    const event = ctx.path === "/passkey/delete-passkey" ? "passkey_removed" : "passkey_added";
    log({ event, outcome: "success", user }, origin);
    await store({ userId: user, event, outcome: "success", ...storedOrigin(origin) });
  }

  async function onPasskeySignIn(ctx: GenericEndpointContext): Promise<void> {
    const origin = originOf(ctx.headers);
    const user = ctx.context.newSession?.user.id ?? (await findPasskeyOwner(ctx));
    if (!ctx.context.newSession) {
      log({ event: "passkey_refused", outcome: "refused", reason: errorReason(ctx), user }, origin);
      if (user) await store({ userId: user, event: "passkey_refused", outcome: "failure", ...storedOrigin(origin) });
      return;
    }
    if ((ctx.context as ChallengeContext).challengeUser)
      return log({ event: "reauthentication", outcome: "success", user }, origin);
    await onSignIn(ctx);
  }

  const onPersonalToken =
    (event: "personal_token_created" | "personal_token_revoked") =>
    async (ctx: GenericEndpointContext): Promise<void> => {
      const origin = originOf(ctx.headers);
      const user = ctx.context.session?.user.id;
      if (!user) return;
      const returned = returnedBy(ctx);
      if (isAPIError(returned)) return log({ event, outcome: "failure", reason: errorReason(ctx), user }, origin);
      log({ event, outcome: "success", user }, origin);
      const { personalToken } = returned as { personalToken: { name: string } };
      await store({ userId: user, event, outcome: "success", subject: personalToken.name, ...storedOrigin(origin) });
    };

  async function onSessionDeleted(session: Session, ctx: GenericEndpointContext | null): Promise<void> {
    // Expiry is not an event, and the end of an account is one event.
    if (session.expiresAt <= new Date() || ctx?.path === "/get-session" || ctx?.path === "/delete-user") return;
    if (ctx && isReplacedForSameUser(ctx, session)) return;
    if (isSessionBeforeSecondStep(session, ctx)) return;
    const origin = originOf(ctx?.headers ?? (await headersOfServerAction()));
    const user = session.userId;
    if (ctx?.path === "/sign-out") {
      log({ event: "sign_out", outcome: "success", user }, origin);
      await store({ userId: user, event: "sign_out", outcome: "success", ...storedOrigin(origin) });
      return;
    }
    const isReplaced = SIGN_IN_PATHS.includes(ctx?.path ?? "");
    const reason = isReplaced ? "new_sign_in" : (REVOCATION_REASONS[ctx?.path ?? ""] ?? "revoked");
    log({ event: "session_revoked", outcome: "success", reason, user }, origin);
    if (isReplaced) return;
    const subject = describeUserAgent(session.userAgent ?? "");
    await store({ userId: user, event: "session_revoked", outcome: "success", subject, ...storedOrigin(origin) });
  }

  /** A provider has sent the browser back: to sign in, to sign up, or to connect an account. */
  async function onProviderCallback(ctx: GenericEndpointContext): Promise<void> {
    const origin = originOf(ctx.headers);
    const reason = redirectError(ctx);
    const link = (await getOAuthState())?.link;
    if (link && reason)
      return log({ event: "social_account_linked", outcome: "failure", reason, user: link.userId }, origin);
    if (reason) return log({ event: "sign_in", outcome: "failure", reason }, origin);
    const user = ctx.context.newSession?.user.id;
    // Connected, or the second factor is missing.
    if (!user) return;
    const event = isProviderSignUp(ctx) ? "sign_up" : "sign_in";
    log({ event, outcome: "success", user }, origin);
    await store({ userId: user, event, outcome: "success", ...storedOrigin(origin) });
  }

  function onUserCreated(_user: unknown, ctx: GenericEndpointContext | null): void {
    if (ctx?.path === CALLBACK_PATH && ctx.request) providerSignUps.add(ctx.request);
  }

  async function onAccountCreated(account: Account, ctx: GenericEndpointContext | null): Promise<void> {
    if (ctx?.path === CALLBACK_PATH && !isProviderSignUp(ctx))
      await onConnection("social_account_linked", account, ctx);
  }

  async function onAccountDeleted(account: Account, ctx: GenericEndpointContext | null): Promise<void> {
    if (ctx?.path === "/unlink-account") await onConnection("social_account_unlinked", account, ctx);
  }

  async function onConnection(
    event: "social_account_linked" | "social_account_unlinked",
    { userId, providerId }: Account,
    ctx: GenericEndpointContext,
  ): Promise<void> {
    const origin = originOf(ctx.headers);
    log({ event, outcome: "success", user: userId }, origin);
    const subject = ctx.context.socialProviders.find(({ id }) => id === providerId)?.name ?? providerId;
    await store({ userId, event, outcome: "success", subject, ...storedOrigin(origin) });
  }

  const handlers: Record<string, (ctx: GenericEndpointContext) => void | Promise<void>> = {
    "/sign-up/email": onSignUp,
    "/sign-in/email": onSignIn,
    "/change-password": onPasswordChange,
    "/request-password-reset": onPasswordResetRequest,
    "/reset-password": onPasswordReset,
    "/verify-email": onEmailVerification,
    "/update-user": onNameChange,
    "/export-data": onExport,
    "/reauthenticate": onReauthentication,
    [PASSKEY_SIGN_IN]: onPasskeySignIn,
    "/passkey/verify-registration": onPasskeyChange,
    "/passkey/update-passkey": onPasskeyChange,
    "/passkey/delete-passkey": onPasskeyChange,
    [VERIFY_TOTP]: onCode,
    [VERIFY_RECOVERY_CODE]: onCode,
    "/two-factor/enable": onTwoFactorChange("two_factor_enabled", false),
    "/two-factor/disable": onTwoFactorChange("two_factor_disabled"),
    "/two-factor/generate-backup-codes": onTwoFactorChange("recovery_codes_renewed"),
    [CALLBACK_PATH]: onProviderCallback,
    "/personal-tokens/create": onPersonalToken("personal_token_created"),
    "/personal-tokens/revoke": onPersonalToken("personal_token_revoked"),
  };

  return {
    id: "security-events",
    schema: accountActivitySchema,
    init: ({ adapter }) => {
      activity = new AccountActivity(adapter, (recorded) =>
        mails.sendAboutActivity(adapter, recorded).catch(reportUnsentMail),
      );
      return {
        context: { eventRecorder: recorder },
        options: {
          databaseHooks: {
            session: { delete: { after: onSessionDeleted } },
            account: { create: { after: onAccountCreated }, delete: { after: onAccountDeleted } },
            user: {
              create: { after: async (user, ctx) => onUserCreated(user, ctx) },
              delete: {
                after: async ({ id, email }, ctx) => {
                  const origin = originOf(ctx?.headers);
                  log({ event: "account_deleted", outcome: "success", user: id }, origin);
                  mails.sendAboutDeletion(email, { ...origin, at: new Date() });
                },
              },
            },
          },
        },
      };
    },
    hooks: {
      after: [
        {
          matcher: (ctx) => !RESET_LINK_ROUTES.includes(ctx.path ?? "") && linkRecipientOf(ctx) !== undefined,
          handler: createAuthMiddleware(async (ctx) => onVerificationSent(ctx)),
        },
        {
          matcher: ({ path }) => path !== undefined && path in handlers,
          handler: createAuthMiddleware(async (ctx) => void (await handlers[ctx.path]?.(ctx))),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}

const PASSKEY_SIGN_IN = "/passkey/verify-authentication";

const SIGN_IN_PATHS: readonly string[] = [
  "/sign-in/email",
  "/sign-up/email",
  PASSKEY_SIGN_IN,
  CALLBACK_PATH,
  ...VERIFY_PATHS,
];

/** Requests that replace the session of the request by a new one of the same user. */
const REPLACING_PATHS: readonly string[] = ["/change-password", VERIFY_TOTP, "/two-factor/disable"];

/** Whether the session of the request is replaced by a new one, because its user changes the password or authenticates again. */
function isReplacedForSameUser({ path, context, headers }: GenericEndpointContext, session: Session): boolean {
  if (REPLACING_PATHS.includes(path)) return context.session?.session.id === session.id;
  const isOfRequest = headers?.get("cookie")?.includes(session.token) ?? false;
  if (path === "/reauthenticate") return isOfRequest;
  return path === PASSKEY_SIGN_IN && isOfRequest && context.newSession?.user.id === session.userId;
}

/** The owner of the passkey that a refused sign-in names. */
async function findPasskeyOwner({ body, context }: GenericEndpointContext): Promise<string | undefined> {
  const id: unknown = body?.response?.id;
  if (typeof id !== "string") return undefined;
  const where = [{ field: "credentialID", value: id }];
  return (await context.adapter.findOne<{ userId: string }>({ model: "passkey", where }))?.userId;
}

/** The requests in which a provider's account has signed up. Its account is not connected to one that existed. */
const providerSignUps = new WeakSet<Request>();

export const isProviderSignUp = ({ request }: Pick<GenericEndpointContext, "request">): boolean =>
  request !== undefined && providerSignUps.has(request);

const WRONG_PASSWORD = "invalid_email_or_password";
const WRONG_CODES: readonly string[] = ["invalid_code", "invalid_backup_code"];

/** Routes whose link is one for a new password. Each has an event of its own. */
const RESET_LINK_ROUTES: readonly string[] = ["/request-password-reset", "/account-alert"];

/** Refusals of a link, and not of the password that was sent with it. */
const LINK_ERRORS = ["invalid_token", "token_expired", "user_not_found"];

const REVOCATION_REASONS: Record<string, string> = {
  "/change-password": "password_change",
  "/reset-password": "password_reset",
};

/** Reports a token of a mail's link that is unknown, expired, used or of another kind. */
export function recordRefusedLink(headers: Headers | undefined, reason: string, user?: string): void {
  const { requestId, client } = originOf(headers);
  securityEventLog().record({ event: "link_refused", outcome: "refused", reason, requestId, client, user });
}

/** The user of a sign-up that waits for the confirmation of the address. For a taken address Better Auth invents one. */
async function findCreatedUser(ctx: GenericEndpointContext): Promise<string | undefined> {
  const returned = returnedBy(ctx);
  if (isAPIError(returned) || typeof returned !== "object" || !returned || !("user" in returned)) return undefined;
  const { id } = returned.user as { id: string };
  return (await ctx.context.internalAdapter.findUserById(id))?.id;
}

/** The endpoint's result or error, which the type of a context does not have. */
const returnedBy = ({ context }: GenericEndpointContext): unknown => (context as { returned?: unknown }).returned;

/** Better Auth's error code in lower case. */
function errorReason(ctx: GenericEndpointContext): string {
  const returned = returnedBy(ctx);
  const code = isAPIError(returned) ? returned.body?.code : undefined;
  return code?.toLowerCase() ?? "unknown";
}

/** The event itself is stored. A request does not fail because no mail can be sent about it. */
export const reportUnsentMail = (): void =>
  console.error("security events: a mail about an event could not be prepared");

/** The error that Better Auth adds to the address of the page which a callback redirects to. */
function redirectError(ctx: GenericEndpointContext): string | undefined {
  const returned = returnedBy(ctx);
  if (!isAPIError(returned)) return undefined;
  const location = new Headers(returned.headers).get("location");
  // A callback that fails without a redirect has Better Auth's error code.
  if (!location) return errorReason(ctx);
  const error = new URL(location, "http://origin.invalid").searchParams.get("error")?.toLowerCase();
  // A provider can send any text.
  return error === undefined || /^[a-z_]{1,64}$/.test(error) ? error : "provider_error";
}

export function originOf(headers: Headers | undefined): Origin {
  return {
    requestId: headers?.get(REQUEST_ID_HEADER) ?? undefined,
    client: headers?.get(CLIENT_IP_HEADER) || undefined,
    device: describeUserAgent(headers?.get("user-agent") ?? ""),
  };
}

const storedOrigin = ({ device, requestId, client }: Origin) => ({ device, requestId, client });

/** Server actions end sessions without a request to Better Auth. Undefined outside of a request to Next.js. */
async function headersOfServerAction(): Promise<Headers | undefined> {
  try {
    return await nextHeaders();
  } catch {
    return undefined;
  }
}

const DELETE_USER = "/api/auth/delete-user";

/** The paths whose limits have a name of their own. */
const LIMITS: Record<string, string> = {
  "/api/auth/sign-in/email": "sign_in",
  "/api/auth/sign-up/email": "sign_up",
  "/api/auth/change-password": "change_password",
  "/api/auth/change-email": "change_email",
  "/api/auth/account-alert": "account_alert",
  "/api/auth/request-password-reset": "request_password_reset",
  "/api/auth/reset-password": "reset_password",
  "/api/auth/send-verification-email": "send_verification_email",
  "/api/auth/verify-email": "verify_email",
  "/api/auth/update-user": "update_user",
  "/api/auth/export-data": "export_data",
  [DELETE_USER]: "delete_user",
  "/api/auth/reauthenticate": "reauthenticate",
  "/api/auth/passkey/generate-authenticate-options": "passkey_challenge",
  "/api/auth/passkey/verify-authentication": "passkey_sign_in",
  [`/api/auth${VERIFY_TOTP}`]: "second_factor",
  [`/api/auth${VERIFY_RECOVERY_CODE}`]: "second_factor",
  "/api/auth/two-factor/enable": "two_factor_enable",
  "/api/auth/two-factor/disable": "two_factor_disable",
  "/api/auth/two-factor/generate-backup-codes": "recovery_codes",
  "/api/auth/sign-in/social": "social_sign_in",
};

type Instance = {
  handler: (request: Request) => Promise<Response>;
  api: { getSession: (context: { headers: Headers }) => Promise<{ user: { id: string } } | null> };
};

/**
 * Reports requests that a rate limit has refused, and refused deletions of an account. Rate limits and the hooks of other
 * plugins refuse requests before any hook of this one.
 */
export function withResponseEvents<T extends Instance>(auth: T): T {
  const handler = async (request: Request): Promise<Response> => {
    const response = await auth.handler(request);
    if (response.ok) return response;
    const { requestId, client } = originOf(request.headers);
    const { pathname } = new URL(request.url);
    if (response.status === 429) {
      const limit = LIMITS[pathname] ?? "requests";
      securityEventLog().record({ event: "limit_exceeded", outcome: "refused", limit, requestId, client });
    } else if (pathname === `/api/auth${VERIFY_TOTP}`) {
      const reason = await reasonOf(response.clone());
      if (reason === "code_already_used")
        securityEventLog().record({ event: "second_factor_failed", outcome: "failure", reason, requestId, client });
    } else if (response.status === 401 && request.headers.has("authorization")) {
      // Sessions are cookies: an access token is meant for the backend, and somebody tries it here.
      const reason = "wrong_endpoint";
      securityEventLog().record({ event: "token_refused", outcome: "refused", reason, requestId, client });
    } else if (pathname === DELETE_USER) {
      const session = await auth.api.getSession({ headers: request.headers }).catch(() => null);
      const [user, reason] = [session?.user.id, await reasonOf(response.clone())];
      if (user)
        securityEventLog().record({ event: "account_deleted", outcome: "failure", reason, requestId, client, user });
    }
    return response;
  };
  return { ...auth, handler };
}

/** The error code of a response in lower case. */
async function reasonOf(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => null);
  return typeof body === "object" && body && "code" in body ? String(body.code).toLowerCase() : "unknown";
}
