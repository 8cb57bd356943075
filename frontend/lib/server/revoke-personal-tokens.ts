import { findLiveTokens, markRevoked, type PersonalToken, type TokenAdapter } from "./personal-token-store.ts";
import { revokeToken } from "./revocations.ts";

/** Revokes one token. Throws an APIError with status 503 if it cannot be recorded; the token stays valid then. */
export async function revokePersonalToken(adapter: TokenAdapter, token: PersonalToken): Promise<void> {
  if (token.revokedAt) return;
  await revokeToken(adapter, token.id, new Date(token.expiresAt));
  await markRevoked(adapter, token.id);
}

/**
 * Revokes all personal access tokens of a user, for a reset of the password and for a report by the account's owner. Backends
 * refuse them within 5 s. Sign-out and a change of the password leave them valid (docs/decisions/0083); the deletion of an
 * account revokes them by `revokeSubject`.
 *
 * Throws an APIError with status 503 if it cannot be recorded. It can be called again: tokens that are revoked stay revoked.
 */
export async function revokePersonalTokens(adapter: TokenAdapter, userId: string): Promise<void> {
  for (const token of await findLiveTokens(adapter, userId)) await revokePersonalToken(adapter, token);
}
