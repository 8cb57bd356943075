"use client";

import { type ComponentProps, type ReactNode, useId } from "react";

type Props = Omit<ComponentProps<"input">, "type"> & { label: string; hint?: ReactNode };

/** A native checkbox with its label and hint. */
export function Checkbox({ label, hint, ...input }: Props) {
  const id = useId();
  return (
    <div className="grid grid-cols-1">
      <label className="flex min-h-11 items-center gap-3 font-medium" htmlFor={id}>
        <input
          aria-describedby={hint ? `${id}-hint` : undefined}
          className="size-5 shrink-0 accent-accent"
          id={id}
          type="checkbox"
          {...input}
        />
        {label}
      </label>
      {hint && (
        <p className="text-sm text-muted" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
