"use client";
// Adds a webhook. Its secret is in the response, and is not shown again.
import { useState } from "react";
import {
  WEBHOOK_EVENTS,
  WEBHOOK_TEMPLATES,
  type WebhookEvent,
  type WebhookTemplate,
} from "#lib/domain/webhook.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { TEMPLATE_LABELS, WEBHOOK_EVENT_LABELS } from "../../text/webhook-text.ts";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import styles from "./admin.module.css";

type NewWebhookDialogProps = {
  onClose: () => void;
  onCreated: (created: { name: string; secret: string }) => void;
};

export function NewWebhookDialog({ onClose, onCreated }: NewWebhookDialogProps) {
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [template, setTemplate] = useState<WebhookTemplate>("standard");
  const [events, setEvents] = useState<readonly WebhookEvent[]>(WEBHOOK_EVENTS);
  const add = useAction(async (_, onSlow) => {
    const body = { name, url, template, events: [...events] };
    const { secret } = await call("POST /api/admin/webhooks", { body, onSlow });
    onCreated({ name, secret });
  });
  const isComplete = name.trim() !== "" && url.trim() !== "" && events.length > 0;
  return (
    <FormDialog
      isOpen
      title="Add webhook"
      action="Add webhook"
      isEnabled={isComplete && !add.isRunning}
      onSubmit={() => add.run()}
      onClose={onClose}
    >
      <Field label="Name" hint="For example the channel.">
        {(attributes) => (
          <input
            {...attributes}
            value={name}
            maxLength={100}
            onChange={({ target }) => setName(target.value)}
          />
        )}
      </Field>
      <Field label="URL" hint="Stored encrypted, and not shown again.">
        {(attributes) => (
          <input
            {...attributes}
            type="url"
            value={url}
            maxLength={2000}
            placeholder="https://"
            autoComplete="off"
            onChange={({ target }) => setUrl(target.value)}
          />
        )}
      </Field>
      <TemplateField template={template} onChange={setTemplate} />
      <EventsField events={events} onChange={setEvents} />
      {add.problem !== undefined && <ProblemNotice problem={add.problem} />}
    </FormDialog>
  );
}

type EventsFieldProps = {
  events: readonly WebhookEvent[];
  onChange: (events: readonly WebhookEvent[]) => void;
};

function EventsField({ events, onChange }: EventsFieldProps) {
  return (
    <fieldset className={styles.events}>
      <legend>Events</legend>
      {WEBHOOK_EVENTS.map((event) => (
        <Checkbox
          key={event}
          isChecked={events.includes(event)}
          onChange={(isChecked) =>
            onChange(isChecked ? [...events, event] : events.filter((other) => other !== event))
          }
        >
          {WEBHOOK_EVENT_LABELS[event]}
        </Checkbox>
      ))}
    </fieldset>
  );
}

type TemplateFieldProps = { template: WebhookTemplate; onChange: (template: WebhookTemplate) => void };

function TemplateField({ template, onChange }: TemplateFieldProps) {
  return (
    <Field label="Template">
      {(attributes) => (
        <select
          {...attributes}
          value={template}
          onChange={({ target }) => onChange(target.value as WebhookTemplate)}
        >
          {WEBHOOK_TEMPLATES.map((one) => (
            <option key={one} value={one}>
              {TEMPLATE_LABELS[one]}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
