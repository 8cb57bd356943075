import type { BetterAuthPlugin, GenericEndpointContext, Where } from "better-auth";
import { createAuthMiddleware } from "better-auth/api";
import { createJwk, type Jwk, type JwtOptions, jwt, resolveSigningKey } from "better-auth/plugins";
import { accessTokenClaims } from "./access-token-claims.ts";
import type { ApiTokenConfig } from "./config.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const DAY_SECONDS = DAY_MS / 1000;

/** A key is listed for this time before it signs, so that every backend knows it by then. */
const LISTED_BEFORE_SIGNING_MS = DAY_MS;
/** The age of the newest key at which the next one is created, which signs a day later. */
const NEXT_KEY_AFTER_MS = 29 * DAY_MS;
/**
 * The age at which a key stops to sign if there is no other. It leaves five days in which the next key is created by the
 * first request for a token or for the keys.
 */
const SIGNS_FOR_SECONDS = 35 * DAY_SECONDS;
/** A token of a session lives for at most one day. */
const LISTED_AFTER_SIGNING_MS = 2 * DAY_MS;
/** Longer than any token lives after its key has stopped to sign. */
const MAX_LISTED_AFTER_SIGNING_SECONDS = 400 * DAY_SECONDS;

/** A signing key. Personal access tokens live longer than the key that has signed them. */
type StoredKey = Jwk & {
  /** The end of the last personal access token that the key has signed. */
  listedUntil?: Date | null;
};

/** Options of the jwt plugin, which ignores unknown ones. api-token-plugin.test.ts checks the tokens that it signs. */
export function signingKeyOptions(config: ApiTokenConfig): JwtOptions | undefined {
  if (config.mode !== "jwks") return undefined;
  return {
    jwks: {
      keyPairConfig: { alg: "EdDSA", crv: "Ed25519" },
      rotationInterval: SIGNS_FOR_SECONDS,
      // PublishedKeys leaves out keys earlier.
      gracePeriod: MAX_LISTED_AFTER_SIGNING_SECONDS,
    },
    jwt: {
      issuer: config.issuer,
      audience: config.audience,
      expirationTime: `${config.lifetimeSeconds}s`,
      // The default payload is the whole user.
      definePayload: (session) => accessTokenClaims(session, config.limitsUnverifiedUsers),
    },
    // The plugin signs with the newest of these keys.
    adapter: { getJwks: async (ctx) => signingKeys(await getStoredKeys(ctx)) },
    // Tokens are issued by the token endpoint only, not with every session request.
    disableSettingJwtHeader: true,
  };
}

/** The newest key that has been listed for long enough. At the first start, and when there is no other, the oldest. */
function signingKeys(keys: Jwk[]): Jwk[] {
  const valid = keys.filter(isValid).sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  const listed = valid.filter((key) => ageOf(key) >= LISTED_BEFORE_SIGNING_MS);
  return listed.length > 0 ? listed.slice(-1) : valid.slice(0, 1);
}

const getStoredKeys = (ctx: GenericEndpointContext): Promise<StoredKey[]> =>
  ctx.context.adapter.findMany<StoredKey>({ model: "jwks" });

const isValid = ({ expiresAt }: Jwk): boolean => !expiresAt || expiresAt > new Date();

/** Whether a token that the key has signed may be valid. The margin is longer than the leeway of the backend. */
function isListed({ expiresAt, listedUntil }: StoredKey): boolean {
  const lastExpiry = Math.max(expiresAt?.getTime() ?? Number.POSITIVE_INFINITY, listedUntil?.getTime() ?? 0);
  return lastExpiry + LISTED_AFTER_SIGNING_MS > Date.now();
}

/** Lists the key at least until this instant, because it signs a token that expires then. */
export async function keepKeyListed(ctx: GenericEndpointContext, id: string, until: Date): Promise<void> {
  const { adapter } = ctx.context;
  const update = { listedUntil: until };
  const key = { field: "id", value: id };
  const unset: Where = { field: "listedUntil", value: null };
  // Of concurrent calls the latest instant remains.
  if (await adapter.updateMany({ model: "jwks", where: [key, unset], update })) return;
  const earlier: Where = { field: "listedUntil", operator: "lt", value: until };
  await adapter.updateMany({ model: "jwks", where: [key, earlier], update });
}

/** The key that signs access tokens now, and the header parameters that name it. */
export async function accessTokenKey(ctx: GenericEndpointContext, keys: JwtOptions | undefined) {
  // The secret's UTF-8 bytes, as in the backend.
  if (!keys) return { header: { alg: "HS256", kid: undefined }, key: new TextEncoder().encode(ctx.context.secret) };
  await ensureSigningKey(ctx, keys);
  const key = await resolveSigningKey(ctx, keys);
  if (!key) throw new Error("the jwt plugin has no local signing key");
  return { header: { alg: key.alg, kid: key.kid }, key: key.privateKey };
}

