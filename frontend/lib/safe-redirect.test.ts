import { expect, it } from "vitest";
import { safeRedirectPath } from "./safe-redirect.ts";

it("path of this app is returned with its query", () => {
  expect(safeRedirectPath("/tasks?show=done")).toBe("/tasks?show=done");
  expect(safeRedirectPath("/settings")).toBe("/settings");
});

it("address of another origin is replaced by the default", () => {
  const unsafe = [
    "https://evil.example",
    "//evil.example/tasks",
    "/\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "",
    null,
  ];
  for (const address of unsafe) expect(safeRedirectPath(address)).toBe("/tasks");
});
