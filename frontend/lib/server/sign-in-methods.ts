import type { GenericEndpointContext, User, Where } from "better-auth";

/** Removes passkeys and connected accounts of a user: all, or those that were added since then. */
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

/** Turns two-step sign-in of a user off: in any case, or if it was turned on since then. */
export async function removeTwoStep(
  { context: { adapter, internalAdapter } }: GenericEndpointContext,
  userId: string,
  since?: Date,
): Promise<void> {
  if (since && !(await isTurnedOnSince(adapter, userId, since))) return;
  await adapter.deleteMany({ model: "twoFactor", where: [{ field: "userId", value: userId }] });
  await internalAdapter.updateUser(userId, { twoFactorEnabled: false });
}

type TwoStepUser = User & { twoFactorEnabledAt?: Date | null };

async function isTurnedOnSince(
  adapter: GenericEndpointContext["context"]["adapter"],
  userId: string,
  since: Date,
): Promise<boolean> {
  const user = await adapter.findOne<TwoStepUser>({ model: "user", where: [{ field: "id", value: userId }] });
  return Boolean(user?.twoFactorEnabledAt && new Date(user.twoFactorEnabledAt) >= since);
}
