import { addTask, expect, fetchToken, fillSignUp, newUser, signIn, signOut, signUp, test } from "./fixtures.ts";

test("sign-up form with invalid values shows each error at its field", async ({ page }) => {
  const user = await signUp(page);
  await signOut(page, user);
  await page.goto("/sign-up");
  const submit = page.getByRole("button", { name: "Create account" });

  await submit.click();
  await expect(page.getByText("Enter your name.")).toBeVisible();
  await expect(page.getByLabel("Name")).toBeFocused();
  await page.getByLabel("Name").fill("x".repeat(101));
  await page.getByLabel("E-mail").fill(newUser().email);
  await page.getByLabel("Password", { exact: true }).fill("long enough by far");
  await submit.click();
  await expect(page.getByLabel("Name")).toHaveAccessibleDescription("Use at most 100 characters.");
  await expect(page.getByLabel("Name")).toBeFocused();
  await page.getByLabel("Name").fill("Ada\u202eQuill");
  await submit.click();
  await expect(page.getByLabel("Name")).toHaveAccessibleDescription("Use one line without invisible characters.");
  await page.getByLabel("Name").fill("Ada");
  await page.getByLabel("E-mail").fill("not an address");
  await page.getByLabel("Password", { exact: true }).fill("short");
  await submit.click();
  await expect(page.getByLabel("E-mail")).toHaveAccessibleDescription("This is not an e-mail address.");
  await page.getByLabel("E-mail").fill(user.email);
  await submit.click();
  await expect(page.getByLabel("Password", { exact: true })).toHaveAccessibleDescription(/Use at least 8 characters\./);
  await page.getByLabel("Password", { exact: true }).fill("long enough by far");
  await submit.click();
  await expect(page.getByLabel("E-mail")).toHaveAccessibleDescription(
    "There is an account with this e-mail address already.",
  );
  await expect(page.getByLabel("E-mail")).toBeFocused();
});

test("wrong password and unknown e-mail address show the same message", async ({ page }) => {
  const user = await signUp(page);
  await signOut(page, user);
  const messages = [];
  for (const attempt of [{ ...user, password: "wrong password" }, newUser("Unknown User")]) {
    await page.goto("/sign-in");
    await signIn(page, attempt);
    messages.push(await page.getByRole("alert").filter({ hasText: /\w/ }).textContent());
  }
  expect(messages[0]).toBe("This e-mail address and password don’t belong together.");
  expect(messages[1]).toBe(messages[0]);
});

test("repeated failed sign-ins show when to try again", async ({ page }) => {
  await page.goto("/sign-in");
  const unknownUser = newUser("Unknown User");
  for (let attempt = 0; attempt < 9; attempt++) {
    const response = page.waitForResponse("**/api/auth/sign-in/email");
    await signIn(page, { ...unknownUser, password: `guess number ${attempt}` });
    await response;
  }
  await expect(page.getByText(/Too many attempts\. Try again in \d+ seconds?\./)).toBeVisible();
});

test("sign-in without a connection shows that the server is unreachable", async ({ page }) => {
  await page.goto("/sign-in");
  await page.route("**/api/auth/sign-in/email", (route) => route.abort("connectionrefused"));
  await signIn(page, newUser());
  await expect(page.getByRole("alert").filter({ hasText: "The server can’t be reached." })).toBeVisible();
  await expect(page.getByRole("button", { name: "Sign in", exact: true })).toBeEnabled();
});

test("sign-in and sign-up redirect to the requested page", async ({ page }) => {
  await page.goto("/auth/signup");
  await expect(page).toHaveURL(/\/sign-up$/);
  await page.goto("/auth/signin?next=%2Fsettings");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fsettings$/);
  await page.getByRole("link", { name: "Create an account" }).click();
  await expect(page).toHaveURL(/\/sign-up\?next=%2Fsettings$/);
  await fillSignUp(page, newUser());
  await expect(page).toHaveURL(/\/settings$/);
  // A signed-in user is redirected, and only within the site.
  await page.goto("/sign-in?next=https%3A%2F%2Fevil.example");
  await expect(page).toHaveURL(/\/tasks$/);
});

/** Values that a URL parser turns into the address of another host, or that look like one. */
const FOREIGN_ADDRESSES = [
  "/.//evil.example/x",
  "/a/..//evil.example/x",
  "/%2e//evil.example/x",
  "/./\\evil.example/x",
  "/\t/evil.example/x",
  "//evil.example/x",
  "https://evil.example/x",
];

