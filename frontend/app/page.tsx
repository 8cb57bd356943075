import type { Metadata } from "next";
import { cookies } from "next/headers";
import Link from "next/link";
import { redirect } from "next/navigation";
import type { ReactNode } from "react";
import preview from "@/components/landing/images/preview.jpg";
import { Picture } from "@/components/landing/picture";
import { Check, Mark, Person, Return } from "@/components/ui/icons";
import { button, link } from "@/components/ui/styles";
import { getConfig } from "@/lib/auth";
import { currentSession } from "@/lib/server/session";
import { parseTheme, THEME_COOKIE } from "@/lib/theme";

const TITLE = "Todo: a calm place for what there is to do";
const DESCRIPTION = "Write tasks down, tick them off, and find them on every device. No advertisements, no trackers.";

/** Per request, because links to the preview image contain the address of this app. */
export function generateMetadata(): Metadata {
  const { baseUrl } = getConfig();
  return {
    metadataBase: new URL(baseUrl),
    title: { absolute: TITLE },
    description: DESCRIPTION,
    // The other pages are of no use to a search engine.
    robots: { index: true },
    alternates: { canonical: "/" },
    openGraph: {
      type: "website",
      url: "/",
      siteName: "Todo",
      title: TITLE,
      description: DESCRIPTION,
      images: [{ url: preview.src, width: preview.width, height: preview.height, alt: "A list of tasks in Todo" }],
    },
    twitter: { card: "summary_large_image" },
  };
}

/** What this is, for visitors who are not signed in. */
export default async function LandingPage() {
  if (await currentSession()) redirect("/tasks");
  const theme = parseTheme((await cookies()).get(THEME_COOKIE)?.value);
  const { sourceUrl } = getConfig();
  return (
    <div className="mx-auto grid w-full max-w-5xl grid-cols-1 px-4 sm:px-6">
      <header className="flex items-center justify-between gap-4 py-4">
        <p className="flex items-center gap-2.5 font-semibold">
          <Mark size={26} />
          Todo
        </p>
        <nav aria-label="Account">
          <Link className={`${link} inline-flex min-h-11 items-center px-1`} href="/sign-in">
            Sign in
          </Link>
        </nav>
      </header>
      <main className="grid grid-cols-1 gap-16 pt-12 pb-16 sm:gap-24 sm:pt-20 sm:pb-24">
        <div className="grid grid-cols-1 gap-12 sm:gap-16">
          <div className="mx-auto grid max-w-2xl grid-cols-1 justify-items-center gap-5 text-center">
            <h1 className="text-hero font-semibold tracking-tight text-balance">
              A calm place for what there is to do.
            </h1>
            <p className="max-w-lg text-lg text-pretty text-muted">
              Todo keeps your tasks in one clear list, on every device that you sign in on.
            </p>
            <div className="mt-2 flex flex-wrap justify-center gap-3">
              <Link className={`${button.primary} px-6`} href="/sign-up">
                Create an account
              </Link>
              <Link className={`${button.quiet} px-6`} href="/sign-in">
                Sign in
              </Link>
            </div>
          </div>
          <Picture theme={theme} />
        </div>
        <ul className="grid grid-cols-1 gap-8 sm:grid-cols-3 sm:gap-10">
          <Point icon={<Return />} title="Written down in a moment">
            Type a task and press Enter; the next one can follow. The keyboard is enough for everything.
          </Point>
          <Point icon={<Check />} title="Nothing lost by accident">
            A deleted task comes back with Undo. When a change can’t be saved, you are told so.
          </Point>
          <Point icon={<Person />} title="Yours">
            No other user sees your tasks. The settings show where you are signed in and what has happened to your
            account.
          </Point>
        </ul>
        <section className="card mx-auto grid max-w-2xl grid-cols-1 gap-2 p-6 sm:p-8">
          <h2 className="text-lg font-semibold">Your privacy</h2>
          <p className="text-pretty text-muted">
            Todo stores your name, your e-mail address and your tasks, and the time, the device and the network address
            of your sign-ins. There are no advertisements and no trackers, and these pages load nothing from anybody
            else. When you delete your account in the settings, all of that is deleted with it; a log of security events
            remains, which has no names and no e-mail addresses.
          </p>
        </section>
      </main>
      <footer className="flex flex-wrap items-center justify-between gap-x-6 border-t border-line py-4 text-sm text-muted">
        <p className="py-2.5">Todo</p>
        <p className="flex flex-wrap gap-x-6">
          {sourceUrl && (
            <a className={`${link} inline-flex min-h-11 items-center`} href={sourceUrl} rel="noreferrer">
              Source code
            </a>
          )}
          <Link className={`${link} inline-flex min-h-11 items-center`} href="/sign-up">
            Create an account
          </Link>
        </p>
      </footer>
    </div>
  );
}

function Point({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <li className="grid grid-cols-1 content-start gap-2">
      <span className="mb-1 grid size-9 place-items-center rounded-full bg-accent-soft text-accent">{icon}</span>
      <h2 className="font-semibold">{title}</h2>
      <p className="text-pretty text-muted">{children}</p>
    </li>
  );
}
