/** Tokens that Better Auth signs with the very same key, and that are no access tokens. */
export type Strangers = { userId: string; sessionCache: string; emailVerification: string; opaqueSession: string };

export type Issuer = { baseUrl: string; secret: string; mode: "shared-secret" | "jwks"; databaseFile: string };

export function strangers(issuer: Issuer): Promise<Strangers>;
