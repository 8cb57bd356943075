"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { Modal } from "../ui/modal.tsx";
import { onDemand } from "../ui/on-demand.tsx";
import { button } from "../ui/styles.ts";

const load = () => import("./two-step-steps.tsx");
const EnableTwoStep = onDemand(async () => (await load()).EnableTwoStep);
const RenewRecoveryCodes = onDemand(async () => (await load()).RenewRecoveryCodes);
const DisableTwoStep = onDemand(async () => (await load()).DisableTwoStep);

/** Fewer recovery codes than this are worth a warning. */
const FEW_CODES = 4;

const TITLES = {
  enable: "Turn on two-step sign-in",
  renew: "Make new recovery codes",
  disable: "Turn off two-step sign-in?",
};

type Props = {
  email: string;
  isEnabled: boolean;
  hasPassword: boolean;
  /** The unused recovery codes. */
  codesLeft: number;
};

export function TwoStep({ email, isEnabled, hasPassword, codesLeft }: Props) {
  const router = useRouter();
  const [dialog, setDialog] = useState<keyof typeof TITLES>();
  // Recovery codes are shown once, so their dialog is not closed by accident.
  const [isDismissable, setDismissable] = useState(true);

  function open(newDialog: keyof typeof TITLES) {
    setDismissable(true);
    setDialog(newDialog);
  }
  function finish() {
    setDialog(undefined);
    router.refresh();
  }
  const step = { email, hasPassword, onCancel: () => setDialog(undefined), onFinish: finish };
  const onCodes = () => setDismissable(false);

  return (
    <>
      <p>
        <strong className="font-semibold">{isEnabled ? "On." : "Off."}</strong>{" "}
        {isEnabled
          ? `After your password you enter a code from your authenticator app. ${describeCodes(codesLeft)}`
          : "A stolen password is then not enough to get into your account: you also enter a code from an app on your phone."}
      </p>
      <DisabledUntilHydrated>
        <div className="flex flex-wrap gap-3">
          {isEnabled ? (
            <>
              <button className={button.quiet} onClick={() => open("renew")} type="button">
                New recovery codes…
              </button>
              <button className={button.danger} onClick={() => open("disable")} type="button">
                Turn off…
              </button>
            </>
          ) : (
            <button className={button.quiet} onClick={() => open("enable")} type="button">
              Turn on…
            </button>
          )}
        </div>
      </DisabledUntilHydrated>
      <Modal
        isOpen={dialog !== undefined}
        title={dialog ? TITLES[dialog] : ""}
        {...(isDismissable ? { onClose: step.onCancel } : {})}
      >
        {dialog === "enable" && <EnableTwoStep {...step} onCodes={onCodes} />}
        {dialog === "renew" && <RenewRecoveryCodes {...step} onCodes={onCodes} />}
        {dialog === "disable" && <DisableTwoStep {...step} />}
      </Modal>
    </>
  );
}

function describeCodes(left: number): string {
  if (left === 0) return "You have no recovery code left. Make new ones, or you are locked out if you lose your phone.";
  const codes = left === 1 ? "1 recovery code" : `${left} recovery codes`;
  return left < FEW_CODES ? `Only ${codes} left: make new ones soon.` : `You have ${codes} left.`;
}
