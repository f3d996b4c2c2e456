"use client";
// Adds changes to a window. Above the list, so that the list grows without moving it.
import { useState } from "react";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import styles from "./add-changes.module.css";

export function AddChanges({ windowId, isConnected }: { windowId: number; isConnected: boolean }) {
  const [changes, setChanges] = useState("");
  const [author, setAuthor] = useState("");
  const entries = changes.split(/[\s,]+/).filter((entry) => entry !== "");
  const add = useAction(async (_, onSlow) => {
    await call("POST /api/windows/{id}/items", {
      params: { id: windowId },
      body: { changes: entries, ...(author.trim() === "" ? {} : { author: author.trim() }) },
      onSlow,
    });
    setChanges("");
    setAuthor("");
  });
  const refused = add.problem?.refused ?? [];
  return (
    <form
      className={styles.form}
      aria-label="Add changes"
      onSubmit={(event) => {
        event.preventDefault();
        add.run();
      }}
    >
      <div className={styles.fields}>
        <TextField
          label="Changes"
          hint="Numbers or Gerrit addresses"
          maxLength={2000}
          value={changes}
          onChange={setChanges}
        />
        <TextField
          label="Author"
          hint="User name. Default: the owner in Gerrit"
          maxLength={100}
          value={author}
          onChange={setAuthor}
        />
        <Button
          type="submit"
          tone="progressive"
          size="large"
          disabled={!isConnected || entries.length === 0}
          isBusy={add.isRunning}
        >
          Add changes
        </Button>
      </div>
      {add.problem !== undefined && (
        <ProblemNotice
          problem={{
            ...add.problem,
            detail: refused.length === 0 ? add.problem.detail : refused.map(({ reason }) => reason).join(" "),
          }}
        />
      )}
    </form>
  );
}

type TextFieldProps = {
  label: string;
  hint: string;
  maxLength: number;
  value: string;
  onChange: (value: string) => void;
};

function TextField({ label, hint, maxLength, value, onChange }: TextFieldProps) {
  return (
    <Field label={label} hint={hint}>
      {(attributes) => (
        <input
          {...attributes}
          value={value}
          maxLength={maxLength}
          autoComplete="off"
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  );
}
