import type { components } from "../api/schema";

export type Task = components["schemas"]["Task"];
export type TaskChange = components["schemas"]["TaskChange"];

/** The backend's bounds, in Unicode scalar values. */
export const TITLE_MAX_LENGTH = 255;
export const DESCRIPTION_MAX_LENGTH = 5000;

/** The length in Unicode scalar values, as the backend counts. */
export const lengthOf = (text: string): number => [...text].length;
