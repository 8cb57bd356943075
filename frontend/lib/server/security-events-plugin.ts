import type { BetterAuthPlugin, GenericEndpointContext, Session } from "better-auth";
import { createAuthMiddleware, isAPIError } from "better-auth/api";
import { headers as nextHeaders } from "next/headers";
import {
  AccountActivity,
  accountActivitySchema,
  type NewActivity,
  reportUnstoredActivity,
} from "./account-activity.ts";
import { CLIENT_IP_HEADER } from "./client-ip.ts";
import { createEmailHasher } from "./email-hash.ts";
import { REQUEST_ID_HEADER } from "./incoming-requests.ts";
import { type SecurityEvent, securityEventLog } from "./security-events.ts";
import { describeUserAgent } from "./user-agent.ts";

/** Where an event comes from. */
type Origin = { requestId: string | undefined; client: string | undefined; device: string };

/** Writes security events to the log, and keeps the last ones of each account for its settings page. */
export function securityEventsPlugin(secret: string) {
  const hashEmail = createEmailHasher(secret);
  let activity: AccountActivity | undefined;

  const log = (event: SecurityEvent, { requestId, client }: Origin): void =>
    securityEventLog().record({ ...event, requestId, client });

  async function store(entry: NewActivity): Promise<void> {
    await activity?.record(entry).catch(reportUnstoredActivity);
  }

  async function onSignUp(ctx: GenericEndpointContext): Promise<void> {
    const origin = originOf(ctx.headers);
    const user = ctx.context.newSession?.user.id;
    if (!user) return log({ event: "sign_up", outcome: "failure", reason: errorReason(ctx) }, origin);
    log({ event: "sign_up", outcome: "success", user }, origin);
    await store({ userId: user, event: "sign_up", outcome: "success", ...storedOrigin(origin) });
  }

  async function onSignIn(ctx: GenericEndpointContext): Promise<void> {
    const origin = originOf(ctx.headers);
    const user = ctx.context.newSession?.user.id;
    if (user) {
      log({ event: "sign_in", outcome: "success", user }, origin);
      await store({ userId: user, event: "sign_in", outcome: "success", ...storedOrigin(origin) });
      return;
    }
    const reason = errorReason(ctx);
    const email = String(ctx.body?.email ?? "");
    log({ event: "sign_in", outcome: "failure", reason, emailHash: hashEmail(email) }, origin);
    if (reason === WRONG_PASSWORD) activity?.recordFailedSignIn(email, origin.device);
  }

  async function onPasswordChange(ctx: GenericEndpointContext): Promise<void> {
    const origin = originOf(ctx.headers);
    const user = ctx.context.session?.user.id;
    if (!user) return;
    if (isAPIError(returnedBy(ctx)))
      return log({ event: "password_change", outcome: "failure", reason: errorReason(ctx), user }, origin);
    log({ event: "password_change", outcome: "success", user }, origin);
    await store({ userId: user, event: "password_change", outcome: "success", ...storedOrigin(origin) });
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

  async function onSessionDeleted(session: Session, ctx: GenericEndpointContext | null): Promise<void> {
    // Expiry is not an event, and the end of an account is one event.
    if (session.expiresAt <= new Date() || ctx?.path === "/get-session" || ctx?.path === "/delete-user") return;
    // The session that changes the password, or whose user authenticates again, is replaced.
    if (REPLACING_PATHS.includes(ctx?.path ?? "") && ctx?.context.session?.session.id === session.id) return;
    const origin = originOf(ctx?.headers ?? (await headersOfServerAction()));
    const user = session.userId;
    if (ctx?.path === "/sign-out") {
      log({ event: "sign_out", outcome: "success", user }, origin);
      await store({ userId: user, event: "sign_out", outcome: "success", ...storedOrigin(origin) });
      return;
    }
    const isReplaced = ctx?.path === "/sign-in/email" || ctx?.path === "/sign-up/email";
    const reason = isReplaced ? "new_sign_in" : ctx?.path === "/change-password" ? "password_change" : "revoked";
    log({ event: "session_revoked", outcome: "success", reason, user }, origin);
    if (isReplaced) return;
    const subject = describeUserAgent(session.userAgent ?? "");
    await store({ userId: user, event: "session_revoked", outcome: "success", subject, ...storedOrigin(origin) });
  }

  const handlers: Record<string, (ctx: GenericEndpointContext) => void | Promise<void>> = {
    "/sign-up/email": onSignUp,
    "/sign-in/email": onSignIn,
    "/change-password": onPasswordChange,
    "/update-user": onNameChange,
    "/export-data": onExport,
    "/reauthenticate": onReauthentication,
  };

  return {
    id: "security-events",
    schema: accountActivitySchema,
    init: ({ adapter }) => {
      activity = new AccountActivity(adapter);
      return {
        options: {
          databaseHooks: {
            session: { delete: { after: onSessionDeleted } },
            user: {
              delete: {
                after: async ({ id }, ctx) =>
                  log({ event: "account_deleted", outcome: "success", user: id }, originOf(ctx?.headers)),
              },
            },
          },
        },
      };
    },
    hooks: {
      after: [
        {
          matcher: ({ path }) => path !== undefined && path in handlers,
          handler: createAuthMiddleware(async (ctx) => void (await handlers[ctx.path]?.(ctx))),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}

/** Requests that replace the session of the request by a new one of the same user. */
const REPLACING_PATHS: readonly string[] = ["/change-password", "/reauthenticate"];

const WRONG_PASSWORD = "invalid_email_or_password";

/** The endpoint's result or error, which the type of a context does not have. */
const returnedBy = ({ context }: GenericEndpointContext): unknown => (context as { returned?: unknown }).returned;

/** Better Auth's error code in lower case. */
function errorReason(ctx: GenericEndpointContext): string {
  const returned = returnedBy(ctx);
  const code = isAPIError(returned) ? returned.body?.code : undefined;
  return code?.toLowerCase() ?? "unknown";
}

function originOf(headers: Headers | undefined): Origin {
  return {
    requestId: headers?.get(REQUEST_ID_HEADER) ?? undefined,
    client: headers?.get(CLIENT_IP_HEADER) || undefined,
    device: describeUserAgent(headers?.get("user-agent") ?? ""),
  };
}

const storedOrigin = ({ device, requestId }: Origin) => ({ device, requestId });

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
  "/api/auth/update-user": "update_user",
  "/api/auth/export-data": "export_data",
  [DELETE_USER]: "delete_user",
  "/api/auth/reauthenticate": "reauthenticate",
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
