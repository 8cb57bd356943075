import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { CANCELLED, passkeyClient, passkeysUnavailable } from "./passkey-client.ts";

const browser = vi.hoisted(() => ({ startAuthentication: vi.fn(), startRegistration: vi.fn() }));
vi.mock("@simplewebauthn/browser", () => browser);

/** Answers requests by the last part of their path: a status and a body. */
function answer(responses: Record<string, [number, object]>): string[] {
  const requested: string[] = [];
  vi.stubGlobal("fetch", async (url: string) => {
    const name = url.split("/").at(-1) ?? "";
    requested.push(name);
    const [status, body] = responses[name] ?? [404, {}];
    return Response.json(body, { status });
  });
  return requested;
}

const cause = (name: string) => Object.assign(new Error("from the browser"), { cause: { name } });

function openPage(href: string, members: object = { isSecureContext: true, PublicKeyCredential: {} }): void {
  const { hostname, port } = new URL(href);
  vi.stubGlobal("window", { location: { hostname, port }, ...members });
}

beforeEach(() => void vi.resetAllMocks());
afterEach(() => void vi.unstubAllGlobals());

it("dialog that the user closes is a cancellation", async () => {
  const requested = answer({ "generate-authenticate-options": [200, { challenge: "AAAA" }] });
  for (const name of ["NotAllowedError", "AbortError"]) {
    browser.startAuthentication.mockRejectedValueOnce(cause(name));
    expect((await passkeyClient.signIn()).error?.code).toBe(CANCELLED);
  }
  expect(requested).not.toContain("verify-authentication");
});

it("autofill that cannot be offered is a cancellation, and a refused passkey is not", async () => {
  vi.stubGlobal("PublicKeyCredential", {});
  const requested = answer({});
  expect((await passkeyClient.signIn({ autoFill: true })).error?.code).toBe(CANCELLED);
  expect(requested).toEqual([]);
  vi.stubGlobal("PublicKeyCredential", { isConditionalMediationAvailable: async () => true });
  answer({ "generate-authenticate-options": [429, {}] });
  expect((await passkeyClient.signIn({ autoFill: true })).error?.code).toBe(CANCELLED);
  expect((await passkeyClient.signIn()).error?.code).toBe("TOO_MANY");
  answer({
    "generate-authenticate-options": [200, { challenge: "AAAA" }],
    "verify-authentication": [400, { code: "AUTHENTICATION_FAILED" }],
  });
  browser.startAuthentication.mockRejectedValueOnce(new Error("Browser does not support WebAuthn autofill"));
  expect((await passkeyClient.signIn({ autoFill: true })).error?.code).toBe(CANCELLED);
  browser.startAuthentication.mockResolvedValueOnce({ id: "passkey" });
  expect((await passkeyClient.signIn({ autoFill: true })).error?.code).toBe("AUTHENTICATION_FAILED");
});

it("removed passkey is reported to the password manager", async () => {
  const signalUnknownCredential = vi.fn(async () => {});
  vi.stubGlobal("PublicKeyCredential", { signalUnknownCredential });
  answer({
    "generate-authenticate-options": [200, { challenge: "AAAA", rpId: "localhost" }],
    "verify-authentication": [401, { code: "PASSKEY_NOT_FOUND" }],
  });
  browser.startAuthentication.mockResolvedValueOnce({ id: "passkey" });
  expect((await passkeyClient.signIn()).error?.message).toMatch(/was removed/);
  expect(signalUnknownCredential).toHaveBeenCalledWith({ rpId: "localhost", credentialId: "passkey" });
});

it("device that has a passkey of the account already is told so", async () => {
  answer({ "generate-register-options": [200, { challenge: "AAAA" }] });
  browser.startRegistration.mockRejectedValueOnce(cause("InvalidStateError"));
  expect((await passkeyClient.addPasskey()).error?.message).toMatch(/has a passkey for your account already/);
});

it("page that cannot use passkeys says why", () => {
  openPage("https://todo.example.com/");
  expect(passkeysUnavailable()).toBeUndefined();
  openPage("http://localhost:3000/");
  expect(passkeysUnavailable()).toBeUndefined();
  openPage("http://127.0.0.1:3000/");
  expect(passkeysUnavailable()).toMatch("Open this app at http://localhost:3000 to use them.");
  openPage("http://[::1]/");
  expect(passkeysUnavailable()).toMatch("Open this app at http://localhost to use them.");
  openPage("https://192.0.2.7/");
  expect(passkeysUnavailable()).toMatch(/by its name/);
  openPage("http://todo.example.com/", { isSecureContext: false });
  expect(passkeysUnavailable()).toMatch(/encrypted connection/);
  openPage("https://todo.example.com/", { isSecureContext: true });
  expect(passkeysUnavailable()).toMatch(/This browser has no passkeys/);
});
