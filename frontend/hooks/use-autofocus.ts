"use client";

import { useCallback } from "react";

type Focusable = HTMLInputElement | HTMLTextAreaElement;

/** A ref for a field that the user has just opened. It is focused when it is rendered. */
export const useAutofocus = () => useCallback((field: Focusable | null) => field?.focus(), []);
