import { decodeJwt } from "jose";
import { beforeEach, expect, it, vi } from "vitest";
import { deleteUserData } from "./delete-user-data.ts";
import { startRecorder } from "./test-backend.ts";
import { createLinkAuth } from "./test-link-auth.ts";
import { createTestAuth, PASSWORD, sendRequest, signUpUser, type TestAuth } from "./test-utils.ts";

beforeEach(() => {
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  return () => error.mockRestore();
});

const deleteUser = ({ auth }: { auth: Pick<TestAuth["auth"], "handler"> }, cookie: string, body: object) =>
  sendRequest(auth, "/delete-user", { body, cookie });

const findUser = async ({ auth }: TestAuth, id: string) => (await auth.$context).internalAdapter.findUserById(id);

it("account is deleted with the current password, after one request that deletes its data", async () => {
  const { origin, requests } = await startRecorder(204);
  const testAuth = await createTestAuth({ API_URL: origin });
  const { cookie, id } = await signUpUser(testAuth.auth);
  const response = await deleteUser(testAuth, cookie, { password: PASSWORD });
  expect(response.status).toBe(200);
  expect(response.headers.get("clear-site-data")).toBe('"cache", "storage"');
  expect(requests).toEqual([{ method: "DELETE", url: `/api/${id}`, authorization: expect.stringMatching(/^Bearer /) }]);
  expect(decodeJwt(requests[0]?.authorization.slice(7) ?? "").sub).toBe(id);
  expect(await findUser(testAuth, id)).toBeNull();
  expect((await sendRequest(testAuth.auth, "/api-token", { cookie })).status).toBe(401);
});

it("account is kept without the password, with a wrong one, and with a value that is no password", async () => {
  const { origin, requests } = await startRecorder(204);
  const testAuth = await createTestAuth({ API_URL: origin });
  const { cookie, id } = await signUpUser(testAuth.auth);
  const answers = [];
  for (const body of [{}, { password: "" }, { token: "x" }, { password: "not the password" }]) {
    const response = await deleteUser(testAuth, cookie, body);
    answers.push([response.status, ((await response.json()) as { code: string }).code]);
  }
  expect(answers).toEqual([
    [403, "REAUTHENTICATION_REQUIRED"],
    [403, "REAUTHENTICATION_REQUIRED"],
    [403, "REAUTHENTICATION_REQUIRED"],
    [400, "INVALID_PASSWORD"],
  ]);
  expect((await deleteUser(testAuth, cookie, { password: ["a", "b"] })).status).toBe(403);
  expect(requests).toEqual([]);
  expect(await findUser(testAuth, id)).not.toBeNull();
});

it("deletion without a session is unauthorized", async () => {
  const testAuth = await createTestAuth();
  const response = await deleteUser(testAuth, "", { password: PASSWORD });
  expect(response.status).toBe(401);
});

it("link of a deletion mail deletes no account without the password", async () => {
  const { origin, requests } = await startRecorder(204);
  const linkAuth = await createLinkAuth({ API_URL: origin });
  const { cookie, id } = await signUpUser(linkAuth.auth);
  await sendRequest(linkAuth.auth, "/delete-user", { body: { password: PASSWORD }, cookie });
  expect(linkAuth.mails.deletion).not.toBe("");
  const path = `/delete-user/callback?token=${linkAuth.mails.deletion}`;
  const response = await sendRequest(linkAuth.auth, path, { cookie });
  expect([response.status, await response.json()]).toEqual([
    403,
    expect.objectContaining({ code: "REAUTHENTICATION_REQUIRED" }),
  ]);
  expect((await deleteUser(linkAuth, cookie, { token: linkAuth.mails.deletion })).status).toBe(403);
  expect(requests).toEqual([]);
  expect(await (await linkAuth.auth.$context).internalAdapter.findUserById(id)).not.toBeNull();
});

it("account is kept if the backend does not delete its data", async () => {
  const { origin } = await startRecorder(503);
  const testAuth = await createTestAuth({ API_URL: origin });
  const { cookie, id } = await signUpUser(testAuth.auth);
  const response = await deleteUser(testAuth, cookie, { password: PASSWORD });
  expect([response.status, await response.json()]).toEqual([
    503,
    expect.objectContaining({ code: "TASKS_NOT_DELETED" }),
  ]);
  expect(response.headers.get("clear-site-data")).toBeNull();
  expect(await findUser(testAuth, id)).not.toBeNull();
  expect((await sendRequest(testAuth.auth, "/api-token", { cookie })).status).toBe(200);
});

it("data counts as deleted only if the backend answers 204", async () => {
  const { origin } = await startRecorder(204);
  await expect(deleteUserData(origin, "ada", "token")).resolves.toBeUndefined();
  const recorders = await Promise.all([200, 302, 401, 404, 429, 500, 503].map(startRecorder));
  for (const apiUrl of [...recorders.map((recorder) => recorder.origin), "http://127.0.0.1:9"])
    await expect(deleteUserData(apiUrl, "ada", "token"), apiUrl).rejects.toMatchObject({
      statusCode: 503,
      body: { code: "TASKS_NOT_DELETED" },
    });
});

it("account with a long name and a long address from before the bounds can be deleted", async () => {
  const { origin, requests } = await startRecorder(204);
  for (const mode of ["shared-secret", "jwks"]) {
    const testAuth = await createTestAuth({ API_URL: origin, API_TOKEN_MODE: mode });
    const { cookie, id } = await signUpUser(testAuth.auth);
    const { adapter } = await testAuth.auth.$context;
    const update = { name: "x".repeat(10_000), email: `${"x".repeat(10_000)}@example.com` };
    await adapter.update({ model: "user", where: [{ field: "id", value: id }], update });
    expect((await deleteUser(testAuth, cookie, { password: PASSWORD })).status).toBe(200);
    expect(await findUser(testAuth, id)).toBeNull();
  }
  expect(requests).toHaveLength(2);
});
