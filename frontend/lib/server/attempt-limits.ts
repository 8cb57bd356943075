import { createHmac, randomBytes } from "node:crypto";
import type { BetterAuthPlugin, DBTransactionAdapter, GenericEndpointContext, Where } from "better-auth";
import { APIError, createAuthMiddleware, getIP, getSessionFromCtx } from "better-auth/api";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_SECONDS = 24 * 60 * 60;

const SIGN_INS_PER_ADDRESS = 60;
const SIGN_INS_PER_ADDRESS_AND_EMAIL = 8;
const SIGN_UPS_PER_ADDRESS = 60;
const PASSWORD_CHECKS_PER_USER = 5;
const NAME_CHANGES_PER_USER = 10;
/** An export reads everything that the user has. */
const EXPORTS_PER_USER_AND_HOUR = 10;

/** Requests of a signed-in user that check the password. */
const PASSWORD_CHECKS: readonly string[] = ["/change-password", "/delete-user", "/reauthenticate"];

/** Attempts at an account, from all addresses together, that are not delayed. */
const FREE_ATTEMPTS = 10;
/** Each further attempt doubles the delay: 1 s, 2 s, 4 s up to this. */
const MAX_DELAY_MS = MINUTE_MS;
/** The attempts are forgotten after this time without another one. */
const ATTEMPTS_KEPT_MS = 15 * MINUTE_MS;

/** The longest lifetime that browsers allow (RFC 6265bis, section 5.5). */
const KNOWN_BROWSER_SECONDS = 400 * DAY_SECONDS;
/** The accounts that a browser's cookie remembers. */
const MAX_KNOWN_EMAILS = 5;

const MODEL = "attempt";

/**
 * Limits of the requests that check a password or create an account. They do not depend on the client's address alone, so
 * that no client blocks others behind the same proxy.
 *
 * Attempts at one account are delayed whatever addresses they come from. An attacker could keep up that delay, so a browser
 * in which the account has signed in before has counters of its own (OWASP, "device cookies").
 */
export const attemptLimits = () =>
  ({
    id: "attempt-limits",
    schema: {
      [MODEL]: {
        fields: {
          key: { type: "string", required: true, unique: true },
          count: { type: "number", required: true },
          // Milliseconds since 1970.
          allowedAt: { type: "number", bigint: true, required: true },
          expiresAt: { type: "number", bigint: true, required: true, index: true },
        },
      },
    },
    hooks: {
      before: [
        { matcher: ({ path }) => path === "/sign-in/email", handler: createAuthMiddleware(limitSignIn) },
        {
          matcher: ({ path }) => path === "/sign-up/email",
          handler: createAuthMiddleware(async (ctx) => {
            await count(ctx, ["sign-up", addressOf(ctx)], perMinute(SIGN_UPS_PER_ADDRESS));
          }),
        },
        {
          matcher: ({ path }) => PASSWORD_CHECKS.includes(path ?? ""),
          handler: createAuthMiddleware(async (ctx) => {
            const session = await getSessionFromCtx(ctx);
            if (session) await count(ctx, ["password", session.user.id], perMinute(PASSWORD_CHECKS_PER_USER));
          }),
        },
        {
          matcher: ({ path }) => path === "/update-user",
          handler: createAuthMiddleware(async (ctx) => {
            const session = await getSessionFromCtx(ctx);
            if (session) await count(ctx, ["name", session.user.id], perMinute(NAME_CHANGES_PER_USER));
          }),
        },
      ],
      after: [
        {
          matcher: ({ path, context }) =>
            (path === "/sign-in/email" || path === "/sign-up/email") && Boolean(context.newSession),
          handler: createAuthMiddleware(async (ctx) => {
            const email = ctx.context.newSession?.user.email.toLowerCase() ?? "";
            const browser = await readKnownBrowser(ctx);
            // The attempts that count for this browser are those of its owner.
            await forget(ctx, attemptsKey(browser, ctx, email));
            await rememberBrowser(ctx, browser, email);
          }),
        },
      ],
    },
  }) satisfies BetterAuthPlugin;

