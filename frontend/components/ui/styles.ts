const base =
  "inline-flex min-h-11 items-center justify-center gap-2 rounded-[0.625rem] px-4 font-semibold transition-colors select-none disabled:cursor-not-allowed";

/** Class names of buttons, and of links that look like one. */
export const button = {
  primary: `${base} bg-accent text-on-accent hover:bg-accent-strong forced-colors:border forced-colors:text-[ButtonText]`,
  quiet: `${base} border border-control text-text hover:bg-accent-soft`,
  danger: `${base} border border-danger text-danger hover:bg-danger-soft`,
  icon: "inline-grid size-11 shrink-0 place-items-center rounded-[0.625rem] text-muted transition-colors hover:bg-accent-soft hover:text-text",
};

export const link = "font-medium text-accent underline decoration-1 underline-offset-4 hover:text-accent-strong";
