import { addTask, expect, signUp, taskCheckbox, test } from "./fixtures.ts";

test("changes in one tab appear in the other tab", async ({ page, context }) => {
  await signUp(page);
  const second = await context.newPage();
  await second.goto("/tasks");
  await addTask(page, "Buy milk");
  await expect(taskCheckbox(second, "Buy milk")).toBeVisible();
  await taskCheckbox(second, "Buy milk").check();
  await expect(taskCheckbox(page, "Buy milk")).toBeChecked();
});
