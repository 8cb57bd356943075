import type { GenericEndpointContext } from "better-auth";
import { createJwk, type JwtOptions, resolveSigningKey } from "better-auth/plugins";
import { accessTokenClaims } from "./access-token-claims.ts";
import type { ApiTokenConfig } from "./config.ts";

const DAY_SECONDS = 24 * 60 * 60;

/** Options of the jwt plugin, which ignores unknown ones. api-token-plugin.test.ts checks the tokens that it signs. */
export function signingKeyOptions(config: ApiTokenConfig): JwtOptions | undefined {
  if (config.mode !== "jwks") return undefined;
  return {
    jwks: {
      keyPairConfig: { alg: "EdDSA", crv: "Ed25519" },
      rotationInterval: 30 * DAY_SECONDS,
      // A rotated key is published until long after the last token that it has signed has expired.
      gracePeriod: 7 * DAY_SECONDS,
    },
    jwt: {
      issuer: config.issuer,
      audience: config.audience,
      expirationTime: `${config.lifetimeSeconds}s`,
      // The default payload is the whole user.
      definePayload: accessTokenClaims,
    },
    // Tokens are issued by the token endpoint only, not with every session request.
    disableSettingJwtHeader: true,
  };
}

let pendingCreation: Promise<void> | undefined;

/**
 * Creates a key if none is valid. Concurrent calls share one check and one key: the plugin itself would create a key for
 * each of them, at the first start and at each rotation.
 */
export function ensureSigningKey(ctx: GenericEndpointContext, options: JwtOptions): Promise<void> {
  pendingCreation ??= createKeyIfMissing(ctx, options).finally(() => {
    pendingCreation = undefined;
  });
  return pendingCreation;
}

/**
 * For the start of the process. If none of the configured secrets decrypts the stored key, a new key is created. The old
 * one is still published, because tokens that it has signed may be in use.
 */
export async function ensureReadableKey(ctx: GenericEndpointContext, options: JwtOptions): Promise<void> {
  await ensureSigningKey(ctx, options);
  try {
    await resolveSigningKey(ctx, options);
  } catch {
    console.warn("web app: no secret that is set can read the stored signing key, so there is a new one");
    await createJwk(ctx, options);
  }
}

type Key = { expiresAt?: Date | null };

async function createKeyIfMissing(ctx: GenericEndpointContext, options: JwtOptions): Promise<void> {
  const keys = await ctx.context.adapter.findMany<Key>({ model: "jwks" });
  const now = new Date();
  if (!keys.some((key) => !key.expiresAt || key.expiresAt > now)) await createJwk(ctx, options);
}
