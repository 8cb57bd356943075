"use client";

import type { ReactNode } from "react";
import { Dialog } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal as AriaModal, ModalOverlay } from "react-aria-components/Modal";

type Props = { title: string; isOpen: boolean; onClose?: () => void; children: ReactNode };

/** A modal dialog. Without `onClose` it cannot be dismissed. */
export function Modal({ title, isOpen, onClose, children }: Props) {
  return (
    <ModalOverlay
      className="fixed inset-0 z-50 grid place-items-center overflow-y-auto bg-backdrop p-4 data-[entering]:appear"
      isDismissable={onClose !== undefined}
      isKeyboardDismissDisabled={onClose === undefined}
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose?.()}
    >
      <AriaModal className="w-full max-w-[26rem]">
        <Dialog className="card grid grid-cols-1 gap-5 bg-raised p-5 outline-none sm:p-7">
          <Heading className="text-lg font-semibold" slot="title">
            {title}
          </Heading>
          {children}
        </Dialog>
      </AriaModal>
    </ModalOverlay>
  );
}
