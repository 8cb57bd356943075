import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { AccountActivity } from "./account-activity.ts";
import { ACCOUNT_DATA } from "./account-data.ts";
import { handleAllowedRoute } from "./allowed-routes.ts";
import { securityEventLog } from "./security-events.ts";
import { cookiesOf, createTestAuth, PASSWORD, sendRequest, signUpUser, type TestAuth } from "./test-utils.ts";

vi.setConfig({ testTimeout: 60_000 });

let lines: string[] = [];
beforeEach(() => {
  lines = [];
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(process.stderr, "write").mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
});
afterEach(() => {
  securityEventLog().writeAllCounts();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

type Auth = TestAuth["auth"];
type Answer = { rows?: object[]; status?: number; headers?: Record<string, string> };

const exportEvents = () => lines.filter((line) => line.includes('"data_exported"'));

/** A backend that gives these answers in turn, each page with a link to the next one, and then breaks off. */
async function startPagedBackend(answers: Answer[]) {
  const requests: { url: string; authorization: string }[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    requests.push({ url: request.url ?? "", authorization: request.headers.authorization ?? "" });
    const answer = answers[requests.length - 1];
    if (!answer) return void request.socket.destroy();
    const { rows = [], status = 200, headers = {} } = answer;
    const isLast = answers.at(-1) === answer && !headers.link;
    const link = isLast ? {} : { link: `</api/x/tasks?cursor=page-${requests.length}>; rel="next"` };
    response.writeHead(status, { "content-type": "application/json", ...link, ...headers }).end(JSON.stringify(rows));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const exportData = (auth: Pick<Auth, "handler">, cookie: string, body: object = { format: "json" }) =>
  sendRequest(auth, "/export-data", { body, cookie });

/** Signs up, and authenticates again. */
async function signUpReauthenticated(auth: Auth) {
  const user = await signUpUser(auth);
  const response = await sendRequest(auth, "/reauthenticate", { body: { password: PASSWORD }, cookie: user.cookie });
  expect(response.status).toBe(200);
  return { ...user, cookie: cookiesOf(response) };
}

const MEMBERS_OF_JSON = [
  ...["format", "version", "exported_at", "account", "sessions", "connected_accounts", "passkeys"],
  ...["personal_access_tokens", "activity", "tasks", "complete"],
];

it("JSON export has everything of the account, all pages of its tasks, and no secret", async () => {
  const first = { id: 2, title: "Buy “milk”\n", status: "incomplete", a_new_member: [1] };
  const backend = await startPagedBackend([{ rows: [first] }, { rows: [] }, { rows: [{ id: 1, title: "Call" }] }]);
  const { auth } = await createTestAuth({ API_URL: backend.origin });
  const other = await signUpUser(auth);
  const { cookie, id, email } = await signUpReauthenticated(auth);
  const { adapter, internalAdapter } = await auth.$context;
  const passkey = { userId: id, name: "My phone", publicKey: "a public key", credentialID: "a credential", counter: 1 };
  await adapter.create({ model: "passkey", data: { ...passkey, deviceType: "multiDevice", backedUp: true } });
  const google = { providerId: "google", accountId: "ada@google", accessToken: "a token of Google" };
  await internalAdapter.linkAccount({ userId: id, ...google });

  const response = await exportData(auth, cookie);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(response.headers.get("cache-control")).toBe("no-store");
  const day = new Date().toISOString().slice(0, 10);
  expect(response.headers.get("content-disposition")).toBe(`attachment; filename="todo-export-${day}.json"`);
  const text = await response.text();
  const document = JSON.parse(text);
  expect(Object.keys(document)).toEqual(expect.arrayContaining(MEMBERS_OF_JSON));
  expect(Object.keys(document).at(-1)).toBe("complete");
  expect(document).toMatchObject({
    format: "todo-export",
    version: 1,
    account: { id, name: "Ada Quill", email, email_verified: false, has_password: true },
    sessions: [{ ip_address: "192.0.2.1", created_at: expect.stringMatching(/Z$/) }],
    connected_accounts: [{ provider_id: "google", account_id: "ada@google" }],
    passkeys: [{ name: "My phone", device_type: "multiDevice", backed_up: true }],
    personal_access_tokens: [],
    tasks: [first, { id: 1, title: "Call" }],
    complete: true,
  });
  expect(document.activity.map((each: { event: string }) => each.event)).toContain("sign_up");
  expect(Date.now() - Date.parse(document.exported_at)).toBeLessThan(60_000);

  const [session] = await internalAdapter.listSessions(id);
  const account = await internalAdapter.findCredentialAccount(id);
  const secrets = ["a public key", "a credential", "a token of Google", session?.token, account?.password];
  for (const secret of [...secrets, other.id, other.email]) expect(text).not.toContain(secret ?? "missing");
  expect(backend.requests.map(({ url }) => url)).toEqual([
    `/api/${id}/tasks?limit=200`,
    `/api/${id}/tasks?limit=200&cursor=page-1`,
    `/api/${id}/tasks?limit=200&cursor=page-2`,
  ]);
  expect(exportEvents()).toHaveLength(1);
  expect(JSON.parse(exportEvents()[0] ?? "")).toMatchObject({ outcome: "success", user: id });
  const [latest] = await new AccountActivity(adapter).list(id);
  expect(latest).toMatchObject({ event: "data_exported", outcome: "success" });
});

it("CSV export has the tasks", async () => {
  const task = { id: 1, title: "=1+1", description: "a\nb", status: "complete", completed_at: null, user_id: "x" };
  const backend = await startPagedBackend([{ rows: [task] }, { rows: [{ id: 2, title: "Buy milk" }] }]);
  const { auth } = await createTestAuth({ API_URL: backend.origin });
  const { cookie } = await signUpReauthenticated(auth);
  const response = await exportData(auth, cookie, { format: "csv" });
  expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
  expect(response.headers.get("content-disposition")).toMatch(/filename="todo-tasks-[\d-]+\.csv"$/);
  expect(Buffer.from(await response.arrayBuffer()).toString()).toBe(
    "\ufeffid,title,description,status,created_at,updated_at,completed_at\r\n" +
      `1,'=1+1,"a\nb",complete,,,\r\n2,Buy milk,,,,,\r\n`,
  );
});

it("export demands a recent reauthentication, and refused requests are not counted", async () => {
  const backend = await startPagedBackend([{}]);
  const { auth } = await createTestAuth({ API_URL: backend.origin });
  const { cookie } = await signUpUser(auth);
  for (let attempt = 0; attempt < 12; attempt++) {
    const response = await exportData(auth, cookie);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      403,
      "REAUTHENTICATION_REQUIRED",
    ]);
  }
  // The password in the body is not checked by this endpoint, so it is no reauthentication.
  expect((await exportData(auth, cookie, { format: "json", password: PASSWORD })).status).toBe(403);
  expect(backend.requests).toEqual([]);
  const reauthentication = await sendRequest(auth, "/reauthenticate", { body: { password: PASSWORD }, cookie });
  expect((await exportData(auth, cookiesOf(reauthentication))).status).toBe(200);
});

it("export without a session, from another site, by a link, and in an unknown format is refused", async () => {
  const backend = await startPagedBackend([]);
  const { auth } = await createTestAuth({ API_URL: backend.origin });
  const { cookie } = await signUpReauthenticated(auth);
  expect((await exportData(auth, "")).status).toBe(401);
  for (const body of [{}, { format: "xml" }, { format: ["json"] }, { format: "constructor" }])
    expect((await exportData(auth, cookie, body)).status).toBe(400);
  const url = "http://localhost:3000/api/auth/export-data";
  const link = await handleAllowedRoute(auth, new Request(url, { headers: { cookie } }));
  expect(link.status).toBe(404);
  // Better Auth checks no origin in tests by default.
  Object.assign(await auth.$context, { skipOriginCheck: false });
  for (const origin of ["https://evil.example", "null"]) {
    const headers = { cookie, origin, "content-type": "application/json" };
    const body = JSON.stringify({ format: "json" });
    expect((await auth.handler(new Request(url, { method: "POST", headers, body }))).status, origin).toBe(403);
  }
  expect(backend.requests).toEqual([]);
  expect(exportEvents()).toEqual([]);
});

it("user can export ten times an hour", async () => {
  const backend = await startPagedBackend(Array.from({ length: 11 }, () => ({ headers: { link: "none" } })));
  const { auth } = await createTestAuth({ API_URL: backend.origin });
  const { cookie } = await signUpReauthenticated(auth);
  const statuses = [];
  for (let attempt = 0; attempt < 11; attempt++) {
    const response = await exportData(auth, cookie, { format: "csv" });
    await response.text();
    statuses.push(response.status);
    if (response.status === 429) expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(3_000);
  }
  expect(statuses).toEqual([...Array(10).fill(200), 429]);
  expect(lines.join("")).toContain('"limit":"export_data"');
});

it("export while the backend is away is an error with a code, and no event", async () => {
  for (const answers of [[], [{ status: 401 }], Array(3).fill({ status: 503 })]) {
    const backend = await startPagedBackend(answers);
    const { auth } = await createTestAuth({ API_URL: backend.origin });
    const { cookie } = await signUpReauthenticated(auth);
    for (const format of ["json", "csv"]) {
      const response = await exportData(auth, cookie, { format });
      expect(response.headers.get("content-disposition")).toBeNull();
      expect([response.status, await response.json()]).toEqual([
        503,
        expect.objectContaining({ code: "EXPORT_UNAVAILABLE" }),
      ]);
    }
  }
  expect(exportEvents()).toEqual([]);
});

it("page that fails once is read again", async () => {
  const backend = await startPagedBackend([{ rows: [{ id: 2 }] }, { status: 503 }, { rows: [{ id: 1 }] }]);
  const { auth } = await createTestAuth({ API_URL: backend.origin });
  const { cookie } = await signUpReauthenticated(auth);
  const document = (await (await exportData(auth, cookie)).json()) as { tasks: object[] };
  expect(document.tasks).toEqual([{ id: 2 }, { id: 1 }]);
});

it("export whose backend goes away between two pages breaks off, and is not a whole document", async () => {
  const backend = await startPagedBackend([{ rows: [{ id: 2 }], headers: { link: '<?cursor=x>; rel="next"' } }]);
  const { auth } = await createTestAuth({ API_URL: backend.origin });
  const { cookie } = await signUpReauthenticated(auth);
  for (const format of ["json", "csv"]) {
    backend.requests.length = 0;
    const response = await exportData(auth, cookie, { format });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow("backend");
  }
});

it("pages are read as they are taken, so that memory is bounded, and no longer when the client has left", async () => {
  const rows = Array.from({ length: 200 }, (_, id) => ({ id }));
  const backend = await startPagedBackend(Array.from({ length: 50 }, () => ({ rows })));
  const { auth } = await createTestAuth({ API_URL: backend.origin });
  const { cookie } = await signUpReauthenticated(auth);
  const { body } = await exportData(auth, cookie, { format: "csv" });
  const reader = body?.getReader();
  // The header line, then two pages.
  for (let chunk = 0; chunk < 3; chunk++) await reader?.read();
  expect(backend.requests.length).toBeLessThan(6);
  await reader?.cancel();
  expect(backend.requests.length).toBeLessThan(6);
});

/** Tables of a user that the export leaves out, and why. */
const LEFT_OUT: Record<string, string> = {
  twoFactor: "secrets; account.two_factor_enabled says whether it is on",
};

const MEMBER_OF_TABLE: Record<string, string> = {
  session: "sessions",
  account: "connected_accounts",
  passkey: "passkeys",
  personalToken: "personal_access_tokens",
  emailChange: "email_changes",
  accountLink: "mailed_links",
  accountActivity: "activity",
};

it("every table with rows of a user is exported or is left out for a reason", async () => {
  const { auth } = await createTestAuth();
  const { tables } = await auth.$context;
  const ofUser = Object.entries(tables)
    .filter(([, { fields }]) => Object.values(fields).some((field) => field.references?.model === "user"))
    .map(([model]) => model);
  expect(ofUser).toEqual(expect.arrayContaining(["session", "account", "passkey", "accountActivity"]));
  for (const model of ofUser) {
    const member = MEMBER_OF_TABLE[model];
    expect(member ? member in ACCOUNT_DATA : model in LEFT_OUT, `table ${model}`).toBe(true);
  }
});
