import type { DBTransactionAdapter, Where } from "better-auth";
import { type BackendAccess, openBackendRows } from "./backend-rows.ts";

/** What an account's data is read with. */
export type AccountDataSource = BackendAccess & {
  adapter: Pick<DBTransactionAdapter, "findMany">;
  /** Better Auth's tables by the names of their models. A feature that is not configured has none. */
  tables: Record<string, unknown>;
};

export type Row = Record<string, unknown>;

/** Rows in pages, so that an account of any size is read with bounded memory. */
export type Pages = AsyncIterable<Row[]> | Iterable<Row[]>;

/** Reads the first page. Rejects if the rows cannot be read. */
export type Reader = (source: AccountDataSource) => Promise<Pages>;

/**
 * The members of the export, in their order. A further kind of data is one line: `lists: backendRows("lists")`. Fields of the
 * auth database are named one by one, because others are secrets: tokens, keys, hashes of passwords.
 */
export const ACCOUNT_DATA: Record<string, Reader> = {
  sessions: authRows("session", ["ipAddress", "userAgent", "createdAt", "updatedAt", "expiresAt"]),
  connected_accounts: authRows(
    "account",
    ["providerId", "accountId", "scope", "createdAt", "updatedAt"],
    [{ field: "providerId", operator: "ne", value: "credential" }],
  ),
  passkeys: authRows("passkey", ["name", "deviceType", "backedUp", "transports", "createdAt", "lastUsedAt"]),
  personal_access_tokens: authRows("personalToken", ["name", "scopes", "createdAt", "expiresAt", "revokedAt"]),
  email_changes: authRows("emailChange", ["newEmail", "createdAt", "expiresAt"]),
  mailed_links: authRows("accountLink", ["event", "email", "createdAt", "expiresAt"]),
  activity: authRows("accountActivity", ["event", "outcome", "device", "subject", "count", "createdAt", "updatedAt"]),
  tasks: backendRows("tasks"),
};

/** The fields of the user that the export contains. */
export const PROFILE_FIELDS = ["id", "name", "email", "emailVerified", "twoFactorEnabled", "createdAt", "updatedAt"];

/** The user's rows of a table in the auth database, with these fields, oldest first. Every table is bounded for an account. */
function authRows(model: string, fields: string[], where: Where[] = []): Reader {
  return async ({ adapter, tables, userId }) => {
    if (!(model in tables)) return [];
    const rows = await adapter.findMany<Row>({
      model,
      where: [{ field: "userId", value: userId }, ...where],
      sortBy: { field: "createdAt", direction: "asc" },
    });
    return [rows.map((row) => pickFields(row, fields))];
  };
}

/** The rows of a list of the backend, `/api/{user_id}/{list}`, with all of their members. */
function backendRows(list: string): Reader {
  return (access) => openBackendRows(access, list);
}

/** The fields under the names that the API would give them. */
export const pickFields = (row: Row, fields: string[]): Row =>
  Object.fromEntries(fields.filter((field) => field in row).map((field) => [snakeCase(field), row[field]]));

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
