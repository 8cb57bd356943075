import { expect, it } from "vitest";
import { curlCommand, parseNewPersonalToken } from "./personal-tokens.ts";

const valid = { name: "Backup", scopes: ["tasks:read"], days: 30 };

it("valid values are returned with the name trimmed and each scope once", () => {
  expect(parseNewPersonalToken(valid)).toEqual(valid);
  const scopes = ["tasks:write", "tasks:read", "tasks:write"];
  expect(parseNewPersonalToken({ name: `  ${"é".repeat(100)}\t`, scopes, days: 365 })).toEqual({
    name: "é".repeat(100),
    scopes: ["tasks:read", "tasks:write"],
    days: 365,
  });
  expect(parseNewPersonalToken({ ...valid, name: "👩".repeat(100) })).toMatchObject({ name: "👩".repeat(100) });
});

it("each value out of its bounds has a code", () => {
  const codes: [object, string][] = [
    [{ name: undefined }, "TOKEN_NAME_REQUIRED"],
    [{ name: 1 }, "TOKEN_NAME_REQUIRED"],
    [{ name: " \n " }, "TOKEN_NAME_REQUIRED"],
    [{ name: "a\nb" }, "TOKEN_NAME_NOT_ONE_LINE"],
    [{ name: "a\u202eb" }, "TOKEN_NAME_NOT_ONE_LINE"],
    [{ name: "x".repeat(101) }, "TOKEN_NAME_TOO_LONG"],
    [{ scopes: undefined }, "TOKEN_SCOPES_INVALID"],
    [{ scopes: [] }, "TOKEN_SCOPES_INVALID"],
    [{ scopes: "tasks:read" }, "TOKEN_SCOPES_INVALID"],
    [{ scopes: ["tasks:read", "admin"] }, "TOKEN_SCOPES_INVALID"],
    [{ scopes: ["tasks:read tasks:write"] }, "TOKEN_SCOPES_INVALID"],
    [{ days: undefined }, "TOKEN_LIFETIME_INVALID"],
    [{ days: 31 }, "TOKEN_LIFETIME_INVALID"],
    [{ days: "30" }, "TOKEN_LIFETIME_INVALID"],
    [{ days: Number.POSITIVE_INFINITY }, "TOKEN_LIFETIME_INVALID"],
  ];
  for (const [values, code] of codes) expect(parseNewPersonalToken({ ...valid, ...values }), code).toBe(code);
});

it("curl command reads the tasks, or adds one with a token that may only change them", () => {
  const url = "https://todo.example/api/ann/tasks";
  const read = "curl -H 'Authorization: Bearer T' 'https://todo.example/api/ann/tasks'";
  expect(curlCommand(url, "T", ["tasks:read"])).toBe(read);
  expect(curlCommand(url, "T", ["tasks:read", "tasks:write"])).toBe(read);
  const write = curlCommand(url, "T", ["tasks:write"]);
  expect(write).toContain('-d \'{"title":"Added with curl"}\'');
});
