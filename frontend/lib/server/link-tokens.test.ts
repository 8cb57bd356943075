import { SignJWT } from "jose";
import { expect, it } from "vitest";
import { linkTokens } from "./link-tokens.ts";

const sign = (claims: Record<string, unknown>) =>
  new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(new Uint8Array(32));

const [hook] = linkTokens().hooks.before;

it("link token is refused if it has a subject or an audience, or no e-mail address", async () => {
  const email = "ada@example.com";
  for (const claims of [{}, { email: 1 }, { email, sub: "ann" }, { email, aud: "todo-api" }, { email, sub: null }])
    expect(hook?.matcher({ query: { token: await sign(claims) } }), JSON.stringify(claims)).toBe(true);
  for (const claims of [{ email }, { email, updateTo: "b@example.com", requestType: "change-email-verification" }])
    expect(hook?.matcher({ query: { token: await sign(claims) } }), JSON.stringify(claims)).toBe(false);
  await expect(hook?.handler({} as never)).rejects.toMatchObject({ statusCode: 401, body: { code: "INVALID_TOKEN" } });
});

it("link token is found in query, body and path, and opaque tokens are left to the endpoint", async () => {
  const token = await sign({ email: "ada@example.com", sub: "ann" });
  for (const part of ["query", "body", "params"]) {
    expect(hook?.matcher({ [part]: { token } }), part).toBe(true);
    expect(hook?.matcher({ [part]: { token: "0RvPn3xkYq7uT1sWb5cEdGhJ" } }), part).toBe(false);
  }
  for (const request of [{}, { body: "text" }, { query: null }]) expect(hook?.matcher(request)).toBe(false);
});
