import type { Metadata } from "next";
import { Suspense } from "react";
import { TaskViewSkeleton } from "@/components/tasks/task-list-skeleton";
import { TaskView } from "@/components/tasks/task-view";
import { loadInitialTasks } from "@/lib/server/initial-tasks";
import { requireSession } from "@/lib/server/session";
import { type Filter, filterPath, parseFilter } from "@/lib/tasks/filter";

export const metadata: Metadata = { title: "Tasks" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function TasksPage({ searchParams }: Props) {
  const { show } = await searchParams;
  const filter = parseFilter(new URLSearchParams({ show: [show].flat()[0] ?? "" }));
  const { user } = await requireSession(filterPath(filter));
  return (
    <main className="mx-auto w-full max-w-2xl px-4 pt-6 pb-32 sm:pt-10">
      <h1 className="mb-5 text-title font-semibold tracking-tight">Tasks</h1>
      <Suspense fallback={<TaskViewSkeleton />}>
        <LoadedTaskView filter={filter} userId={user.id} />
      </Suspense>
    </main>
  );
}

async function LoadedTaskView({ userId, filter }: { userId: string; filter: Filter }) {
  return <TaskView initial={{ filter, page: await loadInitialTasks(userId, filter) }} />;
}
