"use client";
// Binds a lane to another host. The dialog says what is known about scap on the host before, because two hosts that deploy the
// same code at the same time damage it.
import { useState } from "react";
import { visibleText } from "#lib/domain/visible-text.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { Field } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { ReasonField } from "../../ui/reason-field.tsx";

type SwitchLaneDialogProps = {
  lane: string;
  /** The host that it is bound to; null: none. */
  host: string | null;
  /** The hosts that it can be switched to. Not empty. */
  others: readonly string[];
  onClose: () => void;
};

export function SwitchLaneDialog({ lane, host, others, onClose }: SwitchLaneDialogProps) {
  const [reason, setReason] = useState("");
  const [chosen, setChosen] = useState(others[0] ?? "");
  const { hosts } = useOverview().overview;
  const before = hosts.find(({ name }) => name === host);
  const after = hosts.find(({ name }) => name === chosen);
  const change = useAction(async (_, onSlow) => {
    await call("PUT /api/lanes/{lane}/host", { params: { lane }, body: { host: chosen, reason }, onSlow });
    onClose();
  });
  return (
    <FormDialog
      isOpen
      title={`Switch lane ${lane} to another host`}
      action={`Switch to ${visibleText(chosen)}`}
      isEnabled={reason.trim() !== "" && !change.isRunning}
      onSubmit={() => change.run()}
      onClose={onClose}
    >
      <p>
        {host === null
          ? "The lane is not bound to a host yet: the host that starts its first job would be its host."
          : `From now on, ${visibleText(host)} starts no jobs of this lane. A running job continues there, and keeps the lane until it ends.`}
      </p>
      {before?.isResponding === false && (
        <p>
          {visibleText(before.name)} isn&apos;t responding: make sure that no scap runs there before you
          switch.
        </p>
      )}
      <Field
        label="New host"
        hint={
          after?.isResponding === false || after?.drain != null
            ? `Starts no jobs now: it ${after.isResponding ? "is drained" : "isn't responding"}.`
            : undefined
        }
      >
        {(attributes) => (
          <select {...attributes} value={chosen} onChange={({ target }) => setChosen(target.value)}>
            {others.map((name) => (
              <option key={name} value={name}>
                {visibleText(name)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <ReasonField label="Reason (recorded in the audit)" value={reason} onChange={setReason} />
      {change.problem !== undefined && <ProblemNotice problem={change.problem} />}
    </FormDialog>
  );
}
