/** Tokens that Better Auth signs with the key of the access tokens, but that are not access tokens. */
export type NonAccessTokens = {
  userId: string;
  sessionCache: string;
  emailVerification: string;
  opaqueSession: string;
};

export type Issuer = { baseUrl: string; secret: string; mode: "shared-secret" | "jwks"; databaseFile: string };

export function createNonAccessTokens(issuer: Issuer): Promise<NonAccessTokens>;
