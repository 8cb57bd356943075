import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { BetterAuthPlugin, DBTransactionAdapter, GenericEndpointContext, Where } from "better-auth";
import { getCurrentAdapter } from "better-auth";
import { APIError, createAuthEndpoint, createAuthMiddleware } from "better-auth/api";
import type { JwtOptions } from "better-auth/plugins";
import { CompactSign } from "jose";
import type { ApiTokenConfig } from "./config.ts";
import { findLiveTokens } from "./personal-token-store.ts";
import { accessTokenKey } from "./signing-key.ts";
import { isSessionBeforeSecondStep } from "./two-factor-plugin.ts";

/**
 * A token whose `claim` has this `value` is revoked if it was issued at or before `before`. No such token is valid after
 * `until`. Both are in seconds since 1970.
 */
type Revocation = { claim: "sid" | "sub"; value: string; before: number; until: number };

const MODEL = "revocation";
const DAY_SECONDS = 24 * 60 * 60;
/** The longest API_TOKEN_TTL. Personal access tokens live longer. */
const MAX_SESSION_TOKEN_LIFETIME_SECONDS = DAY_SECONDS;
/**
 * A request that has read the session before its end may still sign a token a moment later, on a machine whose clock is
 * ahead. Ids of sessions and users are never used again, so the instant may lie in the future.
 */
const ISSUE_MARGIN_SECONDS = 60;
/** Tolerated clock skew of the backend, whose leeway is at most 60 s. */
const EXPIRY_MARGIN_SECONDS = 60;

/** The list's own lifetime. */
const LIST_LIFETIME_SECONDS = 300;
/** An unchanged list is signed again after this time, so that a list just fetched is valid for at least four minutes. */
const SIGN_INTERVAL_MS = 60_000;
/** The age at which the list in memory is compared with the database. */
const MAX_AGE_MS = 1_000;
/** An entry committed later than this after its creation causes all entries to be loaded again. */
const COMMIT_MARGIN_SECONDS = 10;
const PURGE_INTERVAL_MS = 60_000;
/** About 5.5 MB as a token, below the 8 MiB that the backend accepts. */
export const MAX_REVOCATIONS = 50_000;

/**
 * GET /api/auth/revocations: publishes which access tokens are revoked before they expire, as one signed token.
 *
 * A session that ends is recorded before it is deleted. If it cannot be recorded it is kept, and the request fails with
 * 503, so that no request reports the end of a session whose tokens are still accepted.
 */
export const revocationsPlugin = (config: ApiTokenConfig, keys: JwtOptions | undefined) => {
  const list = new PublishedList(config, keys);
  return {
    id: "revocations",
    schema: {
      [MODEL]: {
        fields: {
          claim: { type: "string", required: true },
          value: { type: "string", required: true },
          before: { type: "number", bigint: true, required: true, index: true },
          until: { type: "number", bigint: true, required: true, index: true },
        },
      },
    },
    init: ({ adapter, logger }) => ({
      options: {
        databaseHooks: {
          session: {
            delete: {
              before: async (session, ctx) => {
                // No access token was issued for it.
                if (isSessionBeforeSecondStep(session, ctx)) return;
                // The current adapter is that of the transaction in which the session is deleted, if there is one.
                await recordSession(await getCurrentAdapter(adapter), session, config.lifetimeSeconds);
                list.purge(adapter, logger);
              },
            },
          },
        },
      },
    }),
    hooks: {
      after: [
        {
          matcher: ({ path }) => path === "/sign-out",
          handler: createAuthMiddleware(async (ctx) => {
            // Better Auth's sign-out reports success when the session could not be deleted.
            const { name } = ctx.context.authCookies.sessionToken;
            const token = await ctx.getSignedCookie(name, ctx.context.secret);
            if (!token || ctx.context.returned instanceof APIError || (await isDeleted(ctx, token))) return;
            // The cookie is kept: without it, signing out could not be repeated.
            ctx.context.responseHeaders?.delete("set-cookie");
            throw sessionNotEnded();
          }),
        },
      ],
    },
    endpoints: {
      getRevocations: createAuthEndpoint("/revocations", { method: "GET" }, async (ctx): Promise<Response> => {
        const published = await list.get(ctx).catch(() => {
          ctx.context.logger.error("the list of revocations cannot be read from the database");
          throw new APIError("SERVICE_UNAVAILABLE", { code: "REVOCATIONS_UNAVAILABLE" }, { "retry-after": "2" });
        });
        const headers = { "cache-control": "no-cache", etag: published.etag };
        if (matches(ctx.headers?.get("if-none-match"), published.etag))
          return new Response(null, { status: 304, headers });
        return new Response(published.token, { headers: { ...headers, "content-type": "application/jwt" } });
      }),
    },
  } satisfies BetterAuthPlugin;
};

/**
 * Revokes all access tokens of a user whose account is about to be deleted. It must be called within a request to Better
 * Auth, for instance in `beforeDelete`. Throws an APIError with status 503 if it cannot be recorded.
 */
