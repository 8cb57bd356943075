import { getAuth } from "../auth.ts";

/** What the settings page shows of a user's two-step sign-in. */
export type TwoStepState = { isEnabled: boolean; hasPassword: boolean; codesLeft: number };

type User = { id: string; twoFactorEnabled?: boolean | null | undefined };

export async function readTwoStepState({ id, twoFactorEnabled }: User): Promise<TwoStepState> {
  const auth = await getAuth();
  const { internalAdapter } = await auth.$context;
  const isEnabled = Boolean(twoFactorEnabled);
  const account = await internalAdapter.findCredentialAccount(id);
  return { isEnabled, hasPassword: Boolean(account?.password), codesLeft: isEnabled ? await countCodes(id) : 0 };
}

async function countCodes(userId: string): Promise<number> {
  const { backupCodes } = await (await getAuth()).api.viewBackupCodes({ body: { userId } });
  return backupCodes.length;
}
