import { decodeJwt, SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findPendingEmailChange } from "./email-change.ts";
import { securityEventLog } from "./security-events.ts";
import { codeOf, findMail, findUser, signIn, tokenOf, verifyEmail } from "./test-account.ts";
import { createDatabaseVariables, databaseKinds } from "./test-databases.ts";
import { createTestAuth, PASSWORD, sendRequest, signUpUser } from "./test-utils.ts";

// Each test hashes several passwords.
vi.setConfig({ testTimeout: 60_000 });

let lines: string[] = [];
beforeEach(() => {
  lines = [];
  vi.spyOn(process.stderr, "write").mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
});
afterEach(() => {
  vi.useRealTimers();
  securityEventLog().writeAllCounts();
  vi.restoreAllMocks();
});

const events = () =>
  lines
    .flatMap((text) => text.trim().split("\n"))
    .filter((line) => line.includes('"target":"security"'))
    .map((line) => JSON.parse(line));

const HOUR_MS = 60 * 60 * 1000;
const LINK_LIFETIME_MS = 24 * HOUR_MS;
const CONFIRM = "Confirm your new e-mail address";

function skipTime(milliseconds: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + milliseconds });
}

describe.each(databaseKinds)("with an %s database", (kind) => {
  async function createApp({ isVerified = true } = {}) {
    const app = await createTestAuth(await createDatabaseVariables(kind));
    const { adapter, internalAdapter } = await app.auth.$context;
    const user = await signUpUser(app.auth);
    if (isVerified) await verifyEmail(app, user.id);
    const newEmail = `new-${user.email}`;
    // Without the mail about the sign-up.
    app.mails.length = 0;
    await reauthenticate(app, user.id);
    return { ...app, adapter, internalAdapter, user, newEmail };
  }

  type App = Awaited<ReturnType<typeof createApp>>;

  /** Marks the sessions of the user as just authenticated, where that is a column. */
  async function reauthenticate({ auth }: Pick<App, "auth">, userId: string): Promise<void> {
    const { adapter, tables } = await auth.$context;
    if (!tables.session?.fields.reauthenticatedAt) return;
    const where = [{ field: "userId", value: userId }];
    await adapter.updateMany({ model: "session", where, update: { reauthenticatedAt: new Date() } });
  }

  const requestChange = ({ auth, user }: App, newEmail: string, cookie = user.cookie) =>
    sendRequest(auth, "/change-email", { body: { newEmail }, cookie });

  const open = ({ auth }: Pick<App, "auth">, token: string, cookie?: string) =>
    sendRequest(auth, "/verify-email", { body: { token }, ...(cookie && { cookie }) });

  const expectRefusal = async (app: App, response: Response, code: string) => {
    expect([response.status, await codeOf(response)]).toEqual([401, code]);
    expect((await findUser(app, app.user.id))?.email).toBe(app.user.email);
    expect(events().at(-1)).toMatchObject({ event: "link_refused", outcome: "refused", reason: code.toLowerCase() });
  };

  it.each([true, false])(
    "address of an account whose old one is verified (%s) changes when the link at the new one is opened",
    async (isVerified) => {
      const app = await createApp({ isVerified });
      const { user, newEmail, mails } = app;
      expect((await requestChange(app, newEmail.toUpperCase())).status).toBe(200);
      expect(await findUser(app, user.id)).toMatchObject({ email: user.email, emailVerified: isVerified });
      expect(events().at(-1)).toMatchObject({ event: "email_change_requested", outcome: "success", user: user.id });
      expect(findMail(app, user.email, "Change of your e-mail address requested")?.paragraphs.join(" ")).toContain(
        "n…@example.com",
      );
      expect(await findPendingEmailChange(app.adapter, user.id)).toMatchObject({ newEmail });

      const token = tokenOf(app, newEmail, CONFIRM);
      const opened = await open(app, token);
      expect(opened.status).toBe(200);
      expect(await findUser(app, user.id)).toMatchObject({ email: newEmail, emailVerified: true });
      expect(events().at(-1)).toMatchObject({ event: "email_changed", outcome: "success", user: user.id });
      expect(await findPendingEmailChange(app.adapter, user.id)).toBeUndefined();
      const notice = findMail(app, user.email, "Your e-mail address was changed");
      // A mistyped address that nobody has proved must not get the account back.
      expect(Boolean(notice?.action)).toBe(isVerified);
      expect(mails.filter((mail) => mail.to === newEmail).map((mail) => mail.subject)).toEqual([CONFIRM]);
      expect(lines.join("")).not.toContain("example.com");
      expect(
        (await sendRequest(app.auth, "/sign-in/email", { body: { email: newEmail, password: PASSWORD } })).ok,
      ).toBe(true);
    },
  );

  it("request for an address that has an account is answered, shown and mailed the same, and changes nothing", async () => {
    const app = await createApp();
    const other = await signUpUser(app.auth);
    app.mails.length = 0;
    const free = await requestChange(app, app.newEmail);
    const answer = [free.status, await free.text()];
    const notice = findMail(app, app.user.email, /requested/);
    const taken = await requestChange(app, other.email);
    expect([taken.status, await taken.text()]).toEqual(answer);
    expect(await findPendingEmailChange(app.adapter, app.user.id)).toMatchObject({ newEmail: other.email });
    expect(findMail(app, app.user.email, /requested/)?.paragraphs.length).toBe(notice?.paragraphs.length);
    expect(app.mails.filter((mail) => mail.to === other.email)).toMatchObject([
      { subject: "Your e-mail address already has an account" },
    ]);
    expect(app.mails.filter((mail) => mail.to === other.email && mail.action)).toEqual([]);
  });

  it("link of one account in the session of another is refused, and works in the right one", async () => {
    const app = await createApp();
    const other = await signUpUser(app.auth);
    await requestChange(app, app.newEmail);
    const token = tokenOf(app, app.newEmail, CONFIRM);
    await expectRefusal(app, await open(app, token, other.cookie), "INVALID_USER");
    expect((await findUser(app, other.id))?.email).toBe(other.email);
    expect((await open(app, token, app.user.cookie)).status).toBe(200);
  });

  it("used link is refused", async () => {
    const app = await createApp();
    await requestChange(app, app.newEmail);
    const token = tokenOf(app, app.newEmail, CONFIRM);
    const statuses = (await Promise.all([open(app, token), open(app, token), open(app, token)])).map(
      ({ status }) => status,
    );
    expect(statuses.sort()).toEqual([200, 401, 401]);
    const again = await open(app, token);
    expect([again.status, await codeOf(again)]).toEqual([401, "INVALID_TOKEN"]);
    // Repeats of an event are counted and not written, so the order of the concurrent requests decides which one is last.
    expect(events()).toContainEqual(expect.objectContaining({ event: "link_refused", reason: "invalid_token" }));
    expect(app.mails.filter((mail) => mail.subject === "Your e-mail address was changed")).toHaveLength(1);
  });

  it("expired link is refused", async () => {
    const app = await createApp();
    await requestChange(app, app.newEmail);
    const token = tokenOf(app, app.newEmail, CONFIRM);
    skipTime(LINK_LIFETIME_MS + 1_000);
    await expectRefusal(app, await open(app, token), "TOKEN_EXPIRED");
    expect(await findPendingEmailChange(app.adapter, app.user.id)).toBeUndefined();
  });

  it("tampered link, and a link that was signed but never mailed, are refused", async () => {
    const app = await createApp();
    const other = await signUpUser(app.auth);
    await requestChange(app, app.newEmail);
    const token = tokenOf(app, app.newEmail, CONFIRM);
    const claims = { ...decodeJwt(token), updateTo: "attacker@example.com" };
    const { secret } = await app.auth.$context;
    const [header, , signature] = token.split(".");
    const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
    await expectRefusal(app, await open(app, `${header}.${payload}.${signature}`), "INVALID_TOKEN");
    const sign = (changed: object) =>
      new SignJWT({ ...claims, ...changed })
        .setProtectedHeader({ alg: "HS256" })
        .sign(new TextEncoder().encode(secret));
    for (const changed of [{}, { userId: other.id, email: other.email }, { requestType: undefined }]) {
      lines = [];
      securityEventLog().writeAllCounts();
      await expectRefusal(app, await open(app, await sign(changed)), "INVALID_TOKEN");
    }
    expect((await findUser(app, other.id))?.email).toBe(other.email);
    expect((await open(app, token)).status).toBe(200);
  });

  it("cancelled change is no longer shown, and its link is refused", async () => {
    const app = await createApp();
    await requestChange(app, app.newEmail);
    const cancelled = await sendRequest(app.auth, "/cancel-email-change", { body: {}, cookie: app.user.cookie });
    expect(cancelled.status).toBe(200);
    expect(events().at(-1)).toMatchObject({ event: "email_change_cancelled", outcome: "success", user: app.user.id });
    expect(await findPendingEmailChange(app.adapter, app.user.id)).toBeUndefined();
    await expectRefusal(app, await open(app, tokenOf(app, app.newEmail, CONFIRM)), "INVALID_TOKEN");
    expect((await sendRequest(app.auth, "/cancel-email-change", { body: {} })).status).toBe(401);
  });

  it("cancellation of one account keeps the change of another", async () => {
    const app = await createApp();
    const other = await signUpUser(app.auth);
    await requestChange(app, app.newEmail);
    await sendRequest(app.auth, "/cancel-email-change", { body: {}, cookie: other.cookie });
    expect((await open(app, tokenOf(app, app.newEmail, CONFIRM))).status).toBe(200);
  });

  it("newer request replaces the older one", async () => {
    const app = await createApp();
    await requestChange(app, app.newEmail);
    const older = tokenOf(app, app.newEmail, CONFIRM);
    await requestChange(app, `newer-${app.user.email}`);
    await expectRefusal(app, await open(app, older), "INVALID_TOKEN");
    expect((await open(app, tokenOf(app, `newer-${app.user.email}`, CONFIRM))).status).toBe(200);
  });

  it("link after the password was changed or reset is refused", async () => {
    const app = await createApp();
    await requestChange(app, app.newEmail);
    const token = tokenOf(app, app.newEmail, CONFIRM);
    await app.internalAdapter.updatePassword(app.user.id, await (await app.auth.$context).password.hash(PASSWORD));
    expect(await findPendingEmailChange(app.adapter, app.user.id)).toBeUndefined();
    await expectRefusal(app, await open(app, token), "INVALID_TOKEN");
  });

  it("link for an address that another account has taken meanwhile is refused", async () => {
    const app = await createApp();
    await requestChange(app, app.newEmail);
    const other = await signUpUser(app.auth);
    await app.internalAdapter.updateUser(other.id, { email: app.newEmail });
    await expectRefusal(app, await open(app, tokenOf(app, app.newEmail, CONFIRM)), "EMAIL_TAKEN");
  });

  it("link of a deleted account is refused", async () => {
    const app = await createApp();
    await requestChange(app, app.newEmail);
    const token = tokenOf(app, app.newEmail, CONFIRM);
    await app.internalAdapter.deleteUser(app.user.id);
    const opened = await open(app, token);
    expect([opened.status, await codeOf(opened)]).toEqual([401, "INVALID_TOKEN"]);
    expect(events().at(-1)).toMatchObject({ event: "link_refused", reason: "invalid_token" });
  });

  it("old address is kept for its owner for seven days, against sign-ups and other changes", async () => {
    const app = await createApp();
    await requestChange(app, app.newEmail);
    expect((await open(app, tokenOf(app, app.newEmail, CONFIRM))).status).toBe(200);
    const attacker = await signUpUser(app.auth);
    await reauthenticate(app, attacker.id);
    const signUp = () =>
      sendRequest(app.auth, "/sign-up/email", { body: { name: "Eve", email: app.user.email, password: PASSWORD } });
    const refused = await signUp();
    expect([refused.status, await codeOf(refused)]).toEqual([403, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL"]);
    await requestChange(app, app.user.email, attacker.cookie);
    const taken = await open(app, tokenOf(app, app.user.email, CONFIRM));
    expect([taken.status, await codeOf(taken)]).toEqual([401, "EMAIL_TAKEN"]);
    expect((await findUser(app, attacker.id))?.email).toBe(attacker.email);
    // The owner may take it again.
    await requestChange(app, app.user.email);
    expect((await open(app, tokenOf(app, app.user.email, CONFIRM))).status).toBe(200);
    expect((await findUser(app, app.user.id))?.email).toBe(app.user.email);
    skipTime(8 * 24 * HOUR_MS);
    await app.internalAdapter.updateUser(app.user.id, { email: app.newEmail });
    expect((await signUp()).status).toBe(200);
  });

  it("links that reset the password are ended, because they were mailed to the old address", async () => {
    const app = await createApp();
    const value = { value: app.user.id, expiresAt: new Date(Date.now() + HOUR_MS) };
    await app.internalAdapter.createVerificationValue({ identifier: "reset-password:secret", ...value });
    await requestChange(app, app.newEmail);
    expect(await app.internalAdapter.findVerificationValue("reset-password:secret")).not.toBeNull();
    await open(app, tokenOf(app, app.newEmail, CONFIRM));
    expect(await app.internalAdapter.findVerificationValue("reset-password:secret")).toBeNull();
  });

  it("own address, an address that is too long, and a request without a session are refused without a mail", async () => {
    const app = await createApp();
    expect((await requestChange(app, app.user.email)).status).toBe(400);
    const long = await requestChange(app, `${"a".repeat(250)}@example.com`);
    expect([long.status, await codeOf(long)]).toEqual([400, "EMAIL_TOO_LONG"]);
    expect((await sendRequest(app.auth, "/change-email", { body: { newEmail: app.newEmail } })).status).toBe(401);
    expect(app.mails).toEqual([]);
    expect(await findPendingEmailChange(app.adapter, app.user.id)).toBeUndefined();
  });

  it("requests of an account, and mails to one address, are limited", async () => {
    const app = await createApp();
    for (let index = 0; index < 10; index++)
      expect((await requestChange(app, `a${index}-${app.user.email}`)).status).toBe(200);
    expect((await requestChange(app, app.newEmail)).status).toBe(429);
    const victim = "victim@example.com";
    const statuses = [];
    for (let index = 0; index < 6; index++) {
      const each = await signUpUser(app.auth);
      await reauthenticate(app, each.id);
      statuses.push((await requestChange(app, victim, each.cookie)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    expect(app.mails.filter(({ to }) => to === victim)).toHaveLength(5);
    // An attacker's other addresses are not told more than the limit of mails.
    expect(app.mails.filter(({ to }) => to === app.user.email).length).toBeLessThanOrEqual(5);
  });

  it("change in one browser is known in it, so that the next sign-in there is no new device", async () => {
    const app = await createApp();
    await requestChange(app, app.newEmail);
    const opened = await open(app, tokenOf(app, app.newEmail, CONFIRM), app.user.cookie);
    const known = opened.headers
      .getSetCookie()
      .find((each) => each.includes("known_browser"))
      ?.split(";")[0];
    await signIn(app, app.newEmail, known);
    expect(findMail(app, app.newEmail, "New sign-in to your account")).toBeUndefined();
  });
});

it("token of another kind does not change the address", async () => {
  const { auth } = await createTestAuth();
  const { id, email } = await signUpUser(auth);
  const { secret } = await auth.$context;
  const claims = { email, updateTo: "attacker@example.com", userId: id, requestType: "change-email-verification" };
  for (const other of [{ sub: id }, { aud: "todo-api" }]) {
    const token = await new SignJWT({ ...claims, ...other })
      .setProtectedHeader({ alg: "HS256" })
      .setExpirationTime("1h")
      .sign(new TextEncoder().encode(secret));
    const response = await sendRequest(auth, "/verify-email", { body: { token } });
    expect([response.status, await codeOf(response)]).toEqual([401, "INVALID_TOKEN"]);
  }
});