const ageOf = ({ createdAt }: Jwk): number => Date.now() - createdAt.getTime();

/** The jwt plugin, with a key set that is served from memory. */
export function signingKeyPlugins(keys: JwtOptions | undefined): BetterAuthPlugin[] {
  if (!keys) return [];
  const published = new PublishedKeys(keys);
  return [jwt({ ...keys, adapter: { getJwks: (ctx) => published.get(ctx) } }), keySetCaching, keyListing];
}

/** New keys are listed a day before they sign, so caches may answer with an older set for a minute. */
const KEY_SET_CACHE_CONTROL = "public, max-age=60";

const keySetCaching = {
  id: "key-set-caching",
  hooks: {
    after: [
      {
        matcher: ({ path }) => path === "/jwks",
        handler: createAuthMiddleware(async (ctx) => {
          if (!(ctx.context.returned instanceof Error)) ctx.setHeader("cache-control", KEY_SET_CACHE_CONTROL);
        }),
      },
    ],
  },
} satisfies BetterAuthPlugin;

/** The column of {@link StoredKey} that the jwt plugin does not have. */
const keyListing = {
  id: "key-listing",
  schema: { jwks: { fields: { listedUntil: { type: "date", required: false } } } },
} satisfies BetterAuthPlugin;

const PUBLISHED_KEYS_MAX_AGE_MS = 1_000;

/** The keys whose tokens may be valid, read from the database at most once a second. */
class PublishedKeys {
  readonly #options: JwtOptions;
  #keys: Jwk[] | undefined;
  #loadedAt = 0;
  #creations = 0;
  #pending: Promise<Jwk[]> | undefined;

  constructor(options: JwtOptions) {
    this.#options = options;
  }

  async get(ctx: GenericEndpointContext): Promise<Jwk[]> {
    const isCurrent = this.#creations === creations && performance.now() - this.#loadedAt < PUBLISHED_KEYS_MAX_AGE_MS;
    if (this.#keys && isCurrent) return this.#keys;
    this.#pending ??= this.#load(ctx).finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #load(ctx: GenericEndpointContext): Promise<Jwk[]> {
    const startedAt = performance.now();
    try {
      // Backends fetch the keys also while no user signs in, so the next key is listed in time.
      await ensureSigningKey(ctx, this.#options);
      const created = creations;
      this.#keys = (await getStoredKeys(ctx)).filter(isListed);
      this.#creations = created;
    } catch (error) {
      // While the database is unavailable, no key is created either.
      if (!this.#keys) throw error;
    }
    this.#loadedAt = startedAt;
    return this.#keys;
  }
}

/** Counts the keys that this process has created, so that each is listed with the next request. */
let creations = 0;

async function createKey(ctx: GenericEndpointContext, options: JwtOptions): Promise<void> {
  await createJwk(ctx, options);
  creations += 1;
}

let pendingCreation: Promise<void> | undefined;

/**
 * Creates a key if none is valid, or if it is time for the next one. Concurrent calls share one check and one key: the
 * plugin itself would create a key for each of them, at the first start and at each rotation.
 */
export function ensureSigningKey(ctx: GenericEndpointContext, options: JwtOptions): Promise<void> {
  pendingCreation ??= createKeyIfDue(ctx, options).finally(() => {
    pendingCreation = undefined;
  });
  return pendingCreation;
}

async function createKeyIfDue(ctx: GenericEndpointContext, options: JwtOptions): Promise<void> {
  const keys = await getStoredKeys(ctx);
  if (!keys.some((key) => isValid(key) && ageOf(key) < NEXT_KEY_AFTER_MS)) await createKey(ctx, options);
}

/**
 * For the start of the process. Keys that none of the configured secrets decrypts sign no more, and a new key is created
 * if no other is left. They are still published, because tokens that they have signed may be in use.
 */
export async function ensureReadableKey(ctx: GenericEndpointContext, options: JwtOptions): Promise<void> {
  await ensureSigningKey(ctx, options);
  const valid = (await getStoredKeys(ctx)).filter(isValid);
  const unreadable = [];
  for (const key of valid) if (!(await isReadable(ctx, options, key))) unreadable.push(key.id);
  if (unreadable.length === 0) return;
  console.warn("web app: no secret that is set can read a stored signing key, so it signs no more");
  for (const value of unreadable)
    await ctx.context.adapter.update({
      model: "jwks",
      where: [{ field: "id", value }],
      update: { expiresAt: new Date() },
    });
  if (unreadable.length === valid.length) await createKey(ctx, options);
}

async function isReadable(ctx: GenericEndpointContext, options: JwtOptions, { id }: Jwk): Promise<boolean> {
  try {
    return Boolean(await resolveSigningKey(ctx, { ...options, adapter: {} }, { signingKeyId: id }));
  } catch {
    return false;
  }
}
