import { getAuth, getConfig } from "../auth.ts";
import { canSignInWithout } from "./social-sign-in.ts";

/** A configured provider, and the user's account there if it is connected. */
export type ConnectedAccount = {
  provider: string;
  name: string;
  accountId: string | undefined;
  /** RFC 3339. */
  since: string | undefined;
  canDisconnect: boolean;
};

export type SignInMethods = { hasPassword: boolean; connectedAccounts: ConnectedAccount[] };

/** How the user can sign in. */
export async function listSignInMethods(userId: string): Promise<SignInMethods> {
  const { internalAdapter } = await (await getAuth()).$context;
  const accounts = await internalAdapter.findAccounts(userId);
  const providers = getConfig().socialProviders;
  return {
    hasPassword: accounts.some(({ providerId }) => providerId === "credential"),
    connectedAccounts: providers.map(({ id, name }) => {
      const account = accounts.find(({ providerId }) => providerId === id);
      return {
        provider: id,
        name,
        accountId: account?.id,
        since: account?.createdAt.toISOString(),
        canDisconnect: account !== undefined && canSignInWithout(accounts, account.id, providers),
      };
    }),
  };
}
