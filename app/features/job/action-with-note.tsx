"use client";
// A decision that rests on what somebody found out, which the page cannot know: it asks for that in a sentence, and
// the history of the job keeps it.
import { useState, type ReactNode } from "react";
import { useAction } from "../../client/use-action.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";

/** As long as the server takes. */
const NOTE_CHARACTERS_MAX = 500;

type ActionWithNoteProps = {
  /** The words of both buttons: the one that asks and the one that does it. */
  action: string;
  title: string;
  /** What the sentence must tell. */
  found: string;
  send: (note: string, onSlow: () => void) => Promise<unknown>;
  isConnected: boolean;
  /** What follows, and what it does not do. */
  children: ReactNode;
};

export function ActionWithNote({ action, title, found, send, isConnected, children }: ActionWithNoteProps) {
  const [isAsking, setIsAsking] = useState(false);
  const [note, setNote] = useState("");
  const request = useAction(async (_, onSlow) => {
    await send(note, onSlow);
    setIsAsking(false);
  });
  const ask = () => {
    request.reset();
    setIsAsking(true);
  };
  return (
    <>
      <Button disabled={!isConnected} onClick={ask}>
        {action}…
      </Button>
      <FormDialog
        isOpen={isAsking}
        title={title}
        action={action}
        isEnabled={isConnected && note.trim() !== "" && !request.isRunning}
        onSubmit={() => request.run()}
        onClose={() => setIsAsking(false)}
      >
        {children}
        <Field label={found}>
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
