"use client";
// An action that requires a note: the person states the facts on which the decision is based, and the history of the job
// keeps them.
import { useState, type ReactNode } from "react";
import { useAction } from "../../client/use-action.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";

/** The limit of the server. */
const NOTE_CHARACTERS_MAX = 500;

type ActionWithNoteProps = {
  /** The label of both buttons: the one that opens the dialog and the one that confirms. */
  action: string;
  title: string;
  /** The label of the note: what it must state. */
  noteLabel: string;
  /** Sends the note to its endpoint. */
  send: (note: string, onSlow: () => void) => Promise<unknown>;
  isConnected: boolean;
  /** The effects of the action. */
  children: ReactNode;
};

export function ActionWithNote({
  action,
  title,
  noteLabel,
  send,
  isConnected,
  children,
}: ActionWithNoteProps) {
  const [isOpen, setIsOpen] = useState(false);
  const [note, setNote] = useState("");
  const request = useAction(async (_, onSlow) => {
    await send(note, onSlow);
    setIsOpen(false);
  });
  const open = () => {
    request.reset();
    setIsOpen(true);
  };
  return (
    <>
      <Button disabled={!isConnected} onClick={open}>
        {action}…
      </Button>
      <FormDialog
        isOpen={isOpen}
        title={title}
        action={action}
        isEnabled={isConnected && note.trim() !== "" && !request.isRunning}
        onSubmit={() => request.run()}
        onClose={() => setIsOpen(false)}
      >
        {children}
        <Field label={noteLabel}>
          {(attributes) => (
            <textarea
              {...attributes}
              rows={3}
              maxLength={NOTE_CHARACTERS_MAX}
              required
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          )}
        </Field>
        {request.problem !== undefined && <ProblemNotice problem={request.problem} />}
      </FormDialog>
    </>
  );
}
