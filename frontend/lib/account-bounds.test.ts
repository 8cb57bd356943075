import { expect, it } from "vitest";
import { findBoundsError, fitName, NAME_MAX_LENGTH } from "./account-bounds.ts";

const nameError = (name: string) => findBoundsError({ name });

it("name of 1 to 100 characters after trimming is accepted, whatever its script", () => {
  for (const name of [
    "A",
    "  Ada Quill  ",
    "x".repeat(100),
    "🙂".repeat(100),
    "李小龙",
    "Jürgen O’Brien-Šimić",
    `${"x".repeat(100)}\n`,
  ])
    expect(nameError(name), name).toBeUndefined();
});

it("name that is empty after trimming, or longer than 100 characters, is rejected", () => {
  for (const name of ["", "  ", "\t\n"]) expect(nameError(name)).toBe("NAME_REQUIRED");
  for (const name of ["x".repeat(101), "🙂".repeat(101), "x".repeat(10_000)])
    expect(nameError(name)).toBe("NAME_TOO_LONG");
});

it("name with control or format characters, or of several lines, is rejected", () => {
  for (const character of [
    "\n",
    "\r",
    "\t",
    "\0",
    "\u001b",
    "\u0085",
    "\u200b",
    "\u202e",
    "\u2028",
    "\u2029",
    "\ud800",
  ])
    expect(nameError(`Ada${character}Quill`), character).toBe("NAME_NOT_ONE_LINE");
  expect(nameError("\u200b")).toBe("NAME_NOT_ONE_LINE");
});

it("e-mail address of up to 254 characters is accepted", () => {
  const address = (length: number) => `${"x".repeat(length - 12)}@example.com`;
  expect(findBoundsError({ email: address(254) })).toBeUndefined();
  expect(findBoundsError({ email: address(255) })).toBe("EMAIL_TOO_LONG");
});

it("image is rejected, and absent values are not checked", () => {
  expect(findBoundsError({ image: "https://example.com/a.png" })).toBe("IMAGE_NOT_SUPPORTED");
  expect(findBoundsError({ image: "" })).toBe("IMAGE_NOT_SUPPORTED");
  expect(findBoundsError({ image: null })).toBeUndefined();
  expect(findBoundsError({})).toBeUndefined();
});

it("name of another service is fitted into the bounds", () => {
  expect(fitName(" Ada\n\u202eQuill\u200b ")).toBe("Ada Quill");
  expect([...fitName("\u{1F600}".repeat(200))]).toHaveLength(NAME_MAX_LENGTH);
  expect(fitName(`${"x".repeat(99)} y`)).toBe("x".repeat(99));
  expect(fitName("\u200b\n")).toBe("");
  expect(findBoundsError({ name: fitName("\ud800Ada\u2028") })).toBeUndefined();
});
