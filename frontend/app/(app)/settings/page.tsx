import type { Metadata } from "next";
import { cookies } from "next/headers";
import Link from "next/link";
import { ChangeEmail } from "@/components/settings/change-email";
import { ChangePassword } from "@/components/settings/change-password";
import { ConnectedAccounts } from "@/components/settings/connected-accounts";
import { DeleteAccount } from "@/components/settings/delete-account";
import { ExportData } from "@/components/settings/export-data";
import { NameRow } from "@/components/settings/name-row";
import { Passkeys } from "@/components/settings/passkeys";
import { PersonalTokens } from "@/components/settings/personal-tokens";
import { ProfileRow } from "@/components/settings/profile-row";
import { RecentActivity } from "@/components/settings/recent-activity";
import { Section } from "@/components/settings/section";
import { Sessions } from "@/components/settings/sessions";
import { SettingsSections } from "@/components/settings/settings-sections";
import { ThemePicker } from "@/components/settings/theme-picker";
import { TwoStep } from "@/components/settings/two-step";
import { DisabledUntilHydrated } from "@/components/ui/disabled-until-hydrated";
import { Back } from "@/components/ui/icons";
import { getConfig } from "@/lib/auth";
import { type ConnectedAccount, listSignInMethods } from "@/lib/server/connected-accounts";
import { listPasskeys } from "@/lib/server/list-passkeys";
import { mailNotice } from "@/lib/server/mail-notice";
import { findNewEmail } from "@/lib/server/pending-email-change";
import { listPersonalTokens } from "@/lib/server/personal-tokens";
import { listRecentActivity } from "@/lib/server/recent-activity";
import { requireSession } from "@/lib/server/session";
import { listDeviceSessions } from "@/lib/server/sessions";
import { readTwoStepState } from "@/lib/server/two-step-state";
import { socialErrorMessage } from "@/lib/social-errors";
import { parseTheme, THEME_COOKIE } from "@/lib/theme";

export const metadata: Metadata = { title: "Settings" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function SettingsPage({ searchParams }: Props) {
  const { user, session } = await requireSession("/settings");
  const { hasPassword, connectedAccounts } = await listSignInMethods(user.id);
  const theme = parseTheme((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <main className="mx-auto grid w-full max-w-2xl gap-x-6 gap-y-6 px-4 pt-6 pb-32 sm:pt-10 xl:max-w-none xl:grid-cols-[1fr_40rem_1fr] xl:px-0">
      <div className="flex items-center gap-1 xl:col-start-2">
        <Link
          aria-label="Back to the tasks"
          className="-ml-3 inline-grid size-11 place-items-center rounded-full text-muted hover:bg-accent-soft hover:text-text"
          href="/tasks"
        >
          <Back />
        </Link>
        <h1 className="text-title font-semibold tracking-tight">Settings</h1>
      </div>
      <SettingsSections>
        <Section id="you" title="You">
          <dl className="grid grid-cols-1 gap-2">
            <NameRow />
            <ProfileRow label="E-mail">{user.email}</ProfileRow>
          </dl>
          <ChangeEmail email={user.email} mailNotice={mailNotice()} newEmail={await findNewEmail(user.id)} />
        </Section>
        <Section id="appearance" title="Appearance">
          <DisabledUntilHydrated>
            <ThemePicker initial={theme} />
          </DisabledUntilHydrated>
        </Section>
        {hasPassword ? (
          <Section id="password" lead="Your other devices are signed out when you change it." title="Password">
            <ChangePassword email={user.email} />
          </Section>
        ) : (
          <Section
            id="password"
            lead="You have none, because you sign in with a connected account. To set one, sign out and choose “Forgotten your password?”."
            title="Password"
          />
        )}
        <Section id="two-step" lead="A code from your phone in addition to your password." title="Two-step sign-in">
          <TwoStep email={user.email} {...(await readTwoStepState(user))} />
        </Section>
        <Section
          id="passkeys"
          lead="Sign in with your fingerprint, your face or the lock of your device, without your password."
          title="Passkeys"
        >
          <Passkeys passkeys={await listPasskeys(user.id)} />
        </Section>
        {connectedAccounts.length > 0 && (
          <Section
            id="connected-accounts"
            lead="Services that can sign you in instead of your password."
            title="Connected accounts"
          >
            <DisabledUntilHydrated>
              <ConnectedAccounts
                accounts={connectedAccounts}
                isEmailVerified={user.emailVerified}
                result={connectionResult(await searchParams, connectedAccounts)}
              />
            </DisabledUntilHydrated>
          </Section>
        )}
        <Section id="devices" lead="Where you are signed in. End what you don’t know." title="Devices">
          <DisabledUntilHydrated>
            <Sessions sessions={await listDeviceSessions(user.id, session.token)} />
          </DisabledUntilHydrated>
        </Section>
        <Section
          id="personal-access-tokens"
          lead="For programs that use your tasks through the API. A token works without your password until it ends."
          title="Personal access tokens"
        >
          <DisabledUntilHydrated>
            <PersonalTokens
              tasksUrl={`${getConfig().baseUrl}/api/${encodeURIComponent(user.id)}/tasks`}
              tokens={await listPersonalTokens(user.id)}
            />
          </DisabledUntilHydrated>
        </Section>
        <Section
          id="activity"
          lead="What has happened to your account. Change your password if it wasn’t you."
          title="Recent activity"
        >
          <RecentActivity entries={await listRecentActivity(user.id)} />
        </Section>
        <Section
          id="your-data"
          lead="Everything that Todo has of you, as one JSON file. Your tasks as CSV for a spreadsheet."
          title="Your data"
        >
          <DisabledUntilHydrated>
            <ExportData />
          </DisabledUntilHydrated>
        </Section>
        <Section id="delete-account" lead="Your account and all of your tasks, for good." title="Delete account">
          <DisabledUntilHydrated>
            <DeleteAccount />
          </DisabledUntilHydrated>
        </Section>
      </SettingsSections>
    </main>
  );
}

/** The provider sends the browser back here when an account is connected, or cannot be. */
function connectionResult(query: Awaited<Props["searchParams"]>, accounts: ConnectedAccount[]) {
  const first = (name: string) => [query[name]].flat()[0];
  const error = first("error");
  const find = (provider: string | undefined) => accounts.find((each) => each.provider === provider);
  const connected = find(first("connected"));
  return {
    error: error && socialErrorMessage(error, find(first("provider"))?.name),
    connected: connected?.since && connected.name,
  };
}
