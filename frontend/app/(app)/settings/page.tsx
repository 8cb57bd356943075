import type { Metadata } from "next";
import { cookies } from "next/headers";
import Link from "next/link";
import { ChangePassword } from "@/components/settings/change-password";
import { DeleteAccount } from "@/components/settings/delete-account";
import { ExportData } from "@/components/settings/export-data";
import { NameRow } from "@/components/settings/name-row";
import { ProfileRow } from "@/components/settings/profile-row";
import { RecentActivity } from "@/components/settings/recent-activity";
import { Section } from "@/components/settings/section";
import { Sessions } from "@/components/settings/sessions";
import { SettingsSections } from "@/components/settings/settings-sections";
import { ThemePicker } from "@/components/settings/theme-picker";
import { DisabledUntilHydrated } from "@/components/ui/disabled-until-hydrated";
import { Back } from "@/components/ui/icons";
import { listRecentActivity } from "@/lib/server/recent-activity";
import { requireSession } from "@/lib/server/session";
import { listDeviceSessions } from "@/lib/server/sessions";
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
        </Section>
        <Section id="appearance" title="Appearance">
          <DisabledUntilHydrated>
            <ThemePicker initial={theme} />
          </DisabledUntilHydrated>
        </Section>
        <Section id="password" lead="Your other devices are signed out when you change it." title="Password">
          <ChangePassword email={user.email} />
        </Section>
        {/* Here: Two-step sign-in (id="two-step"), Passkeys (id="passkeys"), Connected accounts (id="connected-accounts") */}
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
