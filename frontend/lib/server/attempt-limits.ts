import { createHmac, randomBytes } from "node:crypto";
import type { BetterAuthPlugin, DBTransactionAdapter, GenericEndpointContext, Where } from "better-auth";
import { APIError, createAuthMiddleware, getIP, getSessionFromCtx, isAPIError } from "better-auth/api";
import { normalizeTotpCode } from "../two-factor-codes.ts";
import { CALLBACK_PATH } from "./social-providers.ts";
import { challengeOf, findChallenge, TWO_FACTOR_CHANGE_PATHS, VERIFY_PATHS, VERIFY_TOTP } from "./two-factor-plugin.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_SECONDS = 24 * 60 * 60;

const SIGN_INS_PER_ADDRESS = 60;
const SIGN_INS_PER_ADDRESS_AND_EMAIL = 8;
const SIGN_UPS_PER_ADDRESS = 60;
const PASSWORD_CHECKS_PER_USER = 5;
/** In an hour. A request that must be repeated after a reauthentication counts twice. */
const EMAIL_CHANGES_PER_USER = 10;
/** Mails in an hour to one address that is to be confirmed, whoever asks for them. */
const EMAIL_CHANGES_PER_NEW_EMAIL = 5;
const LINK_REQUESTS_PER_ADDRESS = 20;
/** Each request that is counted sends a link, so an attacker who uses them up keeps nobody from having one. */
const LINK_REQUESTS_PER_EMAIL_AND_HOUR = 5;
const LINK_CHECKS_PER_ADDRESS = 20;
/** Mails that other requests than the ones for a link send to an e-mail address. */
const OTHER_MAILS_PER_EMAIL_AND_HOUR = 5;

/** Routes that send a link to the e-mail address in their body. */
const LINK_REQUEST_ROUTES = ["/request-password-reset", "/send-verification-email"];
/** Routes that check the token of a link. */
const LINK_CHECK_ROUTES = ["/reset-password", "/verify-email", "/account-alert"];
const NAME_CHANGES_PER_USER = 10;
/** An export reads everything that the user has. */
const EXPORTS_PER_USER_AND_HOUR = 10;
/** Each challenge is a row for five minutes, and the sign-in page requests one when it is shown. */
const CHALLENGES_PER_ADDRESS = 120;

/** Requests of a signed-in user that check the password. */
const PASSWORD_CHECKS: readonly string[] = [
  "/change-password",
  "/delete-user",
  "/reauthenticate",
  ...TWO_FACTOR_CHANGE_PATHS,
];

/** Codes of a signed-in user, who confirms a new authenticator app. */
const CODES_PER_USER = 5;
/**
 * Codes after a right password, from all addresses together. Of a million codes three are valid at a time, so somebody who
 * knows the password and guesses at this rate succeeds once in 30 years. Better Auth's plugin allows 960 a day.
 */
const CODES_PER_USER_AND_DAY = 30;
/** A code is valid for 90 seconds: its own period of 30 and those before and after it. */
const CODE_REUSE_MS = 2 * MINUTE_MS;

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

const PASSKEY_SIGN_IN = "/passkey/verify-authentication";

const MODEL = "attempt";

/** Paths after which the browser is known. */
const SIGN_IN_PATHS: readonly string[] = [
  "/sign-in/email",
  "/sign-up/email",
  PASSKEY_SIGN_IN,
  CALLBACK_PATH,
  ...VERIFY_PATHS,
];

/**
 * Limits of the requests that check a password or a link, send a mail or create an account. They do not depend on the client's address alone, so
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
          matcher: ({ path }) => LINK_REQUEST_ROUTES.includes(path ?? ""),
          handler: createAuthMiddleware(async (ctx) => {
            const email = String(ctx.body?.email ?? "").toLowerCase();
            await count(ctx, [ctx.path, "address", addressOf(ctx)], perMinute(LINK_REQUESTS_PER_ADDRESS));
            await count(ctx, [ctx.path, "e-mail", email], perHour(LINK_REQUESTS_PER_EMAIL_AND_HOUR));
          }),
        },
        {
          matcher: ({ path }) => LINK_CHECK_ROUTES.includes(path ?? ""),
          handler: createAuthMiddleware(async (ctx) => {
            await count(ctx, [ctx.path, "address", addressOf(ctx)], perMinute(LINK_CHECKS_PER_ADDRESS));
          }),
        },
        {
          matcher: ({ path }) => path === "/passkey/generate-authenticate-options",
          handler: createAuthMiddleware(async (ctx) => {
            await count(ctx, ["passkey challenge", addressOf(ctx)], perMinute(CHALLENGES_PER_ADDRESS));
          }),
        },
        {
          matcher: ({ path }) => path === PASSKEY_SIGN_IN,
          handler: createAuthMiddleware(async (ctx) => {
            await count(ctx, ["passkey sign-in", addressOf(ctx)], perMinute(SIGN_INS_PER_ADDRESS));
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
        {
          matcher: ({ path }) => path === "/change-email",
          handler: createAuthMiddleware(limitEmailChange),
        },
        { matcher: ({ path }) => VERIFY_PATHS.includes(path ?? ""), handler: createAuthMiddleware(limitCode) },
      ],
      after: [
        {
          matcher: ({ path, context }) =>
            SIGN_IN_PATHS.includes(path ?? "") &&
            Boolean(context.newSession) &&
            (path === CALLBACK_PATH || !isAPIError(context.returned)),
          handler: createAuthMiddleware(async (ctx) => {
            const isSecondStep = VERIFY_PATHS.includes(ctx.path);
            // Without a challenge the session is an older one.
            if (!ctx.context.newSession || (isSecondStep && !challengeOf(ctx))) return;
            const { id, email: address } = ctx.context.newSession.user;
            const email = address.toLowerCase();
            const browser = await readKnownBrowser(ctx);
            // The attempts that count for this browser are those of its owner.
            await forget(ctx, attemptsKey(browser, ctx, email));
            if (isSecondStep) await forget(ctx, await codesKey(ctx, id, email));
            await rememberBrowser(ctx, browser, email);
          }),
        },
      ],
    },
  }) satisfies BetterAuthPlugin;

/** Counts a mail that a sign-in or sign-up sends. The request does not disclose whether the mail is sent. */
export async function isMailAllowed(ctx: GenericEndpointContext, email: string): Promise<boolean> {
  try {
    await count(ctx, ["mail", email.toLowerCase()], perHour(OTHER_MAILS_PER_EMAIL_AND_HOUR));
    return true;
  } catch (error) {
    if (isAPIError(error) && error.statusCode === 429) return false;
    throw error;
  }
}

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
  count(ctx, ["export", userId], perHour(EXPORTS_PER_USER_AND_HOUR));

