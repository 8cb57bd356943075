import { expect, it } from "vitest";
import { normalizeRecoveryCode, normalizeTotpCode } from "./two-factor-codes.ts";

it("code of an authenticator app may have spaces", () => {
  for (const code of ["123456", "123 456", " 123456\n", "12 34 56"]) expect(normalizeTotpCode(code)).toBe("123456");
});

it("recovery code may have capitals and spaces, and may lack its hyphen", () => {
  for (const code of ["abcde-fgh23", "ABCDE-FGH23", "abcdefgh23", " abcde fgh23 ", "ab-cd-ef-gh-23"])
    expect(normalizeRecoveryCode(code)).toBe("abcde-fgh23");
  expect(normalizeRecoveryCode("abcde-fgh234")).not.toBe("abcde-fgh23");
});
