import { addTask, expect, signIn, signOut, signUp, somebody, test } from "./fixtures.ts";

test("says what is wrong where it is wrong", async ({ page }) => {
  const person = await signUp(page);
  await signOut(page, person);
  await page.goto("/sign-up");
  const submit = page.getByRole("button", { name: "Create account" });

  await submit.click();
  await expect(page.getByText("Enter your name.")).toBeVisible();
  await expect(page.getByLabel("Name")).toBeFocused();
  await page.getByLabel("Name").fill("Ada");
  await page.getByLabel("E-mail").fill("not an address");
  await page.getByLabel("Password", { exact: true }).fill("short");
  await submit.click();
  await expect(page.getByLabel("E-mail")).toHaveAccessibleDescription("This is not an e-mail address.");
  await page.getByLabel("E-mail").fill(person.email);
  await submit.click();
  await expect(page.getByLabel("Password", { exact: true })).toHaveAccessibleDescription(/Use at least 8 characters\./);
  await page.getByLabel("Password", { exact: true }).fill("long enough by far");
  await submit.click();
  await expect(page.getByLabel("E-mail")).toHaveAccessibleDescription(
    "There is an account with this e-mail address already.",
  );
  await expect(page.getByLabel("E-mail")).toBeFocused();
});

test("says the same of a wrong password and of an unknown address", async ({ page }) => {
  const person = await signUp(page);
  await signOut(page, person);
  const texts = [];
  for (const attempt of [{ ...person, password: "wrong password" }, somebody("Nobody Known")]) {
    await page.goto("/sign-in");
    await signIn(page, attempt);
    texts.push(await page.getByRole("alert").filter({ hasText: /\w/ }).textContent());
  }
  expect(texts[0]).toBe("This e-mail address and password don’t belong together.");
  expect(texts[1]).toBe(texts[0]);
});

test("says when there were too many attempts", async ({ page }) => {
  await page.goto("/sign-in");
  const stranger = somebody("Guessing Guest");
  for (let attempt = 0; attempt < 9; attempt++) {
    const answered = page.waitForResponse("**/api/auth/sign-in/email");
    await signIn(page, { ...stranger, password: `guess number ${attempt}` });
    await answered;
  }
  await expect(page.getByText(/Too many attempts\. Try again in \d+ seconds?\./)).toBeVisible();
});

test("says when the server is away", async ({ page }) => {
  await page.goto("/sign-in");
  await page.route("**/api/auth/sign-in/email", (route) => route.abort("connectionrefused"));
  await signIn(page, somebody());
  await expect(page.getByRole("alert").filter({ hasText: "The server can’t be reached." })).toBeVisible();
  await expect(page.getByRole("button", { name: "Sign in" })).toBeEnabled();
});

test("is found at its other addresses, and knows where to go afterwards", async ({ page }) => {
  await page.goto("/auth/signup");
  await expect(page).toHaveURL(/\/sign-up$/);
  await page.goto("/auth/signin?next=%2Fsettings");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fsettings$/);
  await page.getByRole("link", { name: "Create an account" }).click();
  await expect(page).toHaveURL(/\/sign-up\?next=%2Fsettings$/);
  const person = somebody();
  await page.getByLabel("Name").fill(person.name);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL(/\/settings$/);
  // Signed in already: nothing to do there.
  await page.goto("/sign-in?next=https%3A%2F%2Fevil.example");
  await expect(page).toHaveURL(/\/tasks$/);
});

test("lets password managers fill, and people paste and look", async ({ page }) => {
  await page.goto("/sign-up");
  const [email, password] = [page.getByLabel("E-mail"), page.getByLabel("Password", { exact: true })];
  await expect(email).toHaveAttribute("autocomplete", "email");
  await expect(password).toHaveAttribute("autocomplete", "new-password");
  await password.evaluate((input: HTMLInputElement) => {
    input.focus();
    document.execCommand("insertText", false, "pasted from elsewhere");
  });
  await expect(password).toHaveValue("pasted from elsewhere");
  await page.getByRole("button", { name: "Show password" }).click();
  await expect(password).toHaveAttribute("type", "text");
  await page.goto("/sign-in");
  await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("autocomplete", "current-password");
});

test("changes the password, ends other sessions, and deletes the account with its tasks", async ({
  page,
  browser,
  stack,
}) => {
  const person = await signUp(page);
  await addTask(page, "Buy milk");
  const elsewhere = await browser.newContext({ baseURL: stack.baseUrl, userAgent: "Mozilla/5.0 (iPhone) Safari/605" });
  const phone = await elsewhere.newPage();
  await phone.goto("/sign-in");
  await signIn(phone, person);
  await phone.waitForURL("**/tasks");

  await page.goto("/settings");
  await page.getByRole("button", { name: "Sign out Safari on iPhone" }).click();
  await expect(page.getByText("Safari on iPhone")).toHaveCount(0);
  await phone.reload();
  await expect(phone).toHaveURL(/\/sign-in/);

  await page.getByLabel("Current password", { exact: true }).fill("wrong password");
  await page.getByLabel("New password", { exact: true }).fill("a new long phrase");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByLabel("Current password", { exact: true })).toHaveAccessibleDescription(
    "This is not your password.",
  );
  await page.getByLabel("Current password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password is changed.")).toBeVisible();

  const { token } = await (await page.request.get("/api/auth/api-token")).json();
  const { sub } = JSON.parse(atob(token.split(".")[1]));
  await page.getByRole("button", { name: "Delete account…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Password", { exact: true }).fill("a new long phrase");
  await dialog.getByRole("button", { name: "Delete everything" }).click();
  await page.waitForURL("**/sign-in");
  await signIn(page, { ...person, password: "a new long phrase" });
  await expect(page.getByText("don’t belong together")).toBeVisible();
  const left = await page.request.get(`/api/${sub}/tasks`, { headers: { authorization: `Bearer ${token}` } });
  expect(await left.json()).toEqual([]);
  await elsewhere.close();
});
