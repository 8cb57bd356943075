import { Children, isValidElement, type ReactNode } from "react";
import { Chevron } from "../ui/icons.tsx";
import { Section, type SectionProps } from "./section.tsx";
import { type SectionLink, SectionLinks } from "./section-links.tsx";

/**
 * The sections of the settings page, and links to them: beside them on wide screens, above them on others. The links work
 * without script. Each child is a {@link Section}, or false where a section does not apply.
 */
export function SettingsSections({ children }: { children: ReactNode }) {
  const links = Children.toArray(children).map(linkOf);
  return (
    <>
      <nav
        aria-label="Settings"
        className="sticky top-8 col-start-1 row-start-2 hidden self-start justify-self-end xl:block"
      >
        <SectionLinks className="w-52" links={links} />
      </nav>
      <div className="grid min-w-0 grid-cols-1 gap-6 xl:col-start-2 xl:row-start-2">
        <nav aria-label="Settings" className="card xl:hidden">
          <details className="group">
            <summary className="flex min-h-12 cursor-pointer list-none items-center justify-between rounded-2xl px-5 font-medium sm:px-6 [&::-webkit-details-marker]:hidden">
              On this page
              <Chevron className="text-muted group-open:rotate-180" />
            </summary>
            <SectionLinks className="border-t border-line p-2 min-[22rem]:grid-cols-2 sm:px-3" links={links} />
          </details>
        </nav>
        {children}
      </div>
    </>
  );
}

function linkOf(child: ReactNode): SectionLink {
  if (isValidElement<SectionProps>(child) && child.type === Section)
    return { id: child.props.id, title: child.props.title };
  throw new Error("every child of SettingsSections must be a Section, which has the text of the link to it");
}
