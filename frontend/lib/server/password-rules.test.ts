import { describe, expect, it } from "vitest";
import { COMMON_PASSWORDS } from "./common-passwords.ts";
import { findBrokenRule, isCommonPassword, isSimilarToOwner } from "./password-rules.ts";

const ADA = { name: "Ada Quill-Jiménez", email: "ada.quill+todo@mail.example.com" };

describe("common passwords", () => {
  const passwords = COMMON_PASSWORDS.trim().split("\n");

  it("list_has_at_least_10000_distinct_passwords_in_the_form_that_is_compared", () => {
    expect(new Set(passwords).size).toBe(passwords.length);
    expect(passwords.length).toBeGreaterThanOrEqual(10_000);
    const isInForm = (each: string) => each.length >= 8 && each === each.normalize("NFKC").toLowerCase().trim();
    expect(passwords.filter((each) => !isInForm(each))).toEqual([]);
  });

  it("every_password_of_the_list_is_refused", () => {
    expect(passwords.filter((each) => findBrokenRule(each, {}) !== "PASSWORD_TOO_COMMON")).toEqual([]);
  });

  it.each(["password", "PassWord1", "QWERTYUIOP", " 1qaz2wsx", "ｐａｓｓｗｏｒｄ", "trustno1", "19091975", "myspace1"])(
    "common_password_in_any_case_is_refused: %s",
    (password) => expect(isCommonPassword(password)).toBe(true),
  );

  it.each(["correct horse battery staple", "passwordpassword2", "assword1", "a long phrase", "password\nx"])(
    "password_that_is_not_in_the_list_is_accepted: %j",
    (password) => expect(isCommonPassword(password)).toBe(false),
  );
});

describe("passwords similar to the account", () => {
  it.each([
    "ada.quill+todo@mail.example.com",
    "ADA.QUILL+TODO@MAIL.EXAMPLE.COM",
    "ada.quill",
    "adaquill1990",
    "Quill, Ada!",
    "ada quill-jimenez",
    "Jiménez2024!",
    "12.03.1990 ada",
    "adaadaada",
    "Todo-2026",
    "todotodo",
    "AdaTodo1",
  ])("password_made_of_the_account_is_refused: %s", (password) => {
    expect(isSimilarToOwner(password, ADA)).toBe(true);
    expect(findBrokenRule(password, ADA)).toBe("PASSWORD_TOO_SIMILAR");
  });

  it.each([
    "ada likes quill pens",
    "quilting ada",
    "mail example",
    "tomorrow is another",
    "1029384756019283",
    "ada 730165820946",
    "!?!?!?!?!?",
  ])("password_with_anything_else_is_accepted: %s", (password) => {
    expect(isSimilarToOwner(password, ADA)).toBe(false);
  });

  it("address_of_digits_is_refused", () => {
    const owner = { name: "Li", email: "481516234299@example.com" };
    expect(isSimilarToOwner("4815-1623-4299", owner)).toBe(true);
    expect(isSimilarToOwner("4815-1623-4298", owner)).toBe(false);
  });

  it("name_in_another_script_is_refused", () => {
    expect(isSimilarToOwner("ЮЛИЯ-юлия-1", { name: "Юлия", email: "y@example.com" })).toBe(true);
    expect(isSimilarToOwner("王小明王小明12", { name: "王小明", email: "y@example.com" })).toBe(true);
  });

  it("account_without_a_name_refuses_the_product_name_only", () => {
    expect(isSimilarToOwner("something else", { name: " ", email: "@" })).toBe(false);
    expect(isSimilarToOwner("todo 1234", {})).toBe(true);
  });

  it("name_that_overlaps_itself_takes_no_exponential_time", () => {
    const name = Array.from({ length: 30 }, (_, index) => "a".repeat(index + 2)).join(" ");
    expect(isSimilarToOwner(`${"a".repeat(127)}b`, { name, email: "" })).toBe(false);
  });
});

describe("the length", () => {
  it("password_of_eight_characters_is_accepted_in_any_script", () => {
    expect(findBrokenRule("zq7!kv#m", ADA)).toBeUndefined();
    expect(findBrokenRule("пять слов", ADA)).toBeUndefined();
    expect(findBrokenRule("🦊🌵🎈🧭🪁🍋🐙🛶", ADA)).toBeUndefined();
  });

  it("password_of_fewer_characters_in_more_code_units_is_too_short", () => {
    expect("🦊🌵🎈🧭").toHaveLength(8);
    expect(findBrokenRule("🦊🌵🎈🧭", ADA)).toBe("PASSWORD_TOO_SHORT");
    expect(findBrokenRule("e\u0301".repeat(7), ADA)).toBe("PASSWORD_TOO_SHORT");
  });
});
