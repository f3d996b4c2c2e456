"use client";
import { lazy } from "react";
import type { FormDialogProps } from "./form-dialog-popup.tsx";
import { LoadedOnOpen } from "./loaded-on-open.tsx";

const Popup = lazy(() => import("./form-dialog-popup.tsx"));

/** A dialog with a form (form-dialog-popup.tsx). */
export function FormDialog(props: FormDialogProps) {
  return (
    <LoadedOnOpen isOpen={props.isOpen}>
      <Popup {...props} />
    </LoadedOnOpen>
  );
}
