import { expect, it } from "vitest";
import { toEntry } from "./personal-tokens.ts";

const token = {
  id: "t-1",
  userId: "ann",
  name: "Backup",
  scopes: "tasks:read tasks:write",
  createdAt: new Date("2026-11-25T23:59:59Z"),
  expiresAt: new Date("2026-12-25T23:59:59Z"),
  revokedAt: null,
};
const now = new Date("2026-12-01T00:00:01Z");

it("last use of a token is a day in UTC, in words", () => {
  const lastUseOf = (uses: [string, string][] | undefined) => toEntry(token, uses && new Map(uses), now).lastUse;
  expect(lastUseOf([["t-1", "2026-12-01"]])).toBe("today");
  expect(lastUseOf([["t-1", "2026-11-30"]])).toBe("yesterday");
  expect(lastUseOf([["t-1", "2026-11-29"]])).toEqual({ on: "2026-11-29" });
  expect(lastUseOf([["another", "2026-12-01"]])).toBe("never");
  expect(lastUseOf(undefined)).toBe("unknown");
});

it("entry has the scopes and dates of the token, and no other id", () => {
  expect(toEntry(token, new Map(), now)).toEqual({
    id: "t-1",
    name: "Backup",
    scopes: ["tasks:read", "tasks:write"],
    createdOn: "2026-11-25",
    expiresOn: "2026-12-25",
    lastUse: "never",
  });
});