export async function revokeSubject(userId: string): Promise<void> {
  const adapter: DBTransactionAdapter | undefined = await getCurrentAdapter(undefined as never);
  if (!adapter) throw new Error("revokeSubject must be called within a request to Better Auth");
  // The longest possible lifetime, so that tokens issued under an earlier, longer setting are included.
  await record(adapter, "sub", userId, MAX_SESSION_TOKEN_LIFETIME_SECONDS);
  // Read after the user is recorded: a token that is stored later is not signed any more.
  const expiries = (await findLiveTokens(adapter, userId)).map(({ expiresAt }) => new Date(expiresAt).getTime() / 1000);
  const lifetimeSeconds = Math.ceil(Math.max(0, ...expiries) - Date.now() / 1000);
  if (lifetimeSeconds > MAX_SESSION_TOKEN_LIFETIME_SECONDS) await record(adapter, "sub", userId, lifetimeSeconds);
}

/** Whether a token of this user that is issued at this time is revoked, because the account is being deleted. */
export async function isSubjectRevoked(
  adapter: Pick<DBTransactionAdapter, "findOne">,
  userId: string,
  issuedAt: number,
): Promise<boolean> {
  const where: Where[] = [
    { field: "claim", value: "sub" },
    { field: "value", value: userId },
    { field: "before", operator: "gte", value: issuedAt },
  ];
  return Boolean(await adapter.findOne({ model: MODEL, where }));
}

/** Revokes one token, whose `sid` is an id of its own. Throws an APIError with status 503 if it cannot be recorded. */
export async function revokeToken(
  adapter: Pick<DBTransactionAdapter, "create">,
  id: string,
  expiresAt: Date,
): Promise<void> {
  const lifetimeSeconds = Math.max(0, Math.ceil((expiresAt.getTime() - Date.now()) / 1000));
  await record(adapter, "sid", id, lifetimeSeconds);
}

/**
 * Revokes all access tokens of sessions that a user has been issued until now, also those whose session is gone. It must be
 * called within a request to Better Auth. Returns in the next second: tokens that are issued then are accepted.
 */
export async function revokeIssuedTokens(userId: string): Promise<void> {
  const adapter: DBTransactionAdapter | undefined = await getCurrentAdapter(undefined as never);
  if (!adapter) throw new Error("revokeIssuedTokens must be called within a request to Better Auth");
  const now = Date.now();
  const before = Math.floor(now / 1000);
  await record(adapter, "sub", userId, MAX_SESSION_TOKEN_LIFETIME_SECONDS, before);
  await delay((before + 1) * 1000 - now);
}

type EndedSession = { id: string; expiresAt: Date };

async function recordSession(
  adapter: DBTransactionAdapter,
  { id, expiresAt }: EndedSession,
  lifetimeSeconds: number,
): Promise<void> {
  const lastTokenExpiry = new Date(expiresAt).getTime() / 1000 + lifetimeSeconds + EXPIRY_MARGIN_SECONDS;
  if (lastTokenExpiry > Date.now() / 1000) await record(adapter, "sid", id, lifetimeSeconds);
}

async function record(
  adapter: Pick<DBTransactionAdapter, "create">,
  claim: Revocation["claim"],
  value: string,
  lifetimeSeconds: number,
  before = Math.floor(Date.now() / 1000) + ISSUE_MARGIN_SECONDS,
): Promise<void> {
  const until = before + lifetimeSeconds + EXPIRY_MARGIN_SECONDS;
  try {
    await adapter.create({ model: MODEL, data: { claim, value, before, until } });
  } catch {
    throw sessionNotEnded();
  }
}

const sessionNotEnded = () =>
  new APIError("SERVICE_UNAVAILABLE", {
    code: "SESSION_NOT_ENDED",
    message: "The session could not be ended. Try again in a moment.",
  });

async function isDeleted(ctx: GenericEndpointContext, token: string): Promise<boolean> {
  try {
    const where = [{ field: "token", value: token }];
    return !(await ctx.context.adapter.findOne({ model: "session", where }));
  } catch {
    return false;
  }
}

