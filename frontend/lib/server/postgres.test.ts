import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AccountActivity, MAX_ACTIVITIES_PER_ACCOUNT } from "./account-activity.ts";
import { createSecret, createTestAuth, sendRequest, signUpUser } from "./test-utils.ts";

/** A PostgreSQL server for tests. `make test` starts one. */
const SERVER_URL = process.env.TEST_DATABASE_URL;

describe.runIf(SERVER_URL)("on PostgreSQL (needs TEST_DATABASE_URL)", () => {
  const name = `auth_${randomBytes(6).toString("hex")}`;
  const url = new URL(SERVER_URL ?? "postgres://unset");
  url.pathname = `/${name}`;

  const execute = async (sql: string) => {
    const client = new Client({ connectionString: SERVER_URL });
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  beforeAll(() => execute(`create database ${name}`));
  afterAll(() => execute(`drop database ${name} with (force)`));

  it("three processes that start together create one schema and one key, and share sessions", async () => {
    const environment = {
      DATABASE_URL: url.href,
      AUTH_DATABASE_URL: "",
      API_TOKEN_MODE: "jwks",
      BETTER_AUTH_SECRET: createSecret(),
    };
    const [first, second, third] = await Promise.all([
      createTestAuth(environment),
      createTestAuth(environment),
      createTestAuth(environment),
    ]);
    const { cookie } = await signUpUser(first.auth);
    expect((await sendRequest(second.auth, "/api-token", { cookie })).status).toBe(200);
    const { keys } = (await (await sendRequest(third.auth, "/jwks")).json()) as { keys: unknown[] };
    expect(keys).toHaveLength(1);
  });

  it("activity of an account is counted, bounded and deleted with it", async () => {
    const { auth } = await createTestAuth({ DATABASE_URL: url.href, AUTH_DATABASE_URL: "" });
    const { id } = await signUpUser(auth);
    const { adapter, internalAdapter } = await auth.$context;
    const activity = new AccountActivity(adapter);
    const countRows = () => adapter.count({ model: "accountActivity", where: [{ field: "userId", value: id }] });
    const event = { userId: id, event: "sign_in", device: "Chrome on Linux" } as const;
    for (let i = 0; i < 3; i++) await activity.record({ ...event, outcome: "failure" });
    expect(await activity.list(id)).toMatchObject([
      { outcome: "failure", count: 3 },
      { event: "sign_up", count: 1 },
    ]);
    for (let i = 0; i < MAX_ACTIVITIES_PER_ACCOUNT + 5; i++) await activity.record({ ...event, outcome: "success" });
    expect(await countRows()).toBe(MAX_ACTIVITIES_PER_ACCOUNT);
    await internalAdapter.deleteUser(id);
    expect(await countRows()).toBe(0);
  });
});