async function limitEmailChange(ctx: GenericEndpointContext): Promise<void> {
  const session = await getSessionFromCtx(ctx);
  if (!session) return;
  await count(ctx, ["change-email", session.user.id], perHour(EMAIL_CHANGES_PER_USER));
  const newEmail = String(ctx.body?.newEmail ?? "").toLowerCase();
  await count(ctx, ["change-email", "to", newEmail], perHour(EMAIL_CHANGES_PER_NEW_EMAIL));
}

const attemptsKey = (browser: KnownBrowser, ctx: GenericEndpointContext, email: string): string[] =>
  isKnown(browser, ctx, email) ? ["e-mail", email, "browser", browser.id] : ["e-mail", email];

/** Counts a code for the challenge of the browser, or else for its session. */
async function limitCode(ctx: GenericEndpointContext): Promise<void> {
  const challenge = await findChallenge(ctx);
  const session = challenge ? null : await getSessionFromCtx(ctx);
  // Without both the endpoint answers that the sign-in has expired.
  const userId = challenge?.userId ?? session?.user.id;
  if (!userId) return;
  if (challenge) {
    const user = await ctx.context.internalAdapter.findUserById(userId);
    const key = await codesKey(ctx, userId, user?.email.toLowerCase() ?? "");
    await count(ctx, key, perDay(CODES_PER_USER_AND_DAY));
  } else {
    await count(ctx, ["code", userId], perMinute(CODES_PER_USER));
  }
  if (ctx.path === VERIFY_TOTP) await refuseUsedCode(ctx, userId);
}

/**
 * The known browsers of the owner have counters of their own, so that nobody else can use up the owner's attempts. The
 * attempts of others are not counted on when the password is changed: they know the old one only.
 */
async function codesKey(ctx: GenericEndpointContext, userId: string, email: string): Promise<string[]> {
  const browser = await readKnownBrowser(ctx);
  if (isKnown(browser, ctx, email)) return ["codes", userId, "browser", browser.id];
  const account = await ctx.context.internalAdapter.findCredentialAccount(userId);
  return ["codes", userId, account?.password ?? ""];
}

/**
 * Refuses a code that was sent before, because a code is a password for one use (RFC 6238 §5.2). Wrong codes count too: the
 * plugin compares the code later, and of two requests with the same code at most one may succeed.
 */
async function refuseUsedCode(ctx: GenericEndpointContext, userId: string): Promise<void> {
  const code: unknown = ctx.body?.code;
  if (typeof code !== "string") return;
  try {
    await count(ctx, ["one-time code", userId, normalizeTotpCode(code)], perWindow(1, CODE_REUSE_MS));
  } catch (error) {
    if (!isAPIError(error) || error.status !== "TOO_MANY_REQUESTS") throw error;
    throw new APIError("UNAUTHORIZED", { code: "CODE_ALREADY_USED", message: "A code can be used once." });
  }
}

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

/** A number of attempts in a time that starts with the first one. */
const perWindow = (max: number, windowMs: number): Rule => ({
  max,
  waitMs: ({ count, expiresAt }, now) => (count < max ? 0 : expiresAt - now),
  next: (counter, now) => ({
    count: (counter?.count ?? 0) + 1,
    allowedAt: now,
    expiresAt: counter?.expiresAt ?? now + windowMs,
  }),
});

const perMinute = (max: number): Rule => perWindow(max, MINUTE_MS);
const perHour = (max: number): Rule => perWindow(max, HOUR_MS);
const perDay = (max: number): Rule => perWindow(max, DAY_SECONDS * 1_000);

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
export type KnownBrowser = { id: string; emails: string[] };

const browserCookie = (ctx: GenericEndpointContext) =>
  ctx.context.createAuthCookie("known_browser", { maxAge: KNOWN_BROWSER_SECONDS });

export async function readKnownBrowser(ctx: GenericEndpointContext): Promise<KnownBrowser> {
  const value = await ctx.getSignedCookie(browserCookie(ctx).name, ctx.context.secret);
  const [id, ...emails] = (value || "").split(".");
  return { id: id || randomBytes(16).toString("base64url"), emails };
}

export const isKnown = ({ emails }: KnownBrowser, ctx: GenericEndpointContext, email: string): boolean =>
  emails.includes(hash(ctx, ["known e-mail", email]));

export async function rememberBrowser(
  ctx: GenericEndpointContext,
  { id, emails }: KnownBrowser,
  email: string,
): Promise<void> {
  const known = new Set([hash(ctx, ["known e-mail", email]), ...emails]);
  const value = [id, ...[...known].slice(0, MAX_KNOWN_EMAILS)].join(".");
  const { name, attributes } = browserCookie(ctx);
  await ctx.setSignedCookie(name, value, ctx.context.secret, attributes);
}
