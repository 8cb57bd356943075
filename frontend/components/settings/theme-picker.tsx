"use client";

import { useState } from "react";
import { applyTheme, THEMES, type Theme } from "@/lib/theme";

const LABELS: Record<Theme, string> = { system: "As the system", light: "Light", dark: "Dark" };

export function ThemePicker({ initial }: { initial: Theme }) {
  const [theme, setTheme] = useState(initial);

  function select(next: Theme) {
    setTheme(next);
    applyTheme(next);
  }

  return (
    <fieldset className="flex flex-wrap gap-2">
      <legend className="sr-only">Theme</legend>
      {THEMES.map((each) => (
        <label
          className="flex min-h-11 cursor-pointer items-center gap-2.5 rounded-[0.625rem] border border-control px-4 font-medium has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          key={each}
        >
          <input
            checked={theme === each}
            className="size-4 appearance-none forced-colors:appearance-auto rounded-full border-2 border-control bg-clip-content p-0.5 outline-none checked:border-accent checked:bg-accent"
            name="theme"
            onChange={() => select(each)}
            type="radio"
            value={each}
          />
          {LABELS[each]}
        </label>
      ))}
    </fieldset>
  );
}
