import { createHash, createHmac } from "node:crypto";

export const SECRET = "a secret of the benchmark alone, long enough";
export const ISSUER = "http://localhost:3000";
export const AUDIENCE = "todo-api";

/** A user's id as Better Auth makes them: 32 letters and digits. */
export function userId(number) {
  const digest = createHash("sha256").update(`user ${number}`).digest("base64");
  return digest.replaceAll("+", "x").replaceAll("/", "Y").slice(0, 32);
}

/** What the web app's /api/auth/api-token gives in shared-secret mode. */
export function token(user) {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iat: now,
    name: "Ann Example",
    email: "ann@example.com",
    sub: user,
    exp: now + 86_400,
    iss: ISSUER,
    aud: AUDIENCE,
  };
  const signed = `${base64({ alg: "HS256" })}.${base64(claims)}`;
  return `${signed}.${createHmac("sha256", SECRET).update(signed).digest("base64url")}`;
}

/** The same with a signature that is well formed and wrong. */
export function forged(token) {
  const [header, claims, signature] = token.split(".");
  const bytes = Buffer.from(signature, "base64url");
  bytes[0] ^= 1;
  return `${header}.${claims}.${bytes.toString("base64url")}`;
}

const base64 = (json) => Buffer.from(JSON.stringify(json)).toString("base64url");
