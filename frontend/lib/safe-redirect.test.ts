import { expect, it } from "vitest";
import { safeRedirectPath } from "./safe-redirect.ts";

it("leads back to where somebody wanted to go", () => {
  expect(safeRedirectPath("/tasks?show=done")).toBe("/tasks?show=done");
  expect(safeRedirectPath("/settings")).toBe("/settings");
});

it("never leads to another site", () => {
  const elsewhere = [
    "https://evil.example",
    "//evil.example/tasks",
    "/\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "",
    null,
  ];
  for (const address of elsewhere) expect(safeRedirectPath(address)).toBe("/tasks");
});
