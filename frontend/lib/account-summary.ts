import type { AccountSummary } from "./server/account-summary.ts";

/** What a deletion deletes, a line for each kind of data that the account has. */
export function summaryLines(summary: AccountSummary): string[] {
  const { tasks, hasMoreTasks, sessions, passkeys, personalTokens, connectedAccounts, hasPassword } = summary;
  return [
    tasksLine(tasks, hasMoreTasks),
    "your name, e-mail address and recent activity",
    hasPassword && "your password",
    counted(passkeys, "passkey"),
    counted(connectedAccounts, "connected account"),
    counted(personalTokens, "personal access token"),
    sessions > 1 && `${sessions} signed-in devices, this one included`,
  ].filter((line) => typeof line === "string");
}

function tasksLine(tasks: number | null, hasMoreTasks: boolean): string | false {
  if (tasks === null) return "all of your tasks";
  if (hasMoreTasks) return `more than ${tasks.toLocaleString("en")} tasks`;
  return counted(tasks, "task");
}

const counted = (count: number, noun: string): string | false =>
  count > 0 && `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
