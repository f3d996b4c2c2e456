"use client";
// Creates a window, or a weekly series. Its time is entered in UTC, because a series keeps its time in UTC all year.
import { useState } from "react";
import { useRouter } from "next/navigation";
import { DEFAULT_LANE, LANE_PATTERN } from "#lib/domain/job.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useNow } from "../../client/use-now.tsx";
import { formatMoment } from "../../text/format.ts";
import { windowHref } from "../../text/page-links.ts";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { useLocalTimeZone } from "../../ui/time-zone.tsx";

const MINUTE_MS = 60_000;
const LENGTHS = [
  [30, "30 minutes"],
  [60, "1 hour"],
  [90, "1 hour 30 minutes"],
  [120, "2 hours"],
  [180, "3 hours"],
  [240, "4 hours"],
] as const;

type Draft = { title: string; lane: string; start: string; minutes: number; isWeekly: boolean };

const EMPTY_DRAFT: Draft = {
  title: "Backport window",
  lane: DEFAULT_LANE,
  start: "",
  minutes: 60,
  isWeekly: false,
};

export function NewWindow({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const now = useNow();
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const { title, lane, isWeekly } = draft;
  const times = timesOf(draft);
  const isPast = times !== undefined && times.endsAt.getTime() <= now;
  const create = useAction(async (_, onSlow) => {
    if (times === undefined) return;
    const { id } = await call("POST /api/windows", {
      body: {
        title,
        lane,
        isWeekly,
        startsAt: times.startsAt.toISOString(),
        endsAt: times.endsAt.toISOString(),
      },
      onSlow,
    });
    onClose();
    router.push(windowHref(id));
  });
  const isComplete = title.trim() !== "" && LANE_PATTERN.test(lane) && times !== undefined && !isPast;
  return (
    <FormDialog
      isOpen
      title="New window"
      action="Create window"
      isEnabled={isComplete && !create.isRunning}
      onSubmit={() => create.run()}
      onClose={onClose}
    >
      <DraftFields draft={draft} isPast={isPast} onChange={(changed) => setDraft({ ...draft, ...changed })} />
      {create.problem !== undefined && <ProblemNotice problem={create.problem} />}
    </FormDialog>
  );
}

/** Undefined until the start is entered. */
function timesOf({ start, minutes }: Draft): { startsAt: Date; endsAt: Date } | undefined {
  if (start === "") return undefined;
  const startsAt = new Date(`${start}Z`);
  return { startsAt, endsAt: new Date(startsAt.getTime() + minutes * MINUTE_MS) };
}

type DraftFieldsProps = { draft: Draft; isPast: boolean; onChange: (changed: Partial<Draft>) => void };

function DraftFields({ draft, isPast, onChange }: DraftFieldsProps) {
  const { title, lane, start, minutes, isWeekly } = draft;
  return (
    <>
      <Field label="Title">
        {(attributes) => (
          <input
            {...attributes}
            required
            maxLength={100}
            value={title}
            onChange={({ target }) => onChange({ title: target.value })}
          />
        )}
      </Field>
      <StartField value={start} isPast={isPast} onChange={(value) => onChange({ start: value })} />
      <Field label="Length">
        {(attributes) => (
          <select
            {...attributes}
            value={minutes}
            onChange={({ target }) => onChange({ minutes: Number(target.value) })}
          >
            {LENGTHS.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field
        label="Lane"
        error={LANE_PATTERN.test(lane) ? undefined : "Lower-case letters, digits, hyphens and underscores."}
      >
        {(attributes) => (
          <input
            {...attributes}
            required
            maxLength={40}
            value={lane}
            onChange={({ target }) => onChange({ lane: target.value })}
          />
        )}
      </Field>
      <Checkbox isChecked={isWeekly} onChange={(checked) => onChange({ isWeekly: checked })}>
        Repeat every week at this time (UTC)
      </Checkbox>
    </>
  );
}

type StartFieldProps = { value: string; isPast: boolean; onChange: (value: string) => void };

/** In UTC, with the time of the browser below it. */
function StartField({ value, isPast, onChange }: StartFieldProps) {
  const now = useNow();
  const timeZone = useLocalTimeZone();
  const hint =
    value === "" || timeZone === "UTC"
      ? "Times of windows are in UTC."
      : `Your time zone: ${formatMoment(`${value}Z`, now, timeZone)}`;
  return (
    <Field label="Starts (UTC)" hint={hint} error={isPast ? "This window would be over already." : undefined}>
      {(attributes) => (
        <input
          {...attributes}
          type="datetime-local"
          required
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  );
}
