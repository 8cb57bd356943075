import { expect, it } from "vitest";
import { summaryLines } from "./account-summary.ts";

const EMPTY = {
  tasks: 0,
  hasMoreTasks: false,
  sessions: 1,
  passkeys: 0,
  personalTokens: 0,
  connectedAccounts: 0,
  hasPassword: true,
};

const PROFILE = "your name, e-mail address and recent activity";

it("summary of an account names what the account has", () => {
  expect(summaryLines(EMPTY)).toEqual([PROFILE, "your password"]);
  expect(summaryLines({ ...EMPTY, hasPassword: false, passkeys: 1, connectedAccounts: 2, personalTokens: 3 })).toEqual([
    PROFILE,
    "1 passkey",
    "2 connected accounts",
    "3 personal access tokens",
  ]);
  expect(summaryLines({ ...EMPTY, sessions: 2 }).at(-1)).toBe("2 signed-in devices, this one included");
});

it.each([
  [1, false, "1 task"],
  [999, false, "999 tasks"],
  [1_200, true, "more than 1,200 tasks"],
  [null, false, "all of your tasks"],
])("%s tasks, of which there are more: %s, are named %s", (tasks, hasMoreTasks, line) => {
  expect(summaryLines({ ...EMPTY, tasks, hasMoreTasks })[0]).toBe(line);
});
