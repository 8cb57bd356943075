import type { Metadata } from "next";
import { cookies } from "next/headers";
import Link from "next/link";
import { ChangeEmail } from "@/components/settings/change-email";
import { ChangePassword } from "@/components/settings/change-password";
import { DeleteAccount } from "@/components/settings/delete-account";
import { NameRow } from "@/components/settings/name-row";
import { Passkeys } from "@/components/settings/passkeys";
import { ProfileRow } from "@/components/settings/profile-row";
import { RecentActivity } from "@/components/settings/recent-activity";
import { Section } from "@/components/settings/section";
import { Sessions } from "@/components/settings/sessions";
import { SettingsSections } from "@/components/settings/settings-sections";
import { ThemePicker } from "@/components/settings/theme-picker";
import { TwoStep } from "@/components/settings/two-step";
import { DisabledUntilHydrated } from "@/components/ui/disabled-until-hydrated";
import { Back } from "@/components/ui/icons";
import { listPasskeys } from "@/lib/server/list-passkeys";
import { findNewEmail } from "@/lib/server/pending-email-change";
import { listRecentActivity } from "@/lib/server/recent-activity";
import { requireSession } from "@/lib/server/session";
import { listDeviceSessions } from "@/lib/server/sessions";
import { readTwoStepState } from "@/lib/server/two-step-state";
import { parseTheme, THEME_COOKIE } from "@/lib/theme";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPage() {
  const { user, session } = await requireSession("/settings");
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
          <ChangeEmail email={user.email} newEmail={await findNewEmail(user.id)} />
        </Section>
        <Section id="appearance" title="Appearance">
          <DisabledUntilHydrated>
            <ThemePicker initial={theme} />
          </DisabledUntilHydrated>
        </Section>
        <Section id="password" lead="Your other devices are signed out when you change it." title="Password">
          <ChangePassword email={user.email} />
        </Section>
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
        {/* Here: Connected accounts (id="connected-accounts") */}
        <Section id="devices" lead="Where you are signed in. End what you don’t know." title="Devices">
          <DisabledUntilHydrated>
            <Sessions sessions={await listDeviceSessions(user.id, session.token)} />
          </DisabledUntilHydrated>
        </Section>
        {/* Here: Personal access tokens (id="personal-access-tokens") */}
        <Section
          id="activity"
          lead="What has happened to your account. Change your password if it wasn’t you."
          title="Recent activity"
        >
          <RecentActivity entries={await listRecentActivity(user.id)} />
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
