import { expect, it } from "vitest";
import { ServiceUnavailableError } from "../api/errors.ts";
import { fetchToken } from "./fetch-token.ts";
import { SessionExpiredError } from "./token-cache.ts";

const now = Date.parse("2026-11-20T12:00:00Z");
const payload = btoa(JSON.stringify({ sub: "ann_-é".normalize().replace("é", "e") })).replaceAll("=", "");
const body = { token: `h.${payload}.s`, expires_at: now / 1000 + 900 };

const respondWith = (response: Response) => async () => response;
const ok = (date?: string) => new Response(JSON.stringify(body), { headers: date ? { date } : {} });

it("fetched token has the subject and the expiry", async () => {
  const token = await fetchToken(respondWith(ok("Fri, 20 Nov 2026 12:00:00 GMT")), () => now);
  expect(token).toEqual({ token: body.token, userId: "ann_-e", expiresAt: now + 900_000 });
});

it("expiry is relative to the server's clock when the local clock is an hour fast", async () => {
  const fastNow = now + 3_600_000;
  const token = await fetchToken(respondWith(ok("Fri, 20 Nov 2026 12:00:00 GMT")), () => fastNow);
  expect(token.expiresAt).toBe(fastNow + 900_000);
});

it("an expired session and an unavailable server are different errors", async () => {
  await expect(fetchToken(respondWith(new Response("", { status: 401 })))).rejects.toThrow(SessionExpiredError);
  await expect(fetchToken(respondWith(new Response("", { status: 500 })))).rejects.toThrow(ServiceUnavailableError);
  await expect(fetchToken(() => Promise.reject(new TypeError("network")))).rejects.toThrow(ServiceUnavailableError);
});
