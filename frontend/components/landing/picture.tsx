import type { StaticImageData } from "next/image";
import type { Theme } from "@/lib/theme";
import phoneDark from "./images/phone-dark.webp";
import phoneLight from "./images/phone-light.webp";
import tasksDark from "./images/tasks-dark.webp";
import tasksLight from "./images/tasks-light.webp";

/** Tailwind's `sm` begins at 640 px. */
const PHONE = "(max-width: 639px)";
const DARK = "(prefers-color-scheme: dark)";

/** A screenshot of the list, twice as large as it is shown. It follows the chosen theme, or the one of the system. */
export function Picture({ theme }: { theme: Theme }) {
  const [tasks, phone] = theme === "dark" ? [tasksDark, phoneDark] : [tasksLight, phoneLight];
  return (
    <picture className="mx-auto block w-full max-w-[46rem] overflow-hidden rounded-2xl border border-line shadow-pop">
      {theme === "system" && <Source image={phoneDark} media={`${PHONE} and ${DARK}`} />}
      <Source image={phone} media={PHONE} />
      {theme === "system" && <Source image={tasksDark} media={DARK} />}
      <img
        alt="A list with four open tasks, such as “Water the fig tree”, and two that are ticked off. Above it is a field for the next task."
        className="h-auto w-full"
        fetchPriority="high"
        height={tasks.height}
        src={tasks.src}
        width={tasks.width}
      />
    </picture>
  );
}

/** With its size, so that nothing moves when it is loaded. */
const Source = ({ image, media }: { image: StaticImageData; media: string }) => (
  <source height={image.height} media={media} srcSet={image.src} width={image.width} />
);