const matches = (ifNoneMatch: string | null | undefined, etag: string): boolean =>
  (ifNoneMatch ?? "").split(",").some((each) => each.trim().replace(/^W\//, "") === etag);

const inForce = (now: number): Where => ({ field: "until", operator: "gt", value: now });

type SignedList = { token: string; etag: string; signedAt: number };

/** The signed list in memory, which is compared with the database at most once a second. Times are monotonic, in ms. */
class PublishedList {
  readonly #config: ApiTokenConfig;
  readonly #keys: JwtOptions | undefined;
  /** By the id of the row. */
  readonly #entries = new Map<string, Revocation>();
  /** The greatest `before` of all entries so far. */
  #latest = 0;
  #signed: SignedList | undefined;
  #checkedAt = 0;
  #purgedAt = 0;
  #isFull = false;
  #pending: Promise<SignedList> | undefined;

  constructor(config: ApiTokenConfig, keys: JwtOptions | undefined) {
    this.#config = config;
    this.#keys = keys;
  }

  async get(ctx: GenericEndpointContext): Promise<SignedList> {
    if (this.#signed && performance.now() - this.#checkedAt < MAX_AGE_MS) return this.#signed;
    this.#pending ??= this.#refresh(ctx).finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #refresh(ctx: GenericEndpointContext): Promise<SignedList> {
    const startedAt = performance.now();
    const now = Math.floor(Date.now() / 1000);
    const { adapter, logger } = ctx.context;
    this.purge(adapter, logger);
    for (const [id, { until }] of this.#entries) if (until <= now) this.#entries.delete(id);
    // An entry is never changed, and not deleted before its end. So equal numbers are equal entries, whichever process
    // has written them and in whatever order they were committed.
    const count = await adapter.count({ model: MODEL, where: [inForce(now)] });
    const isChanged = count !== this.#entries.size && (await this.#load(adapter, now, count));
    this.#warnIfFull(count, logger);
    if (!this.#signed || isChanged || startedAt - this.#signed.signedAt > SIGN_INTERVAL_MS)
      this.#signed = { ...(await this.#sign(ctx, now)), signedAt: startedAt };
    this.#checkedAt = startedAt;
    return this.#signed;
  }

  /** Loads recent entries, and all of them if that does not account for `count`. Returns whether there are new ones. */
  async #load(adapter: DBTransactionAdapter, now: number, count: number): Promise<boolean> {
    const isRecent: Where = { field: "before", operator: "gt", value: this.#latest - COMMIT_MARGIN_SECONDS };
    let isChanged = this.#entries.size > 0 && (await this.#add(adapter, [inForce(now), isRecent]));
    if (this.#entries.size < Math.min(count, MAX_REVOCATIONS))
      isChanged = (await this.#add(adapter, [inForce(now)])) || isChanged;
    return isChanged;
  }

  /** Beyond the maximum, the entries whose tokens expire first are left out. */
  async #add(adapter: DBTransactionAdapter, where: Where[]): Promise<boolean> {
    const rows = await adapter.findMany<Revocation & { id: string }>({
      model: MODEL,
      where,
      sortBy: { field: "until", direction: "desc" },
      limit: MAX_REVOCATIONS,
    });
    const added = rows.filter(({ id }) => !this.#entries.has(id));
    // PostgreSQL returns a bigint as a string.
    for (const { id, claim, value, before, until } of added) {
      this.#entries.set(id, { claim, value, before: Number(before), until: Number(until) });
      this.#latest = Math.max(this.#latest, Number(before));
    }
    const excess = this.#entries.size - MAX_REVOCATIONS;
    if (excess > 0) {
      const byEnd = [...this.#entries].sort(([, a], [, b]) => a.until - b.until);
      for (const [id] of byEnd.slice(0, excess)) this.#entries.delete(id);
    }
    return added.length > 0;
  }

  async #sign(ctx: GenericEndpointContext, now: number): Promise<Omit<SignedList, "signedAt">> {
    const revocations = Array.from(this.#entries.values(), ({ claim, value, before, until }) => ({
      [claim]: value,
      before,
      until,
    }));
    const { header, key } = await accessTokenKey(ctx, this.#keys);
    const { issuer: iss, audience: aud } = this.#config;
    const payload = { iss, aud, iat: now, exp: now + LIST_LIFETIME_SECONDS, revocations };
    // CompactSign and not SignJWT, which copies the payload: at 10,000 entries that doubles the time.
    const token = await new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
      // The type keeps the list from being accepted as an access token, and the reverse (RFC 8725, section 3.11).
      .setProtectedHeader({ ...header, typ: "revocations+jwt" })
      .sign(key);
    return { token, etag: `"${createHash("sha256").update(token).digest("base64url")}"` };
  }

  #warnIfFull(count: number, logger: Logger): void {
    const isFull = count > MAX_REVOCATIONS;
    if (isFull && !this.#isFull)
      logger.error(`there are more than ${MAX_REVOCATIONS} revocations: those that end first are not published`);
    this.#isFull = isFull;
  }

  /** Deletes ended entries, at most once a minute. Nothing waits for it. */
  purge(adapter: DBTransactionAdapter, logger: Logger): void {
    if (this.#purgedAt && performance.now() - this.#purgedAt < PURGE_INTERVAL_MS) return;
    this.#purgedAt = performance.now();
    const where = [{ field: "until", operator: "lte" as const, value: Math.floor(Date.now() / 1000) }];
    adapter
      .deleteMany({ model: MODEL, where })
      .catch(() => logger.error("ended revocations could not be deleted from the database"));
  }
}

type Logger = GenericEndpointContext["context"]["logger"];
