import type { ReactNode } from "react";

export type SectionProps = {
  /** The fragment of the section's address: /settings#id. */
  id: string;
  /** The heading, and the text of the link to the section. */
  title: string;
  lead?: string;
  children?: ReactNode;
};

/** A part of the settings page. {@link SettingsSections} adds the link to it. */
export function Section({ id, title, lead, children }: SectionProps) {
  return (
    <section
      aria-labelledby={`${id}-title`}
      className="card grid scroll-mt-6 grid-cols-1 gap-4 p-5 target:border-accent sm:p-6"
      id={id}
    >
      <div className="grid grid-cols-1 gap-0.5">
        <h2 className="text-lg font-semibold" id={`${id}-title`}>
          {title}
        </h2>
        {lead && <p className="text-sm text-muted">{lead}</p>}
      </div>
      {children}
    </section>
  );
}
