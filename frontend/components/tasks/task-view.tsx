"use client";

import { useSearchParams } from "next/navigation";
import { useDeletions } from "@/hooks/use-pending-deletions";
import { useTaskChanges } from "@/hooks/use-task-mutations";
import { type First, useTasks } from "@/hooks/use-tasks";
import { filterOf } from "@/lib/tasks/filter";
import { tasksOf } from "@/lib/tasks/task-pages";
import { Controls } from "../ui/disabled-until-hydrated.tsx";
import { AwayBanner, AwayPage } from "./connection-error.tsx";
import { EmptyList } from "./empty-state.tsx";
import { FilterNav } from "./filter-nav.tsx";
import { AddTask } from "./task-form.tsx";
import { TaskList } from "./task-list.tsx";
import { RowsSkeleton } from "./task-list-skeleton.tsx";

/** The whole of /tasks below its heading. */
export function Tasks({ first }: { first: First }) {
  const filter = filterOf(useSearchParams());
  const list = useTasks(filter, first);
  const changes = useTaskChanges();
  const deletions = useDeletions();
  const tasks = list.data && tasksOf(list.data).filter((task) => !deletions.hidden.has(task.id));
  const tryAgain = () => void list.refetch();

  return (
    <div className="grid grid-cols-1 gap-5">
      <AddTask add={changes.add} />
      <FilterNav current={filter} />
      <Controls>
        {list.isError && tasks && <AwayBanner reason={list.error} isTrying={list.isFetching} onTryAgain={tryAgain} />}
        {!tasks && list.isError && <AwayPage reason={list.error} isTrying={list.isFetching} onTryAgain={tryAgain} />}
        {!tasks && !list.isError && <RowsSkeleton />}
        {tasks?.length === 0 && !list.hasNextPage && <EmptyList filter={filter} />}
        {tasks && (tasks.length > 0 || list.hasNextPage) && (
          <TaskList
            changes={changes}
            filter={filter}
            isLoadingMore={list.isFetchingNextPage}
            key={filter}
            onMore={list.hasNextPage ? () => void list.fetchNextPage({ cancelRefetch: false }) : undefined}
            remove={deletions.remove}
            tasks={tasks}
          />
        )}
      </Controls>
    </div>
  );
}
