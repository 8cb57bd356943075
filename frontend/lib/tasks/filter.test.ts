import { expect, it } from "vitest";
import { FILTERS, filterPath, filterStatus, matchesFilter, parseFilter } from "./filter.ts";

it("comes back from the address that it was put into", () => {
  for (const filter of FILTERS)
    expect(parseFilter(new URL(filterPath(filter), "http://app").searchParams)).toBe(filter);
});

it("is all for an address that names none, or one that is none", () => {
  for (const search of ["", "show=", "show=everything", "other=done"])
    expect(parseFilter(new URLSearchParams(search))).toBe("all");
});

it("leaves the plain address for all", () => {
  expect(filterPath("all")).toBe("/tasks");
  expect(filterPath("done")).toBe("/tasks?show=done");
});

it("takes what the backend takes for the same status", () => {
  expect(FILTERS.map(filterStatus)).toEqual([undefined, "incomplete", "complete"]);
  expect(FILTERS.filter((filter) => matchesFilter({ status: "complete" }, filter))).toEqual(["all", "done"]);
});
