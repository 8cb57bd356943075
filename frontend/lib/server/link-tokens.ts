import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthMiddleware } from "better-auth/api";
import { decodeJwt } from "jose";
import { recordRefusedLink } from "./security-events-plugin.ts";

/** The parts of a request that can contain the token of a link. */
type LinkRequest = { query?: unknown; body?: unknown; params?: unknown };

/**
 * Refuses requests whose link token is a token of another kind. Better Auth signs the links of its mails with the secret of
 * the access tokens, and accepts every token under that secret which has an e-mail address (RFC 8725 §3.12). The token of a
 * link has an e-mail address and neither subject nor audience; opaque tokens are compared with the database.
 */
export const linkTokens = () =>
  ({
    id: "link-tokens",
    hooks: {
      before: [
        {
          matcher: (request: LinkRequest) => tokensOf(request).some(isOtherToken),
          handler: createAuthMiddleware(async (ctx) => {
            recordRefusedLink(ctx.headers, "other_token");
            throw new APIError("UNAUTHORIZED", { code: "INVALID_TOKEN", message: "Invalid token" });
          }),
        },
      ],
    },
  }) satisfies BetterAuthPlugin;

/** Better Auth's name for the token of a link is `token`, in the query, in the body and in a path. */
function tokensOf({ query, body, params }: LinkRequest): unknown[] {
  return [query, body, params].flatMap((part) =>
    part && typeof part === "object" && "token" in part ? part.token : [],
  );
}

function isOtherToken(token: unknown): boolean {
  const claims = claimsOf(token);
  return claims !== undefined && (typeof claims.email !== "string" || "sub" in claims || "aud" in claims);
}

/** The claims of a JWT; undefined for any other value. The signature is verified by the endpoint. */
function claimsOf(token: unknown): Record<string, unknown> | undefined {
  try {
    return decodeJwt(String(token));
  } catch {
    return undefined;
  }
}
