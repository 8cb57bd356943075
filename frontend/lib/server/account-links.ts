import { createHash, randomBytes } from "node:crypto";
import type { BetterAuthPlugin, DBTransactionAdapter } from "better-auth";

/** A link "This was not me" in a security mail. */
export type AccountLink = {
  id: string;
  userId: string;
  tokenHash: string;
  /** The name of the event that the mail is about. */
  event: string;
  /** The address that the mail was sent to. */
  email: string;
  /** Whether the link sets the account's address back to `email`. */
  restoresEmail: boolean;
  createdAt: Date;
  expiresAt: Date;
};

export type LinkDatabase = Pick<
  DBTransactionAdapter,
  "consumeOne" | "count" | "create" | "deleteMany" | "findMany" | "findOne" | "update" | "updateMany"
>;

const MODEL = "accountLink";
const TOKEN_BYTES = 32;
const DAY_MS = 24 * 60 * 60 * 1000;
const REPORT_DAYS = 30;
/** How long a change of the e-mail address can be undone from the old address. */
export const RESTORE_DAYS = 7;

/** Rows are deleted with their account. The token itself is in the mail only. */
export const accountLinkSchema = {
  [MODEL]: {
    fields: {
      userId: {
        type: "string",
        required: true,
        references: { model: "user", field: "id", onDelete: "cascade" },
        index: true,
      },
      tokenHash: { type: "string", required: true, unique: true },
      event: { type: "string", required: true },
      email: { type: "string", required: true, index: true },
      restoresEmail: { type: "boolean", required: true },
      createdAt: { type: "date", required: true },
      expiresAt: { type: "date", required: true },
    },
  },
} satisfies BetterAuthPlugin["schema"];

/** Tokens are random, so that a fast hash suffices. */
export const hashToken = (token: string): string => createHash("sha256").update(token).digest("base64url");

type NewLink = Pick<AccountLink, "userId" | "event" | "email" | "restoresEmail">;

/** Returns the token of a new link. The account's expired links are deleted. */
export async function createAccountLink(database: LinkDatabase, link: NewLink): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const createdAt = new Date();
  const expiresAt = new Date(createdAt.getTime() + (link.restoresEmail ? RESTORE_DAYS : REPORT_DAYS) * DAY_MS);
  await database.deleteMany({
    model: MODEL,
    where: [
      { field: "userId", value: link.userId },
      { field: "expiresAt", operator: "lte", value: createdAt },
    ],
  });
  await database.create({ model: MODEL, data: { ...link, tokenHash: hashToken(token), createdAt, expiresAt } });
  return token;
}

/** How many mails with a link the account was sent about this event in the last 24 hours. */
export function countRecentLinks(database: LinkDatabase, userId: string, event: string): Promise<number> {
  return database.count({
    model: MODEL,
    where: [
      { field: "userId", value: userId },
      { field: "event", value: event },
      { field: "createdAt", operator: "gt", value: new Date(Date.now() - DAY_MS) },
    ],
  });
}

/** The link of a token, expired or not. */
export function findAccountLink(database: LinkDatabase, token: string): Promise<AccountLink | null> {
  return database.findOne<AccountLink>({ model: MODEL, where: [{ field: "tokenHash", value: hashToken(token) }] });
}

/** Deletes the link and returns it. Of concurrent calls, one receives it. */
export function consumeAccountLink(database: LinkDatabase, token: string): Promise<AccountLink | null> {
  return database.consumeOne<AccountLink>({ model: MODEL, where: [{ field: "tokenHash", value: hashToken(token) }] });
}

export const isExpired = ({ expiresAt }: { expiresAt: Date }): boolean => new Date(expiresAt) <= new Date();

/**
 * The first change of the account's address away from the address of this link that can still be undone. Every link in a mail
 * to that address undoes it: the owner may open an older mail first.
 */
export async function findRestoration(
  database: LinkDatabase,
  { userId, email }: AccountLink,
): Promise<Date | undefined> {
  const [first] = await database.findMany<AccountLink>({
    model: MODEL,
    where: [
      { field: "userId", value: userId },
      { field: "email", value: email },
      { field: "restoresEmail", value: true },
      { field: "expiresAt", operator: "gt", value: new Date() },
    ],
    sortBy: { field: "createdAt", direction: "asc" },
    limit: 1,
  });
  return first && new Date(first.createdAt);
}

/** Ends the links since then, which may have been mailed to another owner of the account. */
export async function deleteLinksSince(database: LinkDatabase, userId: string, since: Date): Promise<void> {
  await database.deleteMany({
    model: MODEL,
    where: [
      { field: "userId", value: userId },
      { field: "createdAt", operator: "gte", value: since },
    ],
  });
}

/** Whether another account may be set back to this address. Meanwhile nobody else can take it. */
export async function isReserved(database: LinkDatabase, email: string, userId?: string): Promise<boolean> {
  const links = await database.findMany<AccountLink>({
    model: MODEL,
    where: [
      { field: "email", value: email.toLowerCase() },
      { field: "restoresEmail", value: true },
      { field: "expiresAt", operator: "gt", value: new Date() },
    ],
  });
  return links.some((link) => link.userId !== userId);
}
