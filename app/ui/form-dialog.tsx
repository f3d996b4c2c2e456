"use client";
import type { FormDialogProps } from "./form-dialog-popup.tsx";
import { loadable } from "./loadable.tsx";
import { LoadedOnOpen } from "./loaded-on-open.tsx";

const Popup = loadable(() => import("./form-dialog-popup.tsx").then((module) => module.default));

/** A dialog with a form (form-dialog-popup.tsx). */
export function FormDialog(props: FormDialogProps) {
  return (
    <LoadedOnOpen isOpen={props.isOpen}>
      <Popup {...props} />
    </LoadedOnOpen>
  );
}
