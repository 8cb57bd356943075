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
  if (event === "password_reset_requested" && count > 1) return `${count} links to choose a new password sent`;
  if (event === "reauthentication")
    return count === 1 ? "Wrong password to confirm a change" : `${count} wrong passwords to confirm a change`;
  if (event === "passkey_refused") return count === 1 ? "Passkey refused" : `Passkeys refused ${count} times`;
  if (event === "second_factor_failed")
    return count === 1 ? "Wrong code at sign-in" : `${count} wrong codes at sign-in`;
  if (event === "session_revoked" && count > 1) return `Signed out ${count} devices`;
  if (event === "session_revoked") return `Signed out ${withinSentence(subject ?? "a device")}`;
  if (event === "social_account_linked") return `Connected ${subject ?? "an account"}`;
  if (event === "social_account_unlinked") return `Disconnected ${subject ?? "an account"}`;
  const title = TITLES[event] ?? "Changed";
  return subject ? `${title}: ${subject}` : title;
}

const TITLES: Record<string, string> = {
  sign_up: "Account created",
  sign_in: "Signed in",
  sign_out: "Signed out",
  password_change: "Password changed",
  password_reset_requested: "Link to choose a new password sent",
  password_reset: "New password chosen by a link",
  email_verified: "E-mail address confirmed",
  email_change_requested: "New e-mail address entered",
  email_change_cancelled: "Change of the e-mail address cancelled",
  email_changed: "E-mail address changed",
  email_change_reverted: "Earlier e-mail address restored",
  account_reported: "“This was not me” pressed in a mail",
  two_factor_enabled: "Two-step sign-in turned on",
  two_factor_disabled: "Two-step sign-in turned off",
  recovery_codes_renewed: "New recovery codes created",
  recovery_code_used: "Signed in with a recovery code",
  second_factor_failed: "Wrong code at sign-in",
  passkey_added: "Passkey added",
  passkey_removed: "Passkey removed",
  passkey_refused: "Passkey refused",
  reauthentication: "Confirmed a change with the password or a passkey",
  social_account_linked: "Sign-in with another service connected",
  social_account_unlinked: "Sign-in with another service removed",
  personal_token_created: "Personal access token created",
  personal_token_revoked: "Personal access token revoked",
  name_changed: "Name changed",
  data_exported: "Data exported",
};

/** "An unknown device" within a sentence. */
const withinSentence = (device: string): string => device.replace(/^An /, "an ");
