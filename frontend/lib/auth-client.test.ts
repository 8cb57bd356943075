import { expect, it } from "vitest";
import { explain } from "./auth-client.ts";

const none = new Headers();

it("says the same of a wrong password and of an unknown address", () => {
  expect(explain(401, "INVALID_EMAIL_OR_PASSWORD", none).text).toMatch(/don’t belong together/);
});

it("says what is wrong with which field", () => {
  expect(explain(422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL", none).field).toBe("email");
  expect(explain(400, "PASSWORD_TOO_SHORT", none).field).toBe("password");
});

it("says how long to wait after too many attempts", () => {
  expect(explain(429, "", new Headers({ "x-retry-after": "42" })).text).toMatch(/in 42 seconds/);
  expect(explain(429, "", none).text).toMatch(/Wait a minute/);
});

it("says that the server is away, and not that the password is wrong", () => {
  expect(explain(503, "", none).text).toMatch(/can’t be reached/);
});
