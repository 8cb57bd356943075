"use client";

import dynamic from "next/dynamic";
import type { ComponentType } from "react";
import { Alert } from "./alert.tsx";

/**
 * A component whose script is loaded when it is first rendered, for what opens on a click. A script that cannot be loaded
 * is reported in the component's place; by itself it would replace the whole page with the error page.
 *
 * Keep the modal dialog in the page and load what is inside: React Aria then moves the focus to the dialog at once, the
 * content moves it to its first field when it is rendered (`useAutofocus`), and closing returns it to the button.
 */
export function onDemand<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  return dynamic<Props>(() => load().catch(() => LoadFailed), { ssr: false, loading: Loading });
}

const Loading = () => (
  <p className="text-muted" role="status">
    Loading…
  </p>
);

const LoadFailed = () => <Alert>This can’t be loaded right now. Reload the page and try again.</Alert>;
