import { addTask, expect, fetchToken, newBrowser, newUser, signUp, taskCheckbox, test } from "./fixtures.ts";

test("users in two browsers see only their own tasks", async ({ page, browser, stack }) => {
  const other = await newBrowser(browser, stack);
  const [ada, ben] = await Promise.all([signUp(page, newUser("Ada Quill")), signUp(other, newUser("Ben Marsh"))]);
  expect(ada.email).not.toBe(ben.email);
  await Promise.all([addTask(page, "Ada's secret"), addTask(other, "Ben's secret")]);
  await Promise.all([page.reload(), other.reload()]);
  await expect(taskCheckbox(page, "Ada's secret")).toBeVisible();
  await expect(taskCheckbox(other, "Ben's secret")).toBeVisible();
  await expect(page.getByRole("checkbox")).toHaveCount(1);
  await expect(other.getByRole("checkbox")).toHaveCount(1);

  // A valid token with the path of another user.
  const { token } = await fetchToken(page);
  const { userId } = await fetchToken(other);
  const response = await page.request.get(`/api/${userId}/tasks`, { headers: { authorization: `Bearer ${token}` } });
  expect(response.status()).toBe(403);
  expect(await response.text()).not.toContain("Ben's secret");
  await other.context().close();
});

test("second user who signs in in the same browser does not see the first user's tasks", async ({ page, context }) => {
  await signUp(page, newUser("Ada Quill"));
  await addTask(page, "Ada's secret");
  await context.clearCookies();
  const second = await context.newPage();
  await signUp(second, newUser("Ben Marsh"));
  // The first tab is notified and shows Ben's empty list.
  await expect(page.getByRole("heading", { name: "Nothing to do yet" })).toBeVisible();
  await expect(page.getByText("Ada's secret")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Account of Ben Marsh" })).toBeVisible();
});

test("sign-out in one tab signs out all tabs of the browser", async ({ page, context }) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  const second = await context.newPage();
  await second.goto("/tasks");
  await expect(taskCheckbox(second, "Buy milk")).toBeVisible();
  await page.getByRole("button", { name: /Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await Promise.all([page.waitForURL("**/sign-in"), second.waitForURL("**/sign-in")]);
  await expect(second.getByText("Buy milk")).toHaveCount(0);
});
