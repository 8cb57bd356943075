/** Once, before the first request: what would fail then fails now, in one line, and the process ends. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { start } = await import("./lib/server/bootstrap.ts");
  await start();
}
