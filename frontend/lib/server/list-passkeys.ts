import type { Passkey } from "@better-auth/passkey";
import { getAuth } from "../auth.ts";
import { MAX_PASSKEYS_PER_ACCOUNT, type PasskeyEntry, toPasskeyEntry } from "./passkeys.ts";

/** The user's passkeys, latest first. */
export async function listPasskeys(userId: string): Promise<PasskeyEntry[]> {
  const { adapter } = await (await getAuth()).$context;
  const rows = await adapter.findMany<Passkey>({
    model: "passkey",
    where: [{ field: "userId", value: userId }],
    sortBy: { field: "createdAt", direction: "desc" },
    // Two passkeys that are added at the same time may exceed the maximum.
    limit: 2 * MAX_PASSKEYS_PER_ACCOUNT,
  });
  return rows.map(toPasskeyEntry);
}
