import type { components } from "../api/schema";

export type Task = components["schemas"]["Task"];
export type TaskChange = components["schemas"]["TaskChange"];

/** The backend's bounds, in Unicode scalar values. */
export const TITLE_MAX = 255;
export const DESCRIPTION_MAX = 5000;

/** Counted as the backend counts: an emoji is one, not two. */
export const lengthOf = (text: string): number => [...text].length;
