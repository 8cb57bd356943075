import { expect, it } from "vitest";
import { FILTERS, filterPath, filterStatus, matchesFilter, parseFilter } from "./filter.ts";

it("filter is parsed from its own path", () => {
  for (const filter of FILTERS) {
    expect(parseFilter(new URL(filterPath(filter), "http://app").searchParams)).toBe(filter);
  }
});

it("missing or unknown filter is parsed as all", () => {
  for (const search of ["", "show=", "show=everything", "other=done"])
    expect(parseFilter(new URLSearchParams(search))).toBe("all");
});

it("filter path of all has no query", () => {
  expect(filterPath("all")).toBe("/tasks");
  expect(filterPath("done")).toBe("/tasks?show=done");
});

it("filter matches the tasks of the status that the backend is asked for", () => {
  expect(FILTERS.map(filterStatus)).toEqual([undefined, "incomplete", "complete"]);
  expect(FILTERS.filter((filter) => matchesFilter({ status: "complete" }, filter))).toEqual(["all", "done"]);
});
