"use client";

import { type ComponentProps, type ReactNode, useId } from "react";

type Props = ComponentProps<"input"> & {
  label: string;
  hint?: ReactNode;
  /** The error message below the input. */
  error?: string | undefined;
  /** An element inside the input, at its end. */
  end?: ReactNode;
};

/** A native input with its label, hint and error, which password managers and screen readers support. */
export function Field({ label, hint, error, end, ...input }: Props) {
  const id = useId();
  const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ") || undefined;
  return (
    <div className="grid grid-cols-1 gap-1.5">
      <label className="text-sm font-medium" htmlFor={id}>
        {label}
      </label>
      <div className="relative">
        <input
          aria-describedby={describedBy}
          aria-invalid={error ? true : undefined}
          className={`control ${end ? "pr-12" : ""}`}
          id={id}
          {...input}
        />
        {end && <div className="absolute inset-y-0 right-0.5 flex items-center">{end}</div>}
      </div>
      {error && (
        <p className="text-sm font-medium text-danger" id={`${id}-error`}>
          {error}
        </p>
      )}
      {hint && (
        <p className="text-sm text-muted" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
