import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import { type AuthError, type AuthResult, get, post, type User } from "./auth-client.ts";
import type { PasskeyEntry } from "./server/passkeys.ts";

/** Loaded when a passkey is used, because few visits need it. */
const loadWebAuthn = () => import("@simplewebauthn/browser");

/** The user has closed the browser's dialog. It is not shown as an error. */
export const CANCELLED = "AUTH_CANCELLED";

/** Why passkeys cannot be used on this page, or undefined. Browsers offer them under https and on localhost only. */
export function passkeysUnavailable(): string | undefined {
  const { hostname, port } = window.location;
  const isAddress = hostname.startsWith("[") || /^\d+(\.\d+){3}$/.test(hostname);
  if (hostname === "127.0.0.1" || hostname === "[::1]")
    return `Passkeys need a name instead of an address. Open this app at http://localhost${port && `:${port}`} to use them.`;
  if (isAddress) return "Passkeys need a name instead of an address. Open this app by its name to use them.";
  if (!window.isSecureContext) return "Passkeys need an encrypted connection. Open this app with https to use them.";
  if (!("PublicKeyCredential" in window)) return "This browser has no passkeys. Use a newer one to add one.";
  return undefined;
}

/** Better Auth's passkey client, reduced to what this app calls, with the names of its methods. */
export const passkeyClient = {
  /**
   * Signs in, or authenticates the signed-in user again. With `autoFill` it waits until the user chooses a passkey in the
   * autofill of a field, and whatever ends it before counts as cancelled.
   */
  signIn: async ({ autoFill = false } = {}): Promise<AuthResult<{ user: User }>> => {
    if (autoFill && !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return CANCELLATION;
    const options = await get<PublicKeyCredentialRequestOptionsJSON>("passkey/generate-authenticate-options");
    if (options.error) return autoFill ? CANCELLATION : options;
    try {
      const { startAuthentication } = await loadWebAuthn();
      const response = await startAuthentication({ optionsJSON: options.data, useBrowserAutofill: autoFill });
      const result = await post<{ user: User }>("passkey/verify-authentication", { response });
      if (result.error?.code === "PASSKEY_NOT_FOUND") hidePasskey(options.data.rpId, response.id);
      return result;
    } catch (error) {
      return autoFill ? CANCELLATION : { data: null, error: ceremonyError(error) };
    }
  },
  /** Ends a ceremony that waits for the user. */
  cancel: () => void loadWebAuthn().then(({ WebAuthnAbortService }) => WebAuthnAbortService.cancelCeremony()),
  addPasskey: async (): Promise<AuthResult<{ passkey: PasskeyEntry }>> => {
    const options = await get<PublicKeyCredentialCreationOptionsJSON>("passkey/generate-register-options");
    if (options.error) return options;
    try {
      const { startRegistration } = await loadWebAuthn();
      const response = await startRegistration({ optionsJSON: options.data });
      return await post<{ passkey: PasskeyEntry }>("passkey/verify-registration", { response });
    } catch (error) {
      return { data: null, error: ceremonyError(error) };
    }
  },
  updatePasskey: (body: { id: string; name: string }) =>
    post<{ passkey: PasskeyEntry }>("passkey/update-passkey", body),
  deletePasskey: (body: { id: string }) => post<unknown>("passkey/delete-passkey", body),
};

const CANCELLATION = {
  data: null,
  error: { code: CANCELLED, message: "No passkey was used. Nothing was changed." },
} satisfies AuthResult<never>;

type SignalingConstructor = { signalUnknownCredential?: (passkey: object) => Promise<void> };

/** Password managers stop to offer a passkey that was removed from its account (WebAuthn Level 3, §5.1.10.1). */
function hidePasskey(rpId: string | undefined, credentialId: string): void {
  const { signalUnknownCredential } = PublicKeyCredential as unknown as SignalingConstructor;
  signalUnknownCredential?.call(PublicKeyCredential, { rpId, credentialId }).catch(() => {});
}

/** The names of the browser's errors (WebAuthn §5.1.3 and §5.1.4). */
function ceremonyError(error: unknown): AuthError {
  const { name, cause } = error as { name?: string; cause?: { name?: string } };
  switch (cause?.name ?? name) {
    case "AbortError":
    case "NotAllowedError":
      return CANCELLATION.error;
    case "InvalidStateError":
      return { message: "This device has a passkey for your account already. You can use it." };
    case "SecurityError":
      return { message: "Passkeys don’t work at this address. Open the app at its usual address." };
    case "NotSupportedError":
    case "ConstraintError":
      return { message: "This device can’t make a passkey that asks for your fingerprint, face or PIN." };
    default:
      return { message: "That did not work. Nothing was changed; try again." };
  }
}
