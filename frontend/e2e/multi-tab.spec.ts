import { addTask, box, expect, signUp, test } from "./fixtures.ts";

test("tabs keep each other in step", async ({ page, context }) => {
  await signUp(page);
  const second = await context.newPage();
  await second.goto("/tasks");
  await addTask(page, "Buy milk");
  await expect(box(second, "Buy milk")).toBeVisible();
  await box(second, "Buy milk").check();
  await expect(box(page, "Buy milk")).toBeChecked();
});

test("tabs that wake up together ask for one token", async ({ page, context }) => {
  await signUp(page);
  const others = await Promise.all([1, 2, 3].map(() => context.newPage()));
  for (const each of others) await each.goto("/tasks");
  let asked = 0;
  await context.route("**/api/auth/api-token", async (route) => {
    asked += 1;
    // Long enough for all of them to have asked.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await route.fallback();
  });
  const reads = others.map((each) => each.waitForResponse((answer) => answer.url().includes("/tasks?limit=50")));
  // Word of a change is a reason for all of them to look at once, and none has had a token so far.
  const { id: userId } = (await (await page.request.get("/api/auth/get-session")).json()).user;
  await page.evaluate((message) => new BroadcastChannel("todo").postMessage(message), {
    kind: "tasks-changed",
    userId,
  });
  await Promise.all(reads);
  expect(asked).toBe(1);
});
