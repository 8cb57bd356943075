import type { BetterAuthPlugin, DBTransactionAdapter, Where } from "better-auth";

/** A personal access token as it is stored: without the token itself. */
export type PersonalToken = {
  /** The token's `jti` and `sid`. */
  id: string;
  userId: string;
  name: string;
  /** Separated by spaces, as in the token. */
  scopes: string;
  createdAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
};

const MODEL = "personalToken";

/** Rows are deleted with their account (`on delete cascade`). */
export const personalTokenSchema = {
  [MODEL]: {
    fields: {
      userId: {
        type: "string",
        required: true,
        references: { model: "user", field: "id", onDelete: "cascade" },
        index: true,
      },
      name: { type: "string", required: true },
      scopes: { type: "string", required: true },
      createdAt: { type: "date", required: true },
      expiresAt: { type: "date", required: true },
      revokedAt: { type: "date", required: false },
    },
  },
} satisfies BetterAuthPlugin["schema"];

/** The part of Better Auth's adapters that is used. */
export type TokenAdapter = Pick<
  DBTransactionAdapter,
  "create" | "delete" | "deleteMany" | "findMany" | "findOne" | "update"
>;

/** Tokens of one account that have not ended, including revoked ones, which are in the list of revocations until they end. */
const MAX_ROWS = 1_000;

const hasNotEnded = (userId: string): Where[] => [
  { field: "userId", value: userId },
  { field: "expiresAt", operator: "gt", value: new Date() },
];

/** The tokens of an account that have not ended, newest first, including revoked ones. */
export const findUnendedTokens = (adapter: TokenAdapter, userId: string): Promise<PersonalToken[]> =>
  adapter.findMany<PersonalToken>({
    model: MODEL,
    where: hasNotEnded(userId),
    sortBy: { field: "createdAt", direction: "desc" },
    limit: MAX_ROWS,
  });

/** The tokens of an account that can be used, newest first. */
export const findLiveTokens = async (adapter: TokenAdapter, userId: string): Promise<PersonalToken[]> =>
  (await findUnendedTokens(adapter, userId)).filter(({ revokedAt }) => !revokedAt);

export const findToken = (adapter: TokenAdapter, userId: string, id: string): Promise<PersonalToken | null> =>
  adapter.findOne<PersonalToken>({
    model: MODEL,
    where: [
      { field: "userId", value: userId },
      { field: "id", value: id },
    ],
  });

export const storeToken = (
  adapter: TokenAdapter,
  data: Omit<PersonalToken, "id" | "revokedAt">,
): Promise<PersonalToken> =>
  adapter.create<Omit<PersonalToken, "id" | "revokedAt">, PersonalToken>({ model: MODEL, data });

export const deleteToken = (adapter: TokenAdapter, id: string): Promise<void> =>
  adapter.delete({ model: MODEL, where: [{ field: "id", value: id }] });

export const markRevoked = async (adapter: TokenAdapter, id: string): Promise<void> => {
  await adapter.update({ model: MODEL, where: [{ field: "id", value: id }], update: { revokedAt: new Date() } });
};

/** Ended tokens are of no use: they are neither shown nor accepted. */
export async function deleteEndedTokens(adapter: TokenAdapter, userId: string): Promise<void> {
  const where: Where[] = [
    { field: "userId", value: userId },
    { field: "expiresAt", operator: "lte", value: new Date() },
  ];
  await adapter.deleteMany({ model: MODEL, where });
}