async function limitSignIn(ctx: GenericEndpointContext): Promise<void> {
  const email: unknown = ctx.body?.email;
  const browser = await readKnownBrowser(ctx);
  const key = typeof email === "string" ? email.toLowerCase() : "";
  if (isKnown(browser, ctx, key)) {
    await count(ctx, ["sign-in", "browser", browser.id, key], perMinute(SIGN_INS_PER_ADDRESS_AND_EMAIL));
  } else {
    const address = addressOf(ctx);
    await count(ctx, ["sign-in", "address", address], perMinute(SIGN_INS_PER_ADDRESS));
    await count(ctx, ["sign-in", "address and e-mail", address, key], perMinute(SIGN_INS_PER_ADDRESS_AND_EMAIL));
  }
  await count(ctx, attemptsKey(browser, ctx, key), growingDelay);
}

/** Called by the endpoint, so that a request without the reauthentication that it needs is not counted. */
export const limitExports = (ctx: GenericEndpointContext, userId: string): Promise<void> =>
  count(ctx, ["export", userId], perPeriod(EXPORTS_PER_USER_AND_HOUR, HOUR_MS));

const attemptsKey = (browser: KnownBrowser, ctx: GenericEndpointContext, email: string): string[] =>
  isKnown(browser, ctx, email) ? ["e-mail", email, "browser", browser.id] : ["e-mail", email];

/** IPv6 addresses are those of a /64 network. */
const addressOf = (ctx: GenericEndpointContext): string =>
  (ctx.headers && getIP(ctx.headers, ctx.context.options)) || "unknown";

/** The keyed hash of a counter's name, so that the table contains neither e-mail addresses nor IP addresses. */
const hash = (ctx: GenericEndpointContext, parts: string[]): string =>
  createHmac("sha256", ctx.context.secret)
    .update(JSON.stringify(["attempt", ...parts]))
    .digest("base64url");

type Counter = { count: number; allowedAt: number; expiresAt: number };

type Rule = {
  /** The number of attempts until the counter expires, if it is fixed. */
  max?: number;
  /** How long the next attempt has to wait, in milliseconds. */
  waitMs: (counter: Counter, now: number) => number;
  /** The counter after an attempt. */
  next: (counter: Counter | undefined, now: number) => Counter;
};

/** A number of attempts in a period, which starts with the first one. */
const perPeriod = (max: number, periodMs: number): Rule => ({
  max,
  waitMs: ({ count, expiresAt }, now) => (count < max ? 0 : expiresAt - now),
  next: (counter, now) => ({
    count: (counter?.count ?? 0) + 1,
    allowedAt: now,
    expiresAt: counter?.expiresAt ?? now + periodMs,
  }),
});

const perMinute = (max: number): Rule => perPeriod(max, MINUTE_MS);

/** No limit, but a growing time between two attempts. */
const growingDelay: Rule = {
  waitMs: ({ allowedAt }, now) => allowedAt - now,
  next: (counter, now) => {
    const count = (counter?.count ?? 0) + 1;
    const delay = count < FREE_ATTEMPTS ? 0 : Math.min(1_000 * 2 ** (count - FREE_ATTEMPTS), MAX_DELAY_MS);
    return { count, allowedAt: now + delay, expiresAt: now + ATTEMPTS_KEPT_MS };
  },
};

/** Concurrent attempts at one account beyond this number are refused. */
const MAX_RETRIES = 10;

/** Counts an attempt, or throws an APIError with status 429. An attempt that is refused is not counted. */
async function count(ctx: GenericEndpointContext, parts: string[], rule: Rule): Promise<void> {
  const { adapter } = ctx.context;
  purge(ctx);
  const key = hash(ctx, parts);
  for (let retry = 0; retry < MAX_RETRIES; retry++) {
    const now = Date.now();
    if (rule.max && (await increment(adapter, key, rule.max, now))) return;
    const stored = await readCounter(adapter, key);
    if (!stored) {
      if (await createCounter(adapter, key, rule.next(undefined, now))) return;
      continue;
    }
    const current = stored.expiresAt > now ? stored : undefined;
    const waitMs = current ? rule.waitMs(current, now) : 0;
    if (waitMs > 0) throw tooManyAttempts(waitMs);
    // Only if no other request has changed the counter in the meantime.
    const where = [
      { field: "key", value: key },
      { field: "count", value: stored.count },
      { field: "expiresAt", value: stored.expiresAt },
    ];
    const set = rule.next(current, now);
    if (await adapter.incrementOne({ model: MODEL, where, increment: {}, set })) return;
  }
  throw tooManyAttempts(1_000);
}

