import { getAuth } from "../auth.ts";
import { AccountActivity, type Activity } from "./account-activity.ts";

/** A line of "Recent activity". `at` is the time of the latest event in it. */
export type ActivityEntry = {
  id: string;
  title: string;
  device: string;
  at: string;
  isFailure: boolean;
  isRepeated: boolean;
};

export async function listRecentActivity(userId: string): Promise<ActivityEntry[]> {
  const { adapter } = await (await getAuth()).$context;
  return (await new AccountActivity(adapter).list(userId)).map(toEntry);
}

export const toEntry = (activity: Activity): ActivityEntry => ({
  id: activity.id,
  title: titleOf(activity),
  device: withinSentence(activity.device),
  at: activity.updatedAt.toISOString(),
  isFailure: activity.outcome === "failure",
  isRepeated: activity.outcome === "failure" && activity.count > 1,
});

function titleOf({ event, outcome, count, subject }: Activity): string {
  if (event === "sign_in" && outcome === "failure") return count === 1 ? "Failed sign-in" : `${count} failed sign-ins`;
  if (event === "session_revoked" && count > 1) return `Signed out ${count} devices`;
  if (event === "session_revoked") return `Signed out ${withinSentence(subject ?? "a device")}`;
  const title = TITLES[event] ?? "Changed";
  return subject ? `${title}: ${subject}` : title;
}

const TITLES: Record<string, string> = {
  sign_up: "Account created",
  sign_in: "Signed in",
  sign_out: "Signed out",
  password_change: "Password changed",
  personal_token_created: "Personal access token created",
  personal_token_revoked: "Personal access token revoked",
};

/** "An unknown device" within a sentence. */
const withinSentence = (device: string): string => device.replace(/^An /, "an ");
