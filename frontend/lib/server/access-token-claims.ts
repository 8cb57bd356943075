import { EMAIL_MAX_LENGTH } from "../account-bounds.ts";
import { isVerificationOverdue, type VerifiableUser } from "./verification-deadline.ts";

/** The part of Better Auth's session that access tokens depend on. */
export type TokenSession = { user: VerifiableUser & { id: string; email: string }; session: { id: string } };

/** What a user can do who has not confirmed the address in time. Tokens without a scope can do everything. */
const READ_ONLY_SCOPE = "tasks:read";

/**
 * The claims of an access token beside the registered ones. `sid` is the id of the session and not its token, which would
 * allow a reader of the access token to use the session. An address from before the bound is left out, because it could
 * make the token too large; it is not an identity.
 */
export function accessTokenClaims({ user, session }: TokenSession, limitsUnverifiedUsers: boolean): AccessTokenClaims {
  return {
    ...(user.email.length <= EMAIL_MAX_LENGTH && { email: user.email }),
    sid: session.id,
    ...(limitsUnverifiedUsers && isVerificationOverdue(user) && { scope: READ_ONLY_SCOPE }),
  };
}

type AccessTokenClaims = { email?: string; sid: string; scope?: string };
