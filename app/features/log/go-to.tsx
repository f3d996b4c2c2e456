"use client";
// Goes to a line by its number, or to the first line at a time: the keyboard equivalent of a click on a line number.
import { useId, useState, type FormEvent } from "react";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useTimeZone } from "../../ui/time-zone.tsx";
import { parseLogTarget } from "./log-target.ts";
import styles from "./log-toolbar.module.css";

type GoToProps = { jobId: number; startedAt: string; totalLines: number; onLine: (n: number) => void };

export function GoTo({ jobId, startedAt, totalLines, onLine }: GoToProps) {
  const [text, setText] = useState("");
  const [isInvalid, setIsInvalid] = useState(false);
  const timeZone = useTimeZone();
  const hint = useId();
  const find = useAction(async (at: string) => {
    const { lines } = await call("GET /api/jobs/{id}/log", {
      params: { id: jobId },
      query: { fromTime: at, limit: 1 },
    });
    if (lines[0] !== undefined) onLine(lines[0].n);
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const target = parseLogTarget(text, startedAt, timeZone);
    setIsInvalid(text !== "" && target === undefined);
    if (target === undefined || totalLines === 0) return;
    if ("line" in target) onLine(Math.min(target.line, totalLines));
    else find.run(target.at);
  };
  return (
    <form onSubmit={submit}>
      <input
        className={styles.input}
        aria-label="Go to line or time"
        aria-invalid={isInvalid || undefined}
        aria-describedby={hint}
        title="A line number, or a time such as 12:03"
        placeholder="Line or time"
        maxLength={9}
        value={text}
        onChange={(event) => {
          setIsInvalid(false);
          setText(event.target.value);
        }}
      />
      <output className="visually-hidden" id={hint}>
        {isInvalid && "Enter a line number, or a time such as 12:03."}
        {find.problem !== undefined && find.problem.title}
      </output>
    </form>
  );
}
