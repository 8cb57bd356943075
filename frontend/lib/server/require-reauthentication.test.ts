import { expect, it, vi } from "vitest";
import { requireReauthentication } from "./require-reauthentication.ts";
import { currentSession } from "./session.ts";

vi.mock("./session.ts", () => ({ currentSession: vi.fn() }));

const withSession = (session: { id: string; reauthenticatedAt?: Date } | undefined) =>
  vi.mocked(currentSession).mockResolvedValue((session ? { session } : null) as never);

it("server action without a recent reauthentication is refused with a digest that the page reads", async () => {
  const expired = new Date(Date.now() - 5 * 60_000);
  for (const session of [undefined, { id: "a" }, { id: "a", reauthenticatedAt: expired }]) {
    withSession(session);
    await expect(requireReauthentication()).rejects.toMatchObject({ digest: "REAUTHENTICATION_REQUIRED" });
  }
  withSession({ id: "a", reauthenticatedAt: new Date() });
  await expect(requireReauthentication()).resolves.toBeUndefined();
});
