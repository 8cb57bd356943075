"use client";

import { createContext, use } from "react";

export const ReadOnlyContext = createContext(false);

/** Whether the user can only read, because the address was not confirmed in time. */
export const useReadOnly = (): boolean => use(ReadOnlyContext);
