"use client";
import type { ConfirmDialogProps } from "./confirm-dialog-popup.tsx";
import { loadable } from "./loadable.tsx";
import { LoadedOnOpen } from "./loaded-on-open.tsx";

const Popup = loadable(() => import("./confirm-dialog-popup.tsx").then((module) => module.default));

/** Asks for confirmation (confirm-dialog-popup.tsx). */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <LoadedOnOpen isOpen={props.isOpen}>
      <Popup {...props} />
    </LoadedOnOpen>
  );
}
