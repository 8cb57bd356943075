"use client";

import { useCallback } from "react";

type Focusable = HTMLInputElement | HTMLTextAreaElement;

/** A ref for the field that somebody has just asked for: it has the focus as soon as it is there. */
export const useAutofocus = () => useCallback((field: Focusable | null) => field?.focus(), []);
