import { afterEach, expect, it, vi } from "vitest";
import { authClient, authErrorFor, isChallengeOver, isLinkError } from "./auth-client.ts";

const noHeaders = new Headers();

afterEach(() => vi.unstubAllGlobals());

it("error for a wrong password or an unknown address has one text", () => {
  expect(authErrorFor(401, "INVALID_EMAIL_OR_PASSWORD", noHeaders).message).toMatch(/don’t belong together/);
});

it("error about a field names the field", () => {
  expect(authErrorFor(422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL", noHeaders).field).toBe("email");
  expect(authErrorFor(400, "PASSWORD_TOO_SHORT", noHeaders).field).toBe("password");
  for (const code of ["NAME_REQUIRED", "NAME_TOO_LONG", "NAME_NOT_ONE_LINE"])
    expect(authErrorFor(400, code, noHeaders)).toMatchObject({ field: "name", code });
  expect(authErrorFor(400, "EMAIL_TOO_LONG", noHeaders)).toMatchObject({ field: "email", code: "EMAIL_TOO_LONG" });
});

it("error for too many attempts states how long to wait", () => {
  expect(authErrorFor(429, "", new Headers({ "x-retry-after": "42" })).message).toMatch(/in 42 seconds/);
  expect(authErrorFor(429, "", new Headers({ "retry-after": "3541" })).message).toMatch(/in 60 minutes/);
  expect(authErrorFor(429, "", noHeaders).message).toMatch(/Wait a minute/);
  expect(authErrorFor(429, "", new Headers({ "retry-after": "600" })).message).toMatch(/in 10 minutes/);
  expect(authErrorFor(429, "", new Headers({ "retry-after": "86400" })).message).toMatch(/in 24 hours/);
});

it("error of a code is shown at its field, and the end of a sign-in asks for the password", () => {
  for (const code of ["INVALID_CODE", "CODE_ALREADY_USED", "INVALID_BACKUP_CODE"]) {
    expect(authErrorFor(401, code, noHeaders)).toMatchObject({ field: "code", code });
    expect(isChallengeOver(code)).toBe(false);
  }
  for (const code of ["INVALID_TWO_FACTOR_COOKIE", "TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE"]) {
    expect(authErrorFor(401, code, noHeaders).message).toMatch(/Enter your password again\.$/);
    expect(isChallengeOver(code)).toBe(true);
  }
  expect(authErrorFor(429, "ACCOUNT_TEMPORARILY_LOCKED", noHeaders).message).toMatch(/Wait 15 minutes/);
});

it("sign-in with a second step has no user yet", async () => {
  const body = { email: "ada@example.com", password: "a long phrase" };
  const user = { id: "ada", name: "Ada", email: body.email };
  for (const [answer, expected] of [
    [{ twoFactorRedirect: true, twoFactorMethods: ["totp"] }, null],
    [{ redirect: false, user }, user],
  ]) {
    vi.stubGlobal("fetch", async () => Response.json(answer));
    expect(await authClient.signIn.email(body)).toEqual({ data: { user: expected }, error: null });
  }
});

it("error for a refused link asks for another one", () => {
  for (const [status, code] of [
    [400, "INVALID_TOKEN"],
    [401, "INVALID_TOKEN"],
    [401, "TOKEN_EXPIRED"],
    [400, "USER_NOT_FOUND"],
  ] as const) {
    const error = authErrorFor(status, code, noHeaders);
    expect(error.message).toMatch(/^This link /);
    expect(isLinkError(error)).toBe(true);
  }
  expect(isLinkError(authErrorFor(400, "PASSWORD_TOO_COMMON", noHeaders))).toBe(false);
});

it("error for an unavailable server does not mention the password", () => {
  const { message } = authErrorFor(503, "", noHeaders);
  expect(message).toMatch(/can’t be reached/);
  expect(message).not.toMatch(/password/);
});

it("error for a refused password is shown at the field and says what to do", () => {
  for (const code of ["PASSWORD_TOO_COMMON", "PASSWORD_TOO_SIMILAR", "PASSWORD_COMPROMISED"]) {
    const error = authErrorFor(400, code, noHeaders);
    expect([error.field, error.code]).toEqual(["password", code]);
    expect(error.message).toMatch(/Use /);
  }
});

it("error for a busy server differs from that for an unreachable one", () => {
  const { field, message } = authErrorFor(503, "TOO_BUSY", noHeaders);
  expect(field).toBeUndefined();
  expect(message).toMatch(/try again in a few seconds/);
});
