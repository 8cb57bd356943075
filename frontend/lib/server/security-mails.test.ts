import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CLIENT_IP_HEADER } from "./client-ip.ts";
import { toEntry } from "./recent-activity.ts";
import type { SecurityEventName } from "./security-events.ts";
import { eventRecorder } from "./security-events-plugin.ts";
import { MAILED_EVENTS, MAX_MAILS_PER_DAY, maskEmail } from "./security-mails.ts";
import { findMail, signIn } from "./test-account.ts";
import { startRecorder } from "./test-backend.ts";
import { cookiesOf, createTestAuth, PASSWORD, sendRequest, signUpUser, type TestAuth } from "./test-utils.ts";

vi.setConfig({ testTimeout: 60_000 });

beforeEach(() => void vi.spyOn(process.stderr, "write").mockReturnValue(true));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const NEW_DEVICE = "New sign-in to your account";

/** The cookies without the session: the browser after signing out. */
const withoutSession = (cookie: string) =>
  cookie
    .split("; ")
    .filter((each) => !each.includes("session_token"))
    .join("; ");

async function createApp() {
  const app = await createTestAuth();
  const user = await signUpUser(app.auth);
  const context = await app.auth.$context;
  const record = (event: string, headers = new Headers()) =>
    eventRecorder(context).recordSuccess({ event: event as SecurityEventName, user: user.id }, headers);
  return { ...app, user, context, record };
}

/** Without the mail that confirms the address after the sign-up. */
const mailsTo = ({ mails }: Pick<TestAuth, "mails">, to: string) =>
  mails.filter((mail) => mail.to === to && mail.subject !== "Confirm your e-mail address");

it("sign-up, and sign-ins in a browser that the account has used, send no mail", async () => {
  const app = await createApp();
  expect(mailsTo(app, app.user.email)).toEqual([]);
  const cookie = await signIn(app, app.user.email, withoutSession(app.user.cookie));
  await signIn(app, app.user.email, withoutSession(cookie));
  expect(mailsTo(app, app.user.email)).toEqual([]);
});

