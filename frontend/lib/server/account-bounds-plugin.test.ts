import { expect, it } from "vitest";
import { createTestAuth, PASSWORD, sendRequest, signUpUser, type TestAuth } from "./test-utils.ts";

const signUp = ({ auth }: TestAuth, values: object) =>
  sendRequest(auth, "/sign-up/email", {
    body: { name: "Ada Quill", email: "ada@example.com", password: PASSWORD, ...values },
  });

const OUT_OF_BOUNDS = [
  [{ name: " " }, "NAME_REQUIRED"],
  [{ name: "x".repeat(10_000) }, "NAME_TOO_LONG"],
  [{ name: "Ada\nQuill" }, "NAME_NOT_ONE_LINE"],
  [{ image: "https://example.com/a.png" }, "IMAGE_NOT_SUPPORTED"],
] as const;

it("sign-up with values out of bounds is rejected with their code, and no account is created", async () => {
  const testAuth = await createTestAuth();
  const { adapter } = await testAuth.auth.$context;
  for (const [values, code] of [
    ...OUT_OF_BOUNDS,
    [{ email: `${"x".repeat(243)}@example.com` }, "EMAIL_TOO_LONG"] as const,
  ]) {
    const response = await signUp(testAuth, values);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code, message: expect.any(String) });
  }
  expect(await adapter.count({ model: "user" })).toBe(0);
});

it("sign-up trims the name", async () => {
  const testAuth = await createTestAuth();
  const response = await signUp(testAuth, { name: "  Ada Quill \n" });
  expect(await response.json()).toMatchObject({ user: { name: "Ada Quill" } });
});

it("update of a user with values out of bounds is rejected with their code", async () => {
  const { auth } = await createTestAuth();
  const { cookie, id } = await signUpUser(auth);
  const { internalAdapter } = await auth.$context;
  for (const [values, code] of OUT_OF_BOUNDS) {
    const response = await sendRequest(auth, "/update-user", { body: values, cookie });
    expect(await response.json()).toMatchObject({ code });
    // The database hook, which also holds for code that does not use the endpoint.
    await expect(internalAdapter.updateUser(id, values)).rejects.toMatchObject({ body: { code } });
  }
  await expect(
    internalAdapter.createUser({ name: "", email: "b@example.com" }, { method: "email-password" }),
  ).rejects.toMatchObject({
    body: { code: "NAME_REQUIRED" },
  });
  expect(await internalAdapter.findUserById(id)).toMatchObject({ name: "Ada Quill", image: null });
});

it("account with a long name from before the bounds can sign in, and its other values can be updated", async () => {
  const { auth } = await createTestAuth();
  const { id, email } = await signUpUser(auth);
  const { adapter, internalAdapter } = await auth.$context;
  await adapter.update({ model: "user", where: [{ field: "id", value: id }], update: { name: "x".repeat(10_000) } });
  const response = await sendRequest(auth, "/sign-in/email", { body: { email, password: PASSWORD } });
  expect(response.status).toBe(200);
  expect(await internalAdapter.updateUser(id, { emailVerified: true })).toMatchObject({ emailVerified: true });
});
