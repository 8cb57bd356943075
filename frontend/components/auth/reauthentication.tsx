"use client";

import dynamic from "next/dynamic";
import { type ReactNode, useCallback, useState } from "react";
import { ReauthenticationContext } from "@/hooks/use-reauthentication";

const ReauthenticationDialog = dynamic(() => import("./reauthentication-dialog.tsx"), { ssr: false });

type Request = { resolve: (isReauthenticated: boolean) => void };

/** Provides the dialog in which the user authenticates again for a sensitive action. It is loaded when it is needed. */
export function Reauthentication({ children }: { children: ReactNode }) {
  const [request, setRequest] = useState<Request>();
  const requestReauthentication = useCallback(() => new Promise<boolean>((resolve) => setRequest({ resolve })), []);
  const close = (isReauthenticated: boolean) => {
    setRequest(undefined);
    request?.resolve(isReauthenticated);
  };
  return (
    <ReauthenticationContext value={requestReauthentication}>
      {children}
      {request && <ReauthenticationDialog onClose={close} />}
    </ReauthenticationContext>
  );
}
