"use client";
// The notification settings of the person, and the switch for this browser.
import { useState } from "react";
import {
  NOTIFIED_JOBS,
  type NotificationSettings as Settings,
  type NotifiedJobs,
} from "#lib/domain/notification.ts";
import { useAction } from "../../client/use-action.ts";
import { NOTIFIED_JOBS_LABELS } from "../../text/notification-text.ts";
import { Field } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { DeviceList } from "./device-list.tsx";
import { QuietHoursFields } from "./quiet-hours-fields.tsx";
import { useNotifications } from "./use-notifications.tsx";
import { useQuestionSound } from "./use-question-sound.ts";
import styles from "./notification-settings.module.css";

const REMINDER_MINUTES = [5, 10, 15, 30, 60];
const NEVER = "never";

/** Rendered while it is open only, so that it starts with the stored settings. */
export function NotificationSettings({ onClose }: { onClose: () => void }) {
  const { settings, saveSettings } = useNotifications();
  const [draft, setDraft] = useState<Settings>(settings);
  const sound = useQuestionSound();
  const [isAudible, setAudible] = useState(sound.isOn);
  const save = useAction(async (_, onSlow) => {
    await saveSettings(draft, onSlow);
    sound.setOn(isAudible);
    onClose();
  });
  const change = (part: Partial<Settings>) => setDraft({ ...draft, ...part });
  const { quietHours } = draft;
  return (
    <FormDialog
      isOpen
      title="Notifications"
      action="Save"
      isEnabled={!save.isRunning && (quietHours === null || isComplete(quietHours))}
      onSubmit={() => save.run()}
      onClose={onClose}
    >
      <DeviceList />
      <JobsField jobs={draft.jobs} onChange={(jobs) => change({ jobs })} />
      <ReminderField
        minutes={draft.reminderMinutes}
        onChange={(reminderMinutes) => change({ reminderMinutes })}
      />
      <div className={styles.checkboxes}>
        <Checkbox isChecked={draft.jobEnded} onChange={(jobEnded) => change({ jobEnded })}>
          Notify me when a job of mine ends
        </Checkbox>
        <Checkbox isChecked={isAudible} onChange={setAudible}>
          Play a sound on open pages of this browser when a question opens
        </Checkbox>
        <QuietHoursFields quietHours={quietHours} onChange={(hours) => change({ quietHours: hours })} />
      </div>
      {save.problem !== undefined && <ProblemNotice problem={save.problem} />}
    </FormDialog>
  );
}

function JobsField({ jobs, onChange }: { jobs: NotifiedJobs; onChange: (jobs: NotifiedJobs) => void }) {
  return (
    <Field label="Notify me about">
      {(attributes) => (
        <select
          {...attributes}
          value={jobs}
          onChange={({ target }) => onChange(target.value as NotifiedJobs)}
        >
          {NOTIFIED_JOBS.map((choice) => (
            <option key={choice} value={choice}>
              {NOTIFIED_JOBS_LABELS[choice]}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

type ReminderFieldProps = { minutes: number | null; onChange: (minutes: number | null) => void };

function ReminderField({ minutes, onChange }: ReminderFieldProps) {
  return (
    <Field label="Remind me of an unanswered question" hint="The interval doubles up to an hour.">
      {(attributes) => (
        <select
          {...attributes}
          value={minutes ?? NEVER}
          onChange={({ target }) => onChange(target.value === NEVER ? null : Number(target.value))}
        >
          <option value={NEVER}>Never</option>
          {reminderChoices(minutes).map((choice) => (
            <option key={choice} value={choice}>
              After {choice} minutes
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** With the stored value, which a program may have set. */
function reminderChoices(stored: number | null): number[] {
  return [...new Set([...REMINDER_MINUTES, ...(stored === null ? [] : [stored])])].toSorted((a, b) => a - b);
}

function isComplete({ from, to }: NonNullable<Settings["quietHours"]>): boolean {
  return from !== "" && to !== "" && from !== to;
}