it("sign-in in another browser sends a mail with device, time, address and a link, and the next one there does not", async () => {
  const app = await createApp();
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-25T13:05:00Z") });
  const cookie = await signIn(app, app.user.email);
  const [mail, ...others] = mailsTo(app, app.user.email);
  expect(others).toEqual([]);
  expect(mail?.subject).toBe(NEW_DEVICE);
  expect(mail?.paragraphs).toContain(
    "An unknown device, from the address 192.0.2.1, on 25 November 2026 at 13:05 UTC.",
  );
  expect(mail?.action?.label).toBe("This was not me");
  expect(mail?.action?.url).toMatch(/^http:\/\/localhost:3000\/account-alert#token=[\w-]{43}$/);
  await signIn(app, app.user.email, withoutSession(cookie));
  expect(mailsTo(app, app.user.email)).toHaveLength(1);
  // Another account that signs in there is new to it.
  const other = await signUpUser(app.auth);
  await signIn(app, other.email, withoutSession(cookie));
  expect(mailsTo(app, other.email)).toMatchObject([{ subject: NEW_DEVICE }]);
});

it("wrong password in another browser sends no mail", async () => {
  const app = await createApp();
  await sendRequest(app.auth, "/sign-in/email", { body: { email: app.user.email, password: "not the password" } });
  expect(mailsTo(app, app.user.email)).toEqual([]);
});

it("forged cookie of a known browser does not suppress the mail", async () => {
  const app = await createApp();
  const forged = withoutSession(app.user.cookie).replace(/(known_browser=[^.]*\.)[^.%]*/, "$1AAAA");
  expect(forged).not.toBe(withoutSession(app.user.cookie));
  await signIn(app, app.user.email, forged);
  expect(mailsTo(app, app.user.email)).toMatchObject([{ subject: NEW_DEVICE }]);
});

it("changed password sends a mail, and a failed change does not", async () => {
  const app = await createApp();
  const change = (currentPassword: string) =>
    sendRequest(app.auth, "/change-password", {
      body: { currentPassword, newPassword: "another long phrase", revokeOtherSessions: true },
      cookie: app.user.cookie,
    });
  expect((await change("not the password")).status).toBe(400);
  expect(mailsTo(app, app.user.email)).toEqual([]);
  expect((await change(PASSWORD)).status).toBe(200);
  expect(mailsTo(app, app.user.email)).toMatchObject([{ subject: "Your password was changed" }]);
});

it("deleted account sends a mail without a link after the deletion, and a kept one none", async () => {
  const { origin } = await startRecorder(204);
  const { origin: failing } = await startRecorder(500);
  for (const [url, subjects] of [
    [failing, []],
    [origin, ["Your account was deleted"]],
  ] as const) {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const app = await createTestAuth({ API_URL: url });
    const { email, cookie } = await signUpUser(app.auth);
    await sendRequest(app.auth, "/delete-user", { body: { password: PASSWORD }, cookie });
    expect(mailsTo(app, email).map(({ subject }) => subject)).toEqual(subjects);
    expect(mailsTo(app, email).filter(({ action }) => action)).toEqual([]);
  }
});

describe("table of mails", () => {
  it("has the events that the owner of an account is told", () => {
    expect([...MAILED_EVENTS].sort()).toEqual([
      "account_deleted",
      "email_change_requested",
      "email_change_reverted",
      "email_changed",
      "passkey_added",
      "passkey_removed",
      "password_change",
      "password_reset",
      "personal_token_created",
      "recovery_code_used",
      "recovery_codes_renewed",
      "sign_in",
      "social_account_linked",
      "social_account_unlinked",
      "two_factor_disabled",
      "two_factor_enabled",
    ]);
  });

  it.each(MAILED_EVENTS.filter((event) => event !== "account_deleted" && event !== "sign_in"))(
    "%s sends one mail with its own subject, device and link, and is shown by a title",
    async (event) => {
      const app = await createApp();
      const headers = new Headers({
        [CLIENT_IP_HEADER]: "2001:db8::1",
        "user-agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
      });
      await app.record(event, headers);
      const [mail, ...others] = mailsTo(app, app.user.email);
      expect(others).toEqual([]);
      expect(mail?.subject).not.toBe("");
      expect(mail?.paragraphs[1]).toMatch(/^Firefox on Windows, from the address 2001:db8::1, on /);
      expect(mail?.action?.label).toBe("This was not me");
      const activity = { id: "", userId: "", outcome: "success", device: "", count: 1, subject: null, requestId: null };
      const dates = { createdAt: new Date(), updatedAt: new Date() };
      const entry = toEntry({ ...activity, ...dates, event: event as SecurityEventName, outcome: "success" });
      expect(entry.title).not.toBe("Changed");
    },
  );
});

it("address that a proxy made up is not in the mail", async () => {
  const app = await createApp();
  await app.record("password_change", new Headers({ [CLIENT_IP_HEADER]: "https://evil.example" }));
  expect(JSON.stringify(mailsTo(app, app.user.email))).not.toContain("evil");
});

it("flood of events of one kind sends few mails a day, and other kinds are still told", async () => {
  const app = await createApp();
  for (let index = 0; index < 30; index++) await app.record("recovery_code_used");
  expect(mailsTo(app, app.user.email)).toHaveLength(MAX_MAILS_PER_DAY);
  await app.record("passkey_added");
  expect(findMail(app, app.user.email, "A passkey was added to your account")).toBeDefined();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 25 * 60 * 60 * 1000 });
  await app.record("recovery_code_used");
  expect(mailsTo(app, app.user.email)).toHaveLength(MAX_MAILS_PER_DAY + 2);
});

it("token of the link is stored as a hash", async () => {
  const app = await createApp();
  await app.record("password_change");
  const token = mailsTo(app, app.user.email)[0]?.action?.url.split("#token=")[1] ?? "";
  expect(token).toHaveLength(43);
  expect(JSON.stringify(await app.context.adapter.findMany({ model: "accountLink" }))).not.toContain(token);
});

it("failing database of the mails fails no sign-in", async () => {
  const app = await createApp();
  const { create } = app.context.adapter;
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(app.context.adapter, "create").mockImplementation((data) =>
    data.model === "accountLink" ? Promise.reject(new Error("disk full")) : create(data),
  );
  const response = await sendRequest(app.auth, "/sign-in/email", {
    body: { email: app.user.email, password: PASSWORD },
  });
  expect(response.status).toBe(200);
  expect(cookiesOf(response)).toContain("session_token");
  expect(error).toHaveBeenCalledWith(expect.stringContaining("mail"));
});

it("masked address shows its first character and its domain", () => {
  expect(maskEmail("ada@example.com")).toBe("a…@example.com");
  expect(maskEmail('"a@b"@example.com')).toBe('"…@example.com');
});
