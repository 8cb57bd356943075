"use client";

import { useRouter } from "next/navigation";
import { Button } from "react-aria-components/Button";
import { Menu, MenuItem, MenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { useCurrentUser } from "@/hooks/use-current-user";
import { useSignOut } from "@/hooks/use-sign-out";
import { SignOut, Sliders } from "../ui/icons.tsx";

const itemClass =
  "flex min-h-11 cursor-pointer items-center gap-3 rounded-lg px-3 outline-none data-[focused]:bg-accent-soft data-[focused]:text-text";

export function UserMenu() {
  const { name, email } = useCurrentUser();
  const signOut = useSignOut();
  const router = useRouter();
  return (
    <MenuTrigger>
      <Button aria-label={`Account of ${name}`} className="grid size-11 place-items-center rounded-full">
        <span className="grid size-9 place-items-center rounded-full bg-accent-soft text-sm font-semibold text-accent">
          {initialsOf(name)}
        </span>
      </Button>
      <Popover
        className="w-64 rounded-xl border border-line bg-raised p-1.5 shadow-pop data-[entering]:appear"
        offset={6}
        placement="bottom end"
      >
        <div className="border-b border-line px-3 pt-2 pb-3">
          <p className="truncate font-medium">{name}</p>
          <p className="truncate text-sm text-muted">{email}</p>
        </div>
        <Menu aria-label="Account" className="mt-1.5 outline-none">
          <MenuItem className={itemClass} onAction={() => router.push("/settings")}>
            <Sliders className="text-muted" /> Settings
          </MenuItem>
          <MenuItem className={itemClass} onAction={() => void signOut()}>
            <SignOut className="text-muted" /> Sign out
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

/** The initials of the first and the last name. */
function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const names = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return names
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toUpperCase();
}
