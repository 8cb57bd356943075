import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createAccountLink } from "./account-links.ts";
import { securityEventLog } from "./security-events.ts";
import { codeOf, findMail, findUser, signIn, tokenOf, verifyEmail } from "./test-account.ts";
import { createDatabaseVariables, databaseKinds } from "./test-databases.ts";
import { allowSensitiveActions, createTestAuth, PASSWORD, sendRequest, signUpUser } from "./test-utils.ts";

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

const DAY_MS = 24 * 60 * 60 * 1000;
const NEW_DEVICE = "New sign-in to your account";
const CHANGED = "Your e-mail address was changed";
const REQUESTED = "Change of your e-mail address requested";
const CONFIRM = "Confirm your new e-mail address";

function skipTime(milliseconds: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + milliseconds });
}

describe.each(databaseKinds)("with an %s database", (kind) => {
  async function createApp() {
    const app = await createTestAuth(await createDatabaseVariables(kind));
    const { adapter, internalAdapter, tables } = await app.auth.$context;
    const user = await signUpUser(app.auth);
    await verifyEmail(app, user.id);
    return { ...app, adapter, internalAdapter, tables, user };
  }

  type App = Awaited<ReturnType<typeof createApp>>;

  const report = ({ auth }: Pick<App, "auth">, token: string, cookie?: string) =>
    sendRequest(auth, "/account-alert", { body: { token }, ...(cookie && { cookie }) });

  const isSignedIn = async ({ auth }: Pick<App, "auth">, cookie: string) =>
    (await sendRequest(auth, "/api-token", { cookie })).status === 200;

  async function expectRefusal(response: Response, reason: string): Promise<void> {
    expect([response.status, await codeOf(response)]).toEqual([401, reason.toUpperCase()]);
    expect(events()).toContainEqual(expect.objectContaining({ event: "link_refused", outcome: "refused", reason }));
  }

  /** Changes the address as someone who has taken over the account does. */
  async function changeEmail(app: App, newEmail: string, cookie = app.user.cookie): Promise<void> {
    if (app.tables.session?.fields.reauthenticatedAt) {
      const where = [{ field: "userId", value: app.user.id }];
      await app.adapter.updateMany({ model: "session", where, update: { reauthenticatedAt: new Date() } });
    }
    expect((await sendRequest(app.auth, "/change-email", { body: { newEmail }, cookie })).status).toBe(200);
    expect(
      (await sendRequest(app.auth, "/verify-email", { body: { token: tokenOf(app, newEmail, CONFIRM) } })).status,
    ).toBe(200);
    expect((await findUser(app, app.user.id))?.email).toBe(newEmail);
  }

  describe("report of an account", () => {
    it("ends all sessions and the password, and is an event", async () => {
      const app = await createApp();
      const { user } = app;
      const other = await signUpUser(app.auth);
      const stranger = await signIn(app, user.email);
      expect(await isSignedIn(app, stranger)).toBe(true);
      await app.internalAdapter.createVerificationValue({
        identifier: "reset-password:requested-by-a-stranger",
        value: user.id,
        expiresAt: new Date(Date.now() + DAY_MS),
      });
      vi.spyOn(console, "error").mockImplementation(() => {});
      const response = await report(app, tokenOf(app, user.email, NEW_DEVICE));
      expect(await response.json()).toEqual({ success: true, email: "u…@example.com", isRestored: false });
      for (const cookie of [stranger, user.cookie]) expect(await isSignedIn(app, cookie)).toBe(false);
      const body = { email: user.email, password: PASSWORD };
      expect((await sendRequest(app.auth, "/sign-in/email", { body })).status).toBe(401);
      expect(await app.internalAdapter.findVerificationValue("reset-password:requested-by-a-stranger")).toBeNull();
      expect(events()).toContainEqual(
        expect.objectContaining({ event: "account_reported", outcome: "success", user: user.id, client: "192.0.2.1" }),
      );
      expect(events().filter(({ event, user: id }) => event === "verification_sent" && id === user.id)).toHaveLength(1);
      expect(await isSignedIn(app, other.cookie)).toBe(true);
      // The access tokens of each session are revoked too.
      const revoked = await app.adapter.count({ model: "revocation", where: [{ field: "claim", value: "sid" }] });
      expect(revoked).toBe(2);
      expect(await app.adapter.count({ model: "revocation", where: [{ field: "value", value: user.id }] })).toBe(1);
      expect(findMail(app, user.email, "Choose a new password")?.action?.url).toContain("/reset-password#token=");
    });

    it("is not made with GET, which programs that scan mails use", async () => {
      const app = await createApp();
      const cookie = await signIn(app, app.user.email);
      const token = tokenOf(app, app.user.email, NEW_DEVICE);
      expect((await sendRequest(app.auth, `/account-alert?token=${token}`)).status).toBe(404);
      expect(await isSignedIn(app, cookie)).toBe(true);
      expect((await report(app, token)).status).toBe(200);
    });

    it("is made once, also by concurrent requests", async () => {
      const app = await createApp();
      await signIn(app, app.user.email);
      const token = tokenOf(app, app.user.email, NEW_DEVICE);
      const responses = await Promise.all([report(app, token), report(app, token), report(app, token)]);
      expect(responses.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
      await expectRefusal(await report(app, token), "invalid_token");
    });

    it("by an expired, tampered, absent or foreign link is refused", async () => {
      const app = await createApp();
      const cookie = await signIn(app, app.user.email);
      const token = tokenOf(app, app.user.email, NEW_DEVICE);
      for (const wrong of [`${token.slice(0, -1)}_x`, `${token.slice(1)}A`, "", "a".repeat(5_000), cookie]) {
        lines = [];
        securityEventLog().writeAllCounts();
        await expectRefusal(await report(app, wrong), "invalid_token");
      }
      skipTime(30 * DAY_MS + 1_000);
      await expectRefusal(await report(app, token), "token_expired");
      expect(await app.internalAdapter.findCredentialAccount(app.user.id)).toMatchObject({ password: /^\$scrypt/ });
    });

    it("of a deleted account is refused", async () => {
      const app = await createApp();
      await signIn(app, app.user.email);
      await app.internalAdapter.deleteUser(app.user.id);
      await expectRefusal(await report(app, tokenOf(app, app.user.email, NEW_DEVICE)), "invalid_token");
      expect(await app.adapter.count({ model: "accountLink" })).toBe(0);
    });

    it("concerns the account of the link, whoever is signed in", async () => {
      const app = await createApp();
      const other = await signUpUser(app.auth);
      await signIn(app, app.user.email);
      const response = await report(app, tokenOf(app, app.user.email, NEW_DEVICE), other.cookie);
      expect(response.status).toBe(200);
      expect(response.headers.getSetCookie().filter((each) => each.includes("session_token"))).toEqual([]);
      expect(await isSignedIn(app, other.cookie)).toBe(true);
      expect(await isSignedIn(app, app.user.cookie)).toBe(false);
    });

    it("that fails changes nothing, and the link can be used again", async () => {
      const app = await createApp();
      const cookie = await signIn(app, app.user.email);
      const token = tokenOf(app, app.user.email, NEW_DEVICE);
      const failing = vi.spyOn(app.internalAdapter, "deleteUserSessions").mockRejectedValueOnce(new Error("disk full"));
      vi.spyOn(console, "error").mockImplementation(() => {});
      const status = await report(app, token).then(
        (response) => response.status,
        () => 500,
      );
      expect(status).toBe(500);
      failing.mockRestore();
      expect(await isSignedIn(app, cookie)).toBe(true);
      expect((await report(app, token)).status).toBe(200);
    });

    it("removes connected accounts that were added since, and keeps earlier ones", async () => {
      const app = await createApp();
      const link = (accountId: string) =>
        app.internalAdapter.createAccount({ userId: app.user.id, providerId: "github", accountId });
      const earlier = await link("earlier");
      await app.adapter.update({
        model: "account",
        where: [{ field: "id", value: earlier.id }],
        update: { createdAt: new Date(Date.now() - DAY_MS) },
      });
      await signIn(app, app.user.email);
      await link("stranger");
      expect((await report(app, tokenOf(app, app.user.email, NEW_DEVICE))).status).toBe(200);
      const accounts = await app.internalAdapter.findAccounts(app.user.id);
      expect(accounts.map(({ accountId }) => accountId).sort()).toEqual(["earlier", app.user.id].sort());
    });

    it("turns two-step sign-in off that was turned on since, for seven days", async () => {
      const app = await createApp();
      const { adapter, internalAdapter, user } = app;
      const turnOn = () => internalAdapter.updateUser(user.id, { twoFactorEnabled: true });
      const isOn = async () => {
        const stored = await findUser(app, user.id);
        return stored && "twoFactorEnabled" in stored && stored.twoFactorEnabled;
      };
      const sendLink = () =>
        createAccountLink(adapter, { userId: user.id, event: "x", email: user.email, restoresEmail: false });

      await turnOn();
      expect((await report(app, await sendLink())).status).toBe(200);
      expect(await isOn()).toBe(false);

      await turnOn();
      const early = await sendLink();
      skipTime(DAY_MS);
      expect((await report(app, await sendLink())).status, "mail of a day later").toBe(200);
      expect(await isOn()).toBe(true);
      skipTime(6 * DAY_MS);
      expect((await report(app, early)).status, "mail of seven days before").toBe(200);
      expect(await isOn()).toBe(true);
    });

    it("is limited for each address", async () => {
      const app = await createApp();
      const statuses = [];
      for (let attempt = 0; attempt < 21; attempt++) statuses.push((await report(app, "x")).status);
      expect(statuses.slice(0, 20)).not.toContain(429);
      expect(statuses.at(-1)).toBe(429);
    });
  });

  describe("way back to the old address", () => {
    it("restores it as verified, ends everything that was mailed to the new one, and tells the new one", async () => {
      const app = await createApp();
      const { user } = app;
      await changeEmail(app, "stranger@example.org");
      const token = tokenOf(app, user.email, CHANGED);
      const stranger = await signIn(app, "stranger@example.org");
      const strangersLink = tokenOf(app, "stranger@example.org", NEW_DEVICE);
      expect(strangersLink).not.toBe("");
      const response = await report(app, token);
      expect(await response.json()).toMatchObject({ success: true, isRestored: true });
      expect(await findUser(app, user.id)).toMatchObject({ email: user.email, emailVerified: true });
      expect(await isSignedIn(app, stranger)).toBe(false);
      expect(events()).toContainEqual(expect.objectContaining({ event: "email_change_reverted", user: user.id }));
      const told = findMail(app, "stranger@example.org", "The change of your e-mail address was undone");
      expect([Boolean(told), told?.action]).toEqual([true, undefined]);
      await expectRefusal(await report(app, strangersLink), "invalid_token");
      expect((await findUser(app, user.id))?.email).toBe(user.email);
    });

    it("works once", async () => {
      const app = await createApp();
      await changeEmail(app, "stranger@example.org");
      const token = tokenOf(app, app.user.email, CHANGED);
      expect((await report(app, token)).status).toBe(200);
      await expectRefusal(await report(app, token), "invalid_token");
      // Also the link of the mail about the request.
      await expectRefusal(await report(app, tokenOf(app, app.user.email, REQUESTED)), "invalid_token");
    });

    it("is also behind the mail about the request, and cancels the change before it is confirmed", async () => {
      const app = await createApp();
      const { user } = app;
      await changeEmail(app, "stranger@example.org");
      expect((await report(app, tokenOf(app, user.email, REQUESTED))).status).toBe(200);
      expect((await findUser(app, user.id))?.email).toBe(user.email);

      const second = await createApp();
      await allowSensitiveActions(second.auth);
      await sendRequest(second.auth, "/change-email", {
        body: { newEmail: "stranger@example.org" },
        cookie: second.user.cookie,
      });
      expect((await report(second, tokenOf(second, second.user.email, REQUESTED))).status).toBe(200);
      const confirmation = tokenOf(second, "stranger@example.org", CONFIRM);
      expect((await sendRequest(second.auth, "/verify-email", { body: { token: confirmation } })).status).toBe(401);
      expect((await findUser(second, second.user.id))?.email).toBe(second.user.email);
    });

    it("is behind every mail to the old address, also one from before the change", async () => {
      const app = await createApp();
      const session = await signIn(app, app.user.email);
      await changeEmail(app, "stranger@example.org", session);
      expect((await report(app, tokenOf(app, app.user.email, NEW_DEVICE))).status).toBe(200);
      expect((await findUser(app, app.user.id))?.email).toBe(app.user.email);
    });

    it("leads past further changes, whose own ways back end", async () => {
      const app = await createApp();
      await changeEmail(app, "stranger@example.org");
      await changeEmail(app, "second@example.org");
      const strangers = tokenOf(app, "stranger@example.org", CHANGED);
      expect((await report(app, tokenOf(app, app.user.email, CHANGED))).status).toBe(200);
      expect((await findUser(app, app.user.id))?.email).toBe(app.user.email);
      await expectRefusal(await report(app, strangers), "invalid_token");
      expect((await findUser(app, app.user.id))?.email).toBe(app.user.email);
    });

    it("ends after seven days", async () => {
      const app = await createApp();
      await changeEmail(app, "stranger@example.org");
      const token = tokenOf(app, app.user.email, CHANGED);
      skipTime(7 * DAY_MS + 1_000);
      await expectRefusal(await report(app, token), "token_expired");
      expect((await findUser(app, app.user.id))?.email).toBe("stranger@example.org");
    });

    it("of one account does not touch another", async () => {
      const app = await createApp();
      const other = await signUpUser(app.auth);
      await changeEmail(app, "stranger@example.org");
      expect((await report(app, tokenOf(app, app.user.email, CHANGED), other.cookie)).status).toBe(200);
      expect(await findUser(app, other.id)).toMatchObject({ email: other.email, emailVerified: false });
      expect(await isSignedIn(app, other.cookie)).toBe(true);
    });
  });
});
