import type { GenericEndpointContext, Where } from "better-auth";

/** Removes passkeys and connected accounts of a user, all of them or those that were added since then. */
export async function removePasskeysAndAccounts(
  { context: { adapter, tables } }: GenericEndpointContext,
  userId: string,
  since?: Date,
): Promise<void> {
  const where: Where[] = [
    { field: "userId", value: userId },
    ...(since ? [{ field: "createdAt", operator: "gte" as const, value: since }] : []),
  ];
  await adapter.deleteMany({
    model: "account",
    where: [...where, { field: "providerId", operator: "ne", value: "credential" }],
  });
  if (tables.passkey) await adapter.deleteMany({ model: "passkey", where });
}

/** Turns two-step sign-in of a user off, in any case or only if it was set up since then. */
export async function removeTwoStep(
  { context: { adapter, internalAdapter } }: GenericEndpointContext,
  userId: string,
  since?: Date,
): Promise<void> {
  const where: Where[] = [
    { field: "userId", value: userId },
    ...(since ? [{ field: "createdAt", operator: "gte" as const, value: since }] : []),
  ];
  const removed = await adapter.deleteMany({ model: "twoFactor", where });
  if (removed > 0) await internalAdapter.updateUser(userId, { twoFactorEnabled: false });
}
