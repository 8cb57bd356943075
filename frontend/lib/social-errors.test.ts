import { expect, it } from "vitest";
import { socialErrorMessage } from "./social-errors.ts";

it("error of a sign-in with a provider says what to do, and names the provider", () => {
  for (const code of [
    "access_denied",
    "account_not_linked",
    "email_not_found",
    "provider_unavailable",
    "account_email_not_verified",
    "email_does_not_match",
    "account_already_linked_to_different_user",
    "invalid_code",
  ])
    expect(socialErrorMessage(code, "Example ID"), code).toContain("Example ID");
  expect(socialErrorMessage("account_not_linked", "Example ID")).toMatch(/Sign in with your password, and connect/);
  expect(socialErrorMessage("state_mismatch")).toMatch(/Try again/);
});

it("unknown code is not part of the text", () => {
  const message = socialErrorMessage("Call +1 555 0100 to unlock your account");
  expect(message).toBe("The other service did not confirm who you are. Nothing was changed; try again in a moment.");
  expect(socialErrorMessage("__proto__")).toBe(message);
  expect(socialErrorMessage("constructor")).toBe(message);
});
