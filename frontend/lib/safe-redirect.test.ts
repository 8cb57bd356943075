import { expect, it } from "vitest";
import { safeRedirectPath, twoStepPath } from "./safe-redirect.ts";

it("path of this app is returned with its query", () => {
  expect(safeRedirectPath("/tasks?show=done")).toBe("/tasks?show=done");
  expect(safeRedirectPath("/settings")).toBe("/settings");
  expect(safeRedirectPath("/tasks/../settings")).toBe("/settings");
});

it("address of another origin is replaced by the default", () => {
  const unsafe = [
    "https://evil.example",
    "//evil.example/tasks",
    "/\\evil.example",
    "/\t/evil.example",
    "/.//evil.example/x",
    "/a/..//evil.example",
    "/%2e//evil.example",
    "/./\\evil.example",
    "javascript:alert(1)",
    "",
    null,
  ];
  for (const address of unsafe) expect(safeRedirectPath(address), `${address}`).toBe("/tasks");
});

/** Parts that URL parsers remove, resolve, decode or treat as a slash. */
const PARTS = [
  ..."/\\.\t\n\r \0@:?#;",
  "..",
  "%2e",
  "%2E%2e",
  "%2f",
  "%5c",
  "a",
  "evil.example",
  "user@evil.example",
  "https:",
  "\u3002",
  "\uff0f",
  "\u2028",
  "\ufeff",
  "\u00e9",
  "\ud800",
];

/** All texts of one to three parts. */
function* spellings(): Generator<string> {
  let texts = [""];
  for (let length = 1; length <= 3; length++) {
    texts = texts.flatMap((text) => PARTS.map((part) => text + part));
    yield* texts;
  }
}

it("redirect path of every spelling stays on the origin when it is resolved twice", () => {
  const origin = "https://todo.example";
  let count = 0;
  for (const spelling of spellings()) {
    // A value that starts with a slash passes the first check, so all spellings are also tried behind one.
    for (const next of [spelling, `/${spelling}`, `/${spelling}/evil.example`]) {
      const path = safeRedirectPath(next);
      const first = new URL(path, `${origin}/sign-in`);
      const second = new URL(first.pathname + first.search, origin);
      if (/^\/(?![/\\])/.test(path) && first.origin === origin && second.href === first.href) count += 1;
      else expect.unreachable(`${JSON.stringify(next)} leads to ${path}`);
    }
  }
  expect(count).toBeGreaterThan(50_000);
});

it("path of the second step carries a safe path only", () => {
  expect(twoStepPath("/settings?a=1&b=2")).toBe("/sign-in/two-step?next=%2Fsettings%3Fa%3D1%26b%3D2");
  expect(twoStepPath("//evil.example")).toBe("/sign-in/two-step?next=%2Ftasks");
});
