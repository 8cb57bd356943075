"use client";

import { type ComponentProps, useState } from "react";
import { DisabledUntilHydrated } from "./disabled-until-hydrated.tsx";
import { Field } from "./field.tsx";
import { Eye } from "./icons.tsx";

/** A password input with a button that shows the password. */
export function PasswordField({
  label = "Password",
  ...props
}: Omit<ComponentProps<typeof Field>, "label"> & { label?: string }) {
  const [isVisible, setVisible] = useState(false);
  return (
    <Field
      {...props}
      autoCapitalize="none"
      end={
        <DisabledUntilHydrated>
          <button
            aria-label={`Show ${label.toLowerCase()}`}
            aria-pressed={isVisible}
            className={`inline-grid size-10 place-items-center rounded-lg ${isVisible ? "text-accent" : "text-muted"}`}
            onClick={() => setVisible(!isVisible)}
            type="button"
          >
            <Eye />
          </button>
        </DisabledUntilHydrated>
      }
      label={label}
      spellCheck={false}
      type={isVisible ? "text" : "password"}
    />
  );
}
