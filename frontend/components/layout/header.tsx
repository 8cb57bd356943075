import Link from "next/link";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { Mark } from "../ui/icons.tsx";
import { UserMenu } from "./user-menu.tsx";

export function Header() {
  return (
    <header className="mx-auto flex w-full max-w-2xl items-center justify-between px-4 pt-4">
      <Link className="-ml-1 flex min-h-11 items-center gap-2.5 rounded-lg px-1 font-semibold" href="/tasks">
        <Mark size={26} />
        Todo
      </Link>
      <DisabledUntilHydrated>
        <UserMenu />
      </DisabledUntilHydrated>
    </header>
  );
}
