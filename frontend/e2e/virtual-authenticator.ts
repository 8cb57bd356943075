import type { Page } from "@playwright/test";

export type VirtualAuthenticator = {
  /** Whether it verifies the user. */
  setUserVerified: (isUserVerified: boolean) => Promise<void>;
  /** Whether the user confirms by itself. */
  setPresent: (isPresent: boolean) => Promise<void>;
  credentials: () => Promise<{ credentialId: string; rpId?: string; signCount: number }[]>;
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
    setUserVerified: async (isUserVerified) =>
      void (await client.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified })),
    setPresent: async (enabled) =>
      void (await client.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled })),
    credentials: async () => (await client.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
  };
}