/** The usual case in one statement, so that many users behind one address do not hinder each other. */
async function increment(adapter: DBTransactionAdapter, key: string, max: number, now: number): Promise<boolean> {
  const where: Where[] = [
    { field: "key", value: key },
    { field: "expiresAt", operator: "gt", value: now },
    { field: "count", operator: "lt", value: max },
  ];
  return Boolean(await adapter.incrementOne({ model: MODEL, where, increment: { count: 1 } }));
}

async function readCounter(adapter: DBTransactionAdapter, key: string): Promise<Counter | undefined> {
  const row = await adapter.findOne<Counter>({ model: MODEL, where: [{ field: "key", value: key }] });
  // PostgreSQL returns a bigint as a string.
  if (row) return { count: row.count, allowedAt: Number(row.allowedAt), expiresAt: Number(row.expiresAt) };
}

/** Returns false if another request has created it. */
async function createCounter(adapter: DBTransactionAdapter, key: string, counter: Counter): Promise<boolean> {
  try {
    await adapter.create({ model: MODEL, data: { key, ...counter } });
    return true;
  } catch (error) {
    if (await readCounter(adapter, key)) return false;
    throw error;
  }
}

async function forget(ctx: GenericEndpointContext, parts: string[]): Promise<void> {
  await ctx.context.adapter.deleteMany({ model: MODEL, where: [{ field: "key", value: hash(ctx, parts) }] });
}

function tooManyAttempts(waitMs: number): APIError {
  const seconds = Math.ceil(waitMs / 1_000);
  const body = {
    code: "TOO_MANY_ATTEMPTS",
    message: `Too many attempts. Try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`,
  };
  return new APIError("TOO_MANY_REQUESTS", body, { "retry-after": String(seconds) });
}

let purgedAt = 0;

/** Deletes expired counters, at most once a minute. Nothing waits for it. */
function purge({ context: { adapter, logger } }: GenericEndpointContext): void {
  const now = Date.now();
  if (Math.abs(now - purgedAt) < MINUTE_MS) return;
  purgedAt = now;
  const where = [{ field: "expiresAt", operator: "lte" as const, value: now }];
  adapter
    .deleteMany({ model: MODEL, where })
    .catch(() => logger.error("expired attempts could not be deleted from the database"));
}

/** What the signed cookie of a browser contains: a random id, and keyed hashes of the e-mails that have signed in. */
type KnownBrowser = { id: string; emails: string[] };

const browserCookie = (ctx: GenericEndpointContext) =>
  ctx.context.createAuthCookie("known_browser", { maxAge: KNOWN_BROWSER_SECONDS });

async function readKnownBrowser(ctx: GenericEndpointContext): Promise<KnownBrowser> {
  const value = await ctx.getSignedCookie(browserCookie(ctx).name, ctx.context.secret);
  const [id, ...emails] = (value || "").split(".");
  return { id: id || randomBytes(16).toString("base64url"), emails };
}

const isKnown = ({ emails }: KnownBrowser, ctx: GenericEndpointContext, email: string): boolean =>
  emails.includes(hash(ctx, ["known e-mail", email]));

async function rememberBrowser(
  ctx: GenericEndpointContext,
  { id, emails }: KnownBrowser,
  email: string,
): Promise<void> {
  const known = new Set([hash(ctx, ["known e-mail", email]), ...emails]);
  const value = [id, ...[...known].slice(0, MAX_KNOWN_EMAILS)].join(".");
  const { name, attributes } = browserCookie(ctx);
  await ctx.setSignedCookie(name, value, ctx.context.secret, attributes);
}
