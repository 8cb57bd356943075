"use client";

import { useState } from "react";
import { Modal } from "../ui/modal.tsx";
import { onDemand } from "../ui/on-demand.tsx";
import { button } from "../ui/styles.ts";

const DeleteAccountForm = onDemand(async () => (await import("./delete-account-form.tsx")).DeleteAccountForm);

export function DeleteAccount() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button className={`${button.danger} justify-self-start`} onClick={() => setOpen(true)} type="button">
        Delete account…
      </button>
      <Modal isOpen={isOpen} onClose={() => setOpen(false)} title="Delete your account?">
        <DeleteAccountForm onClose={() => setOpen(false)} />
      </Modal>
    </>
  );
}
