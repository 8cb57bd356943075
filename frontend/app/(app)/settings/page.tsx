import type { Metadata } from "next";
import { cookies } from "next/headers";
import Link from "next/link";
import type { ReactNode } from "react";
import { ChangePassword } from "@/components/settings/change-password";
import { DeleteAccount } from "@/components/settings/delete-account";
import { PersonalTokens } from "@/components/settings/personal-tokens";
import { RecentActivity } from "@/components/settings/recent-activity";
import { Sessions } from "@/components/settings/sessions";
import { ThemePicker } from "@/components/settings/theme-picker";
import { DisabledUntilHydrated } from "@/components/ui/disabled-until-hydrated";
import { Back } from "@/components/ui/icons";
import { getConfig } from "@/lib/auth";
import { listPersonalTokens } from "@/lib/server/personal-tokens";
import { listRecentActivity } from "@/lib/server/recent-activity";
import { requireSession } from "@/lib/server/session";
import { listDeviceSessions } from "@/lib/server/sessions";
import { parseTheme, THEME_COOKIE } from "@/lib/theme";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPage() {
  const { user, session } = await requireSession("/settings");
  const theme = parseTheme((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <main className="mx-auto grid w-full max-w-2xl gap-6 px-4 pt-6 pb-32 sm:pt-10">
      <div className="flex items-center gap-1">
        <Link
          aria-label="Back to the tasks"
          className="-ml-3 inline-grid size-11 place-items-center rounded-full text-muted hover:bg-accent-soft hover:text-text"
          href="/tasks"
        >
          <Back />
        </Link>
        <h1 className="text-title font-semibold tracking-tight">Settings</h1>
      </div>
      <Section title="You">
        <dl className="grid gap-3 sm:grid-cols-2">
          <div className="min-w-0">
            <dt className="text-sm text-muted">Name</dt>
            <dd className="truncate font-medium">{user.name}</dd>
          </div>
          <div className="min-w-0">
            <dt className="text-sm text-muted">E-mail</dt>
            <dd className="truncate font-medium">{user.email}</dd>
          </div>
        </dl>
      </Section>
      <Section title="Appearance">
        <DisabledUntilHydrated>
          <ThemePicker initial={theme} />
        </DisabledUntilHydrated>
      </Section>
      <Section lead="Your other devices are signed out when you change it." title="Password">
        <ChangePassword email={user.email} />
      </Section>
      <Section lead="Where you are signed in. End what you don’t know." title="Devices">
        <DisabledUntilHydrated>
          <Sessions sessions={await listDeviceSessions(user.id, session.token)} />
        </DisabledUntilHydrated>
      </Section>
      <Section
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
      <Section lead="What has happened to your account. Change your password if it wasn’t you." title="Recent activity">
        <RecentActivity entries={await listRecentActivity(user.id)} />
      </Section>
      <Section lead="Your account and all of your tasks, for good." title="Delete account">
        <DisabledUntilHydrated>
          <DeleteAccount />
        </DisabledUntilHydrated>
      </Section>
    </main>
  );
}

function Section({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  return (
    <section className="card grid grid-cols-1 gap-4 p-5 sm:p-6">
      <div className="grid grid-cols-1 gap-0.5">
        <h2 className="text-lg font-semibold">{title}</h2>
        {lead && <p className="text-sm text-muted">{lead}</p>}
      </div>
      {children}
    </section>
  );
}
