import { expect, it } from "vitest";
import { cookiesOf, createTestAuth, PASSWORD, sendRequest, signUpUser } from "./test-utils.ts";

it("no response of Better Auth contains a session token, except in its HttpOnly cookie", async () => {
  const { auth } = await createTestAuth();
  const body = { name: "Ada Quill", email: "ada@example.com", password: PASSWORD };
  const responses = [await sendRequest(auth, "/sign-up/email", { body })];
  responses.push(await sendRequest(auth, "/sign-in/email", { body }));
  let cookie = cookiesOf(responses.at(-1) ?? new Response());
  for (const path of ["/get-session", "/list-sessions"]) responses.push(await sendRequest(auth, path, { cookie }));
  const change = { currentPassword: PASSWORD, newPassword: PASSWORD, revokeOtherSessions: false };
  responses.push(await sendRequest(auth, "/change-password", { body: change, cookie }));
  responses.push(
    await sendRequest(auth, "/change-password", { body: { ...change, revokeOtherSessions: true }, cookie }),
  );
  cookie = cookiesOf(responses.at(-1) ?? new Response());

  const texts = await Promise.all(responses.map((response) => response.text()));
  expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 200));
  // The responses are those with the tokens: without them they would prove nothing.
  expect(texts.map((text) => text.includes('"user"') || text.includes('"userAgent"'))).toEqual(texts.map(() => true));
  for (const text of texts) expect(text).not.toMatch(/"token"/);
  for (const response of responses)
    for (const each of response.headers.getSetCookie()) {
      expect(each).toMatch(/; HttpOnly/);
      const token = each.match(/session_token=([A-Za-z0-9]{32})\./)?.[1] ?? "no token";
      for (const text of texts) expect(text).not.toContain(token);
    }
});

it("server-side call receives the session token", async () => {
  const { auth } = await createTestAuth();
  const { cookie } = await signUpUser(auth);
  const session = await auth.api.getSession({ headers: new Headers({ cookie }) });
  expect(session?.session.token).toMatch(/^[A-Za-z0-9]{32}$/);
});

it("sign-out removes cached pages and storage, and expires the session cookie", async () => {
  const { auth } = await createTestAuth();
  const { cookie } = await signUpUser(auth);
  const response = await sendRequest(auth, "/sign-out", { body: {}, cookie });
  expect(response.headers.get("clear-site-data")).toBe('"cache", "storage"');
  expect(response.headers.getSetCookie()).toContainEqual(expect.stringMatching(/session_token=;.*Max-Age=0/));
  // Other responses keep the browser's data.
  for (const path of ["/api-token", "/get-session"])
    expect((await sendRequest(auth, path, { cookie })).headers.get("clear-site-data")).toBeNull();
});

it("cookies under https have the prefix __Host- and the attributes that it requires", async () => {
  const { auth } = await createTestAuth({ BETTER_AUTH_URL: "https://todo.example" });
  const body = { name: "Ada Quill", email: "ada@example.com", password: PASSWORD };
  const response = await sendRequest(auth, "/sign-up/email", { body });
  const cookies = response.headers.getSetCookie();
  for (const each of cookies)
    expect(each).toMatch(/^__Host-[^;]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  const cookie = cookies.find((each) => each.includes("session_token=")) ?? "";
  const [pair = "", ...attributes] = cookie.split("; ");
  expect(pair).toMatch(/^__Host-better-auth\.session_token=[A-Za-z0-9]{32}\./);
  expect(attributes).toEqual(["Max-Age=604800", "Path=/", "HttpOnly", "Secure", "SameSite=Lax"]);
  expect((await sendRequest(auth, "/api-token", { cookie: pair })).status).toBe(200);
  // The unprefixed name and the weaker prefix are not read.
  for (const name of ["better-auth.session_token", "__Secure-better-auth.session_token"]) {
    const renamed = pair.replace("__Host-better-auth.session_token", name);
    expect((await sendRequest(auth, "/api-token", { cookie: renamed })).status, name).toBe(401);
  }
  const signOut = await sendRequest(auth, "/sign-out", { body: {}, cookie: pair });
  for (const each of signOut.headers.getSetCookie()) expect(each).toMatch(/^__Host-.*; Path=\/.*; Secure/);
});
