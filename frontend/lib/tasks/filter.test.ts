import { expect, it } from "vitest";
import { addressOf, belongs, FILTERS, filterOf, statusOf } from "./filter.ts";

it("comes back from the address that it was put into", () => {
  for (const filter of FILTERS) expect(filterOf(new URL(addressOf(filter), "http://app").searchParams)).toBe(filter);
});

it("is all for an address that names none, or one that is none", () => {
  for (const search of ["", "show=", "show=everything", "other=done"])
    expect(filterOf(new URLSearchParams(search))).toBe("all");
});

it("leaves the plain address for all", () => {
  expect(addressOf("all")).toBe("/tasks");
  expect(addressOf("done")).toBe("/tasks?show=done");
});

it("takes what the backend takes for the same status", () => {
  expect(FILTERS.map(statusOf)).toEqual([undefined, "incomplete", "complete"]);
  expect(FILTERS.filter((filter) => belongs({ status: "complete" }, filter))).toEqual(["all", "done"]);
});
