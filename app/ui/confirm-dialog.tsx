"use client";
import { lazy } from "react";
import type { ConfirmDialogProps } from "./confirm-dialog-popup.tsx";
import { LoadedOnOpen } from "./loaded-on-open.tsx";

const Popup = lazy(() => import("./confirm-dialog-popup.tsx"));

/** Asks for confirmation (confirm-dialog-popup.tsx). */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <LoadedOnOpen isOpen={props.isOpen}>
      <Popup {...props} />
    </LoadedOnOpen>
  );
}
