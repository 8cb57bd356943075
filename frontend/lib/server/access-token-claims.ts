import { EMAIL_MAX_LENGTH } from "../account-bounds.ts";

/** The part of Better Auth's session that access tokens contain. */
export type TokenSession = { user: { id: string; email: string }; session: { id: string } };

/**
 * The claims of an access token beside the registered ones. `sid` is the id of the session and not its token, which would
 * allow a reader of the access token to use the session. An address from before the bound is left out, because it could
 * make the token too large; it is not an identity.
 */
export function accessTokenClaims({ user, session }: TokenSession): { email?: string; sid: string } {
  return { ...(user.email.length <= EMAIL_MAX_LENGTH && { email: user.email }), sid: session.id };
}
