/** The directory of `data/`. The standalone server changes to `.next/standalone`, which the next build replaces. */
export function projectRoot(workingDirectory = process.cwd()): string {
  return workingDirectory.split("/.next/")[0] ?? workingDirectory;
}
