"use client";

import { useState } from "react";
import type { ActivityEntry } from "@/lib/server/recent-activity";
import { DateTime } from "../ui/date-time.tsx";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { button } from "../ui/styles.ts";

const SHORT_LENGTH = 10;

export function RecentActivity({ entries }: { entries: ActivityEntry[] }) {
  const [showsAll, setShowsAll] = useState(false);
  if (entries.length === 0)
    return <p className="text-sm text-muted">Nothing yet. Sign-ins and changes of your password appear here.</p>;
  return (
    <div className="grid grid-cols-1 gap-4">
      <ul className="grid grid-cols-1 gap-3" id="recent-activity">
        {(showsAll ? entries : entries.slice(0, SHORT_LENGTH)).map((entry) => (
          <li className="min-w-0" key={entry.id}>
            <p className={`font-medium break-words ${entry.isFailure ? "text-danger" : ""}`}>{entry.title}</p>
            <p className="text-sm text-muted">
              {entry.isRepeated ? "Last from" : "From"} {entry.device}, <DateTime instant={entry.at} />
            </p>
          </li>
        ))}
      </ul>
      {entries.length > SHORT_LENGTH && (
        <DisabledUntilHydrated>
          <button
            aria-controls="recent-activity"
            aria-expanded={showsAll}
            className={`${button.quiet} justify-self-start`}
            onClick={() => setShowsAll(!showsAll)}
            type="button"
          >
            {showsAll ? "Show fewer" : `Show all ${entries.length}`}
          </button>
        </DisabledUntilHydrated>
      )}
    </div>
  );
}
