/** Where `data/` stands. The standalone server changes into its own folder, which the next build throws away. */
export function projectRoot(directory = process.cwd()): string {
  return directory.split("/.next/")[0] ?? directory;
}
