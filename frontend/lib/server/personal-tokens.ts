import { headers } from "next/headers";
import { getAuth, getConfig } from "../auth.ts";
import { findLiveTokens, type PersonalToken } from "./personal-token-store.ts";
import { createServerApiClient } from "./server-task-api.ts";

/** A line of "Personal access tokens". Dates are `YYYY-MM-DD`, in UTC. */
export type PersonalTokenEntry = {
  id: string;
  name: string;
  scopes: string[];
  createdOn: string;
  expiresOn: string;
  lastUse: LastUse;
};

/** "unknown" while the backend, which records the uses, does not answer. */
export type LastUse = "never" | "today" | "yesterday" | "unknown" | { on: string };

/** By the id of a token, the day of its last use. */
type LastUses = ReadonlyMap<string, string>;

/** The user's tokens that can be used, newest first. */
export async function listPersonalTokens(userId: string): Promise<PersonalTokenEntry[]> {
  const { adapter } = await (await getAuth()).$context;
  const tokens = await findLiveTokens(adapter, userId);
  const uses = tokens.length > 0 ? await loadLastUses(userId) : undefined;
  return tokens.map((token) => toEntry(token, uses, new Date()));
}

/** Undefined if the backend is unavailable. */
async function loadLastUses(userId: string): Promise<LastUses | undefined> {
  const auth = await getAuth();
  try {
    const { token } = await auth.api.getApiToken({ headers: await headers() });
    const api = createServerApiClient(getConfig().apiUrl, token);
    const { data } = await api.GET("/api/{user_id}/token-uses", { params: { path: { user_id: userId } } });
    return data && new Map(data.map((use) => [use.token_id, use.last_used_on]));
  } catch {
    return undefined;
  }
}

export function toEntry(
  { id, name, scopes, createdAt, expiresAt }: PersonalToken,
  uses: LastUses | undefined,
  now: Date,
): PersonalTokenEntry {
  const lastUse = uses ? describeLastUse(uses.get(id), now) : "unknown";
  return { id, name, scopes: scopes.split(" "), createdOn: dateOf(createdAt), expiresOn: dateOf(expiresAt), lastUse };
}

const DAY_MS = 24 * 60 * 60 * 1000;

function describeLastUse(on: string | undefined, now: Date): LastUse {
  if (!on) return "never";
  if (on === dateOf(now)) return "today";
  return on === dateOf(new Date(now.getTime() - DAY_MS)) ? "yesterday" : { on };
}

const dateOf = (instant: Date): string => instant.toISOString().slice(0, 10);
