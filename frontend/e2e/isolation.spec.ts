import { addTask, anotherBrowser, box, expect, signUp, somebody, test } from "./fixtures.ts";

test("two people in two browsers never see each other's tasks", async ({ page, browser, stack }) => {
  const other = await anotherBrowser(browser, stack);
  const [ada, ben] = await Promise.all([signUp(page, somebody("Ada Quill")), signUp(other, somebody("Ben Marsh"))]);
  expect(ada.email).not.toBe(ben.email);
  await Promise.all([addTask(page, "Ada's secret"), addTask(other, "Ben's secret")]);
  await Promise.all([page.reload(), other.reload()]);
  await expect(box(page, "Ada's secret")).toBeVisible();
  await expect(box(other, "Ben's secret")).toBeVisible();
  await expect(page.getByRole("checkbox")).toHaveCount(1);
  await expect(other.getByRole("checkbox")).toHaveCount(1);

  // By hand, too: the right token on the wrong path.
  const tokenOf = async (who: typeof page) =>
    (await (await who.request.get("/api/auth/api-token")).json()).token as string;
  const [adas, bens] = [await tokenOf(page), await tokenOf(other)];
  const idOf = (token: string) => JSON.parse(atob(token.split(".")[1] ?? "")).sub as string;
  const answer = await page.request.get(`/api/${idOf(bens)}/tasks`, { headers: { authorization: `Bearer ${adas}` } });
  expect(answer.status()).toBe(403);
  expect(await answer.text()).not.toContain("Ben's secret");
  await other.context().close();
});

test("another person who signs in in the same browser gets a page of their own", async ({ page, context }) => {
  await signUp(page, somebody("Ada Quill"));
  await addTask(page, "Ada's secret");
  await context.clearCookies();
  const second = await context.newPage();
  await signUp(second, somebody("Ben Marsh"));
  // The first tab hears of it, and shows what is Ben's: nothing.
  await expect(page.getByRole("heading", { name: "Nothing to do yet" })).toBeVisible();
  await expect(page.getByText("Ada's secret")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Account of Ben Marsh" })).toBeVisible();
});

test("signing out closes all tabs of the browser at once", async ({ page, context }) => {
  await signUp(page);
  await addTask(page, "Buy milk");
  const second = await context.newPage();
  await second.goto("/tasks");
  await expect(box(second, "Buy milk")).toBeVisible();
  await page.getByRole("button", { name: /Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await Promise.all([page.waitForURL("**/sign-in"), second.waitForURL("**/sign-in")]);
  await expect(second.getByText("Buy milk")).toHaveCount(0);
});
