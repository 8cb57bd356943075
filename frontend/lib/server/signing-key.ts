import type { GenericEndpointContext } from "better-auth";
import { createJwk, type JwtOptions, resolveSigningKey } from "better-auth/plugins";
import type { Config } from "./config.ts";

const DAY = 24 * 60 * 60;

/** Options of the jwt plugin. It ignores unknown ones in silence: api-token.test.ts looks at what is really signed. */
export function signingKeyOptions(settings: Config["apiToken"]): JwtOptions | undefined {
  if (settings.mode !== "jwks") return undefined;
  return {
    jwks: {
      keyPairConfig: { alg: "EdDSA", crv: "Ed25519" },
      rotationInterval: 30 * DAY,
      // An old key stays listed long after the last token that it signed.
      gracePeriod: 7 * DAY,
    },
    jwt: {
      issuer: settings.issuer,
      audience: settings.audience,
      expirationTime: `${settings.lifeSeconds}s`,
      // The default is the whole user.
      definePayload: ({ user }) => ({ email: user.email, name: user.name }),
    },
    // Tokens are given out where they are asked for, not with every look at the session.
    disableSettingJwtHeader: true,
  };
}

let pendingCreation: Promise<void> | undefined;

/**
 * Makes a key when there is no live one. Calls that arrive together share one look and one key: the plugin by itself would
 * make a key for each, at the first start and again at each rotation.
 */
export function ensureSigningKey(ctx: GenericEndpointContext, options: JwtOptions): Promise<void> {
  pendingCreation ??= createKeyIfMissing(ctx, options).finally(() => {
    pendingCreation = undefined;
  });
  return pendingCreation;
}

/**
 * For the start: the stored key may be encrypted with a secret that is not known any more. Then a new one signs from now on,
 * and the old one stays listed, since tokens that it signed are about.
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
