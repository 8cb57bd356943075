import { getAuth, getConfig } from "../auth.ts";
import { openBackendRows } from "./backend-rows.ts";

/** How much belongs to an account, for the dialog that deletes it. */
export type AccountSummary = {
  /** At least so many tasks; null if the backend is unavailable. */
  tasks: number | null;
  hasMoreTasks: boolean;
  sessions: number;
  passkeys: number;
  personalTokens: number;
  connectedAccounts: number;
  hasPassword: boolean;
};

/** The backend has no count, so tasks are counted by reading them, a few pages at most. */
const MAX_COUNTED_TASKS = 1_000;

export async function summarizeAccount(userId: string, headers: Headers): Promise<AccountSummary> {
  const auth = await getAuth();
  const { adapter, internalAdapter, tables } = await auth.$context;
  const count = async (model: string) =>
    model in tables ? adapter.count({ model, where: [{ field: "userId", value: userId }] }) : 0;
  const [tasks, sessions, accounts, passkeys, personalTokens] = await Promise.all([
    countTasks(userId, headers),
    internalAdapter.listSessions(userId),
    internalAdapter.findAccounts(userId),
    count("passkey"),
    count("personalToken"),
  ]);
  return {
    ...tasks,
    sessions: sessions.filter((session) => session.expiresAt > new Date()).length,
    passkeys,
    personalTokens,
    connectedAccounts: accounts.filter(({ providerId }) => providerId !== "credential").length,
    hasPassword: accounts.some(({ providerId, password }) => providerId === "credential" && password),
  };
}

async function countTasks(userId: string, headers: Headers): Promise<Pick<AccountSummary, "tasks" | "hasMoreTasks">> {
  try {
    const { token } = await (await getAuth()).api.getApiToken({ headers });
    let tasks = 0;
    for await (const rows of await openBackendRows(
      { apiUrl: getConfig().apiUrl, userId, accessToken: token },
      "tasks",
    )) {
      tasks += rows.length;
      if (tasks >= MAX_COUNTED_TASKS) return { tasks, hasMoreTasks: true };
    }
    return { tasks, hasMoreTasks: false };
  } catch {
    return { tasks: null, hasMoreTasks: false };
  }
}
