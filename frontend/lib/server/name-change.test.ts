import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AccountActivity } from "./account-activity.ts";
import { toEntry } from "./recent-activity.ts";
import { securityEventLog } from "./security-events.ts";
import { createTestAuth, sendRequest, signUpUser, type TestAuth } from "./test-utils.ts";

let lines: string[] = [];
beforeEach(() => {
  lines = [];
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

const events = () => lines.filter((line) => line.includes('"name_changed"'));

const update = (auth: TestAuth["auth"], cookie: string, body: object) =>
  sendRequest(auth, "/update-user", { body, cookie });

/** Beyond the limit of changes. */
const skipMinute = () => void vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });

const findUser = async ({ $context }: TestAuth["auth"], id: string) =>
  (await $context).internalAdapter.findUserById(id);

it("changed name is trimmed, stored, logged without the name, and shown in the recent activity", async () => {
  const { auth } = await createTestAuth();
  const { cookie, id } = await signUpUser(auth);
  const response = await update(auth, cookie, { name: "  Grace Hopper " });
  expect([response.status, await response.json()]).toEqual([200, { status: true }]);
  expect(await findUser(auth, id)).toMatchObject({ name: "Grace Hopper", image: null });
  expect(events()).toHaveLength(1);
  expect(JSON.parse(events()[0] ?? "")).toMatchObject({ event: "name_changed", outcome: "success", user: id });
  expect(lines.join("")).not.toContain("Hopper");
  const activity = await new AccountActivity((await auth.$context).adapter).list(id);
  expect(activity.map(toEntry).map(({ title }) => title)).toEqual(["Name changed", "Account created"]);
});

it("the same name again is no event", async () => {
  const { auth } = await createTestAuth();
  const { cookie } = await signUpUser(auth);
  expect((await update(auth, cookie, { name: "Ada Quill" })).status).toBe(200);
  expect(events()).toEqual([]);
});

const OTHER_BODIES: [string, object][] = [
  ["an image", { image: null }],
  ["a name and an image", { name: "Grace", image: null }],
  ["an e-mail address", { name: "Grace", email: "grace@example.com" }],
  ["the verification of the address", { name: "Grace", emailVerified: true }],
  ["an id", { name: "Grace", id: "another" }],
  ["two-step sign-in", { name: "Grace", twoFactorEnabled: false }],
  ["an unknown member", { name: "Grace", role: "admin" }],
  ["the prototype", { name: "Grace", constructor: {} }],
  ["nothing", {}],
  ["a list", [["name", "Grace"]]],
  ["a name that is a number", { name: 5 }],
  ["a name that is an object", { name: { $ne: "" } }],
  ["a name that is null", { name: null }],
];

it("update with anything but one name is refused and changes nothing", async () => {
  const { auth } = await createTestAuth();
  const { cookie, id } = await signUpUser(auth);
  const before = await findUser(auth, id);
  for (const [what, body] of OTHER_BODIES) {
    skipMinute();
    expect((await update(auth, cookie, body)).status, what).toBe(400);
    expect(await findUser(auth, id), what).toEqual(before);
  }
  expect(events()).toEqual([]);
});

it("update without a session is unauthorized", async () => {
  const { auth } = await createTestAuth();
  expect((await update(auth, "", { name: "Grace" })).status).toBe(401);
});

it("name can be changed ten times a minute", async () => {
  const { auth } = await createTestAuth();
  const [ada, bob] = [await signUpUser(auth), await signUpUser(auth)];
  const statuses = [];
  for (let attempt = 0; attempt < 11; attempt++)
    statuses.push((await update(auth, ada.cookie, { name: `Ada ${attempt}` })).status);
  expect(statuses).toEqual([...Array(10).fill(200), 429]);
  expect((await update(auth, bob.cookie, { name: "Bob" })).status).toBe(200);
});
