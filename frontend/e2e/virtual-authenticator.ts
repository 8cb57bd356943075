import type { CDPSession, Page } from "@playwright/test";

export type VirtualAuthenticator = {
  client: CDPSession;
  id: string;
  /** Whether it verifies the user. */
  setUserVerified: (isUserVerified: boolean) => Promise<void>;
  credentials: () => Promise<{ credentialId: string; rpId?: string; signCount: number }[]>;
  remove: () => Promise<void>;
};

/** A built-in authenticator with a user who always confirms. */
export async function addVirtualAuthenticator(page: Page): Promise<VirtualAuthenticator> {
  const client = await page.context().newCDPSession(page);
  await client.send("WebAuthn.enable");
  const { authenticatorId } = await client.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    client,
    id: authenticatorId,
    setUserVerified: async (isUserVerified) =>
      void (await client.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified })),
    credentials: async () => (await client.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    remove: async () => void (await client.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId })),
  };
}
