import { expect, it } from "vitest";
import { authErrorFor, isLinkError } from "./auth-client.ts";

const noHeaders = new Headers();

it("error for a wrong password or an unknown address has one text", () => {
  expect(authErrorFor(401, "INVALID_EMAIL_OR_PASSWORD", noHeaders).message).toMatch(/don’t belong together/);
});

it("error about a field names the field", () => {
  expect(authErrorFor(422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL", noHeaders).field).toBe("email");
  expect(authErrorFor(400, "PASSWORD_TOO_SHORT", noHeaders).field).toBe("password");
  expect(authErrorFor(403, "PASSWORD_REQUIRED", noHeaders).field).toBe("password");
  for (const code of ["NAME_REQUIRED", "NAME_TOO_LONG", "NAME_NOT_ONE_LINE"])
    expect(authErrorFor(400, code, noHeaders)).toMatchObject({ field: "name", code });
  expect(authErrorFor(400, "EMAIL_TOO_LONG", noHeaders)).toMatchObject({ field: "email", code: "EMAIL_TOO_LONG" });
});

it("error for too many attempts states how long to wait", () => {
  expect(authErrorFor(429, "", new Headers({ "x-retry-after": "42" })).message).toMatch(/in 42 seconds/);
  expect(authErrorFor(429, "", new Headers({ "retry-after": "3541" })).message).toMatch(/in 60 minutes/);
  expect(authErrorFor(429, "", noHeaders).message).toMatch(/Wait a minute/);
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
