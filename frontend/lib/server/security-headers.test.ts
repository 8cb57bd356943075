import { expect, it } from "vitest";
import { contentSecurityPolicy, setSecurityHeaders } from "./security-headers.ts";

it("lets scripts run with the nonce only, and nobody frame the page", () => {
  const policy = contentSecurityPolicy("abc", false);
  expect(policy).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("unsafe-eval");
  expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/);
});

it("asks for https for good under https only", () => {
  const headersUnder = (https: boolean) => {
    const headers = new Headers();
    setSecurityHeaders(headers, "", https);
    return headers.get("strict-transport-security");
  };
  expect(headersUnder(true)).toMatch(/max-age=63072000/);
  expect(headersUnder(false)).toBeNull();
});
