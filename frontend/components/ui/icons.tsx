import type { SVGProps } from "react";

type Props = SVGProps<SVGSVGElement>;

/** Line icons on a grid of 20 units. They are hidden from screen readers: the element around them has the label. */
function Icon(props: Props) {
  return (
    <svg
      aria-hidden="true"
      fill="none"
      height={20}
      stroke="currentColor"
      strokeLinecap="round"
      strokeLinejoin="round"
      strokeWidth={1.75}
      viewBox="0 0 20 20"
      width={20}
      {...props}
    />
  );
}

export const Check = (props: Props) => (
  <Icon {...props}>
    <path d="m5 10.4 3.4 3.4L15 6.8" />
  </Icon>
);
export const Plus = (props: Props) => (
  <Icon {...props}>
    <path d="M10 4.5v11M4.5 10h11" />
  </Icon>
);
export const Key = (props: Props) => (
  <Icon {...props}>
    <path d="M7 13.5a3.5 3.5 0 1 1 3.2-4.9H17v3h-2v2h-2.6v-2h-2.2A3.5 3.5 0 0 1 7 13.5M6.6 10h.1" />
  </Icon>
);
export const Trash = (props: Props) => (
  <Icon {...props}>
    <path d="M4.5 6h11M8 6V4.5h4V6M6 6l.6 9.5h6.8L14 6M8.6 9v3.8M11.4 9v3.8" />
  </Icon>
);
export const Note = (props: Props) => (
  <Icon {...props}>
    <path d="M5 5.5h10M5 10h10M5 14.5h6" />
  </Icon>
);
export const Eye = (props: Props) => (
  <Icon {...props}>
    <path d="M2.5 10S5.2 5 10 5s7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5Z" />
    <circle cx="10" cy="10" r="2.2" />
  </Icon>
);
export const Sliders = (props: Props) => (
  <Icon {...props}>
    <path d="M3.5 6.5h6M15 6.5h1.5M3.5 13.5H5M10.5 13.5h6" />
    <circle cx="12.2" cy="6.5" r="2.2" />
    <circle cx="7.8" cy="13.5" r="2.2" />
  </Icon>
);
export const SignOut = (props: Props) => (
  <Icon {...props}>
    <path d="M8 4H5v12h3M9 10h8M14 7l3 3-3 3" />
  </Icon>
);
export const Back = (props: Props) => (
  <Icon {...props}>
    <path d="M12 4.5 6.5 10l5.5 5.5" />
  </Icon>
);
export const Chevron = (props: Props) => (
  <Icon {...props}>
    <path d="m5 7.8 5 5 5-5" />
  </Icon>
);
export const Return = (props: Props) => (
  <Icon {...props}>
    <path d="M16 4.5v5a2.5 2.5 0 0 1-2.5 2.5H4.5M8 8.5 4.5 12 8 15.5" />
  </Icon>
);
export const Person = (props: Props) => (
  <Icon {...props}>
    <circle cx="10" cy="6.8" r="3" />
    <path d="M4 16.5c.6-3 3-4.5 6-4.5s5.4 1.5 6 4.5" />
  </Icon>
);
export const Warning = (props: Props) => (
  <Icon {...props}>
    <path d="M10 6.2v4.6M10 13.6v.1M10 2.8l7.6 13.4H2.4z" />
  </Icon>
);

/** The logo. */
export function Mark({ size = 32 }: { size?: number }) {
  return (
    <svg aria-hidden="true" height={size} viewBox="0 0 32 32" width={size}>
      <rect fill="var(--c-accent)" height="32" rx="9" width="32" />
      <path
        d="m9.5 16.8 4.4 4.4 8.8-9.6"
        fill="none"
        stroke="var(--c-on-accent)"
        strokeLinecap="round"
        strokeLinejoin="round"
        strokeWidth={3.2}
      />
    </svg>
  );
}
