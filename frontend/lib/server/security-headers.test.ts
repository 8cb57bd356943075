import { expect, it } from "vitest";
import { contentSecurityPolicy, setSecurityHeaders } from "./security-headers.ts";

it("policy allows scripts with the nonce only, and no framing", () => {
  const policy = contentSecurityPolicy("abc", false);
  expect(policy).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("unsafe-eval");
  expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/);
});

it("Strict-Transport-Security is set under https only", () => {
  const headerFor = (https: boolean) => {
    const headers = new Headers();
    setSecurityHeaders(headers, "", https);
    return headers.get("strict-transport-security");
  };
  expect(headerFor(true)).toMatch(/max-age=63072000/);
  expect(headerFor(false)).toBeNull();
});
