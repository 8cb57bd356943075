"use client";

import { type ComponentProps, useState } from "react";
import { DisabledUntilHydrated } from "./disabled-until-hydrated.tsx";
import { Field } from "./field.tsx";
import { Eye } from "./icons.tsx";

/** A password that can be looked at. Pasting and filling in work as in any other field. */
export function PasswordField({
  label = "Password",
  ...props
}: Omit<ComponentProps<typeof Field>, "label"> & { label?: string }) {
  const [isShown, show] = useState(false);
  return (
    <Field
      {...props}
      autoCapitalize="none"
      end={
        <DisabledUntilHydrated>
          <button
            aria-label={`Show ${label.toLowerCase()}`}
            aria-pressed={isShown}
            className={`inline-grid size-10 place-items-center rounded-lg ${isShown ? "text-accent" : "text-muted"}`}
            onClick={() => show(!isShown)}
            type="button"
          >
            <Eye />
          </button>
        </DisabledUntilHydrated>
      }
      label={label}
      spellCheck={false}
      type={isShown ? "text" : "password"}
    />
  );
}
