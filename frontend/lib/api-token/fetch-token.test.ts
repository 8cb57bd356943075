import { expect, it } from "vitest";
import { ServiceUnavailableError } from "../api/errors.ts";
import { fetchToken } from "./fetch-token.ts";
import { SessionExpiredError } from "./token-cache.ts";

const now = Date.parse("2026-11-20T12:00:00Z");
const payload = btoa(JSON.stringify({ sub: "ann_-é".normalize().replace("é", "e") })).replaceAll("=", "");
const body = { token: `h.${payload}.s`, expires_at: now / 1000 + 900 };

const answering = (response: Response) => async () => response;
const ok = (date?: string) => new Response(JSON.stringify(body), { headers: date ? { date } : {} });

it("knows whose token it is and until when it is good", async () => {
  const token = await fetchToken(answering(ok("Fri, 20 Nov 2026 12:00:00 GMT")), () => now);
  expect(token).toEqual({ token: body.token, userId: "ann_-e", expiresAt: now + 900_000 });
});

it("goes by the server's clock where this machine's is an hour fast", async () => {
  const fast = now + 3_600_000;
  const token = await fetchToken(answering(ok("Fri, 20 Nov 2026 12:00:00 GMT")), () => fast);
  expect(token.expiresAt).toBe(fast + 900_000);
});

it("tells a lost session from a server that is away", async () => {
  await expect(fetchToken(answering(new Response("", { status: 401 })))).rejects.toThrow(SessionExpiredError);
  await expect(fetchToken(answering(new Response("", { status: 500 })))).rejects.toThrow(ServiceUnavailableError);
  await expect(fetchToken(() => Promise.reject(new TypeError("network")))).rejects.toThrow(ServiceUnavailableError);
});
