"use client";
import type { QuietHours } from "#lib/domain/notification.ts";
import { useLocalTimeZone } from "../../ui/time-zone.tsx";
import { Field } from "../../ui/field.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import styles from "./notification-settings.module.css";

type QuietHoursFieldsProps = {
  quietHours: QuietHours | null;
  onChange: (quietHours: QuietHours | null) => void;
};

/** Hours without notifications, in a time zone that people may choose: they travel. */
export function QuietHoursFields({ quietHours, onChange }: QuietHoursFieldsProps) {
  const local = useLocalTimeZone();
  return (
    <>
      <Checkbox
        isChecked={quietHours !== null}
        onChange={(isOn) => onChange(isOn ? { from: "22:00", to: "07:00", timeZone: local } : null)}
      >
        Quiet hours: send questions only after them
      </Checkbox>
      {quietHours !== null && (
        <div className={styles.hours}>
          {(["from", "to"] as const).map((end) => (
            <Field key={end} label={end === "from" ? "From" : "Until"}>
              {(attributes) => (
                <input
                  {...attributes}
                  type="time"
                  required
                  value={quietHours[end]}
                  onChange={({ target }) => onChange({ ...quietHours, [end]: target.value })}
                />
              )}
            </Field>
          ))}
          <Field label="Time zone">
            {(attributes) => (
              <select
                {...attributes}
                value={quietHours.timeZone}
                onChange={({ target }) => onChange({ ...quietHours, timeZone: target.value })}
              >
                {timeZones(local, quietHours.timeZone).map((zone) => (
                  <option key={zone}>{zone}</option>
                ))}
              </select>
            )}
          </Field>
        </div>
      )}
    </>
  );
}

function timeZones(...first: string[]): string[] {
  return [...new Set([...first, "UTC", ...Intl.supportedValuesOf("timeZone")])];
}