for (const path of ["/sign-in", "/sign-up"]) {
  test(`${path} with the address of another origin opens the tasks`, async ({ page, context, stack }) => {
    test.slow();
    const foreignUrls: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(stack.baseUrl)) foreignUrls.push(request.url());
    });
    const user = await signUp(page);
    for (const address of FOREIGN_ADDRESSES) {
      await page.goto(`${path}?next=${encodeURIComponent(address)}`);
      await expect(page, `signed in, ${JSON.stringify(address)}`).toHaveURL(`${stack.baseUrl}/tasks`);
    }
    await context.clearCookies();
    await page.goto(`${path}?next=${encodeURIComponent("/.//evil.example/x")}`);
    if (path === "/sign-in") await signIn(page, user);
    else await fillSignUp(page, newUser());
    await expect(page).toHaveURL(`${stack.baseUrl}/tasks`);
    expect(foreignUrls).toEqual([]);
  });
}

test("password field supports password managers, pasting and showing the password", async ({ page }) => {
  await page.goto("/sign-up");
  const [email, password] = [page.getByLabel("E-mail"), page.getByLabel("Password", { exact: true })];
  await expect(email).toHaveAttribute("autocomplete", "email");
  await expect(password).toHaveAttribute("autocomplete", "new-password");
  await password.evaluate((input: HTMLInputElement) => {
    input.focus();
    document.execCommand("insertText", false, "pasted password");
  });
  await expect(password).toHaveValue("pasted password");
  await page.getByRole("button", { name: "Show password" }).click();
  await expect(password).toHaveAttribute("type", "text");
  await page.goto("/sign-in");
  await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("autocomplete", "current-password");
});

test("settings page revokes a session, changes the password and deletes the account with its tasks", async ({
  page,
  browser,
  stack,
}) => {
  const user = await signUp(page);
  await addTask(page, "Buy milk");
  const phoneContext = await browser.newContext({
    baseURL: stack.baseUrl,
    userAgent: "Mozilla/5.0 (iPhone) Safari/605",
  });
  const phone = await phoneContext.newPage();
  await phone.goto("/sign-in");
  await signIn(phone, user);
  await phone.waitForURL("**/tasks");

  await page.goto("/settings");
  const signOutPhone = page.getByRole("button", { name: "Sign out Safari on iPhone" });
  await signOutPhone.click();
  await expect(signOutPhone).toHaveCount(0);
  await phone.reload();
  await expect(phone).toHaveURL(/\/sign-in/);

  await page.getByLabel("Current password", { exact: true }).fill("wrong password");
  await page.getByLabel("New password", { exact: true }).fill("a new long phrase");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByLabel("Current password", { exact: true })).toHaveAccessibleDescription(
    "This is not your password.",
  );
  await page.getByLabel("Current password", { exact: true }).fill(user.password);
  await page.getByRole("button", { name: "Change password" }).click();
  // Two hashes, one after the other.
  await expect(page.getByText("Your password is changed.")).toBeVisible({ timeout: 30_000 });

  const { token, userId } = await fetchToken(page);
  const headers = { authorization: `Bearer ${token}` };
  // The session alone, as a script of another page or a borrowed browser has it, deletes nothing.
  const origin = stack.baseUrl;
  const withoutPassword = await page.request.post("/api/auth/delete-user", { data: {}, headers: { origin } });
  expect([withoutPassword.status(), (await withoutPassword.json()).code]).toEqual([403, "REAUTHENTICATION_REQUIRED"]);
  expect((await page.request.delete(`/api/${userId}`, { headers })).status()).toBe(404);
  await page.getByRole("button", { name: "Delete account…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Password", { exact: true }).fill("not the password");
  await dialog.getByRole("button", { name: "Delete everything" }).click();
  await expect(dialog.getByLabel("Password", { exact: true })).toHaveAccessibleDescription(
    "This is not your password.",
  );
  expect(await (await page.request.get(`/api/${userId}/tasks`, { headers })).json()).toHaveLength(1);
  await dialog.getByLabel("Password", { exact: true }).fill("a new long phrase");
  await dialog.getByRole("button", { name: "Delete everything" }).click();
  await page.waitForURL("**/sign-in");
  await signIn(page, { ...user, password: "a new long phrase" });
  await expect(page.getByText("don’t belong together")).toBeVisible();
  // The token of the deleted account makes no tasks, from the first request on.
  const create = await page.request.post(`/api/${userId}/tasks`, { data: { title: "Buy milk" }, headers });
  expect(create.status()).toBe(401);
  await phoneContext.close();
});
