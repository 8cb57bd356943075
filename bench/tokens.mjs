import { createHash, createHmac } from "node:crypto";

export const SECRET = "a secret of the benchmark alone, long enough";
export const ISSUER = "http://localhost:3000";
export const AUDIENCE = "todo-api";

/** The web app's default is 15 minutes, which a run may exceed. The token has the same length either way. */
const TOKEN_TTL_SECONDS = 24 * 60 * 60;

/** A user id in Better Auth's format: 32 letters and digits. */
export const userId = (number) => betterAuthId(`user ${number}`);

function betterAuthId(name) {
  const digest = createHash("sha256").update(name).digest("base64");
  return digest.replaceAll("+", "x").replaceAll("/", "Y").slice(0, 32);
}

/**
 * An access token as the web app issues it in shared-secret mode (`signWithSecret` in frontend/lib/server/api-token-plugin.ts): the
 * same protected header and the same claims in the same order.
 */
export function accessToken(user) {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    email: "ann@example.com",
    sid: betterAuthId(`session of ${user}`),
    sub: user,
    iat: now,
    exp: now + TOKEN_TTL_SECONDS,
    iss: ISSUER,
    aud: AUDIENCE,
  };
  const signingInput = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${signingInput}.${createHmac("sha256", SECRET).update(signingInput).digest("base64url")}`;
}

/** The same token with a well-formed signature that is invalid. */
export function withInvalidSignature(token) {
  const [header, claims, signature] = token.split(".");
  const bytes = Buffer.from(signature, "base64url");
  bytes[0] ^= 1;
  return `${header}.${claims}.${bytes.toString("base64url")}`;
}

const encode = (json) => Buffer.from(JSON.stringify(json)).toString("base64url");
