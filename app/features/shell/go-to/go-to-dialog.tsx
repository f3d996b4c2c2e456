"use client";
// "Go to": jobs, changes, people, pages and actions by a few keys. Loaded when it is first opened.
import { type RefObject, useRef, useState } from "react";
import { useRouter } from "next/navigation";
import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import type { JobSummary } from "#lib/contract/job.ts";
import { SEARCH_LENGTH_MAX } from "#lib/domain/search-words.ts";
import { call } from "../../../client/api.ts";
import { useOverview } from "../../../client/use-overview.tsx";
import { useSearch } from "../../../client/use-search.ts";
import dialog from "../../../ui/confirm-dialog.module.css";
import { useReturnFocus } from "../../../ui/use-return-focus.ts";
import { type Destination, destinations, keyOf } from "./destinations.ts";
import { type GoToAction, type GoToDialogName, useGoToActions } from "./use-go-to-actions.ts";
import styles from "./go-to-dialog.module.css";

const DEBOUNCE_MS = 200;
const FOUND_MAX = 6;

type GoToDialogProps = {
  onOpen: (name: GoToDialogName) => void;
  onClose: () => void;
};

export function GoToDialog({ onOpen, onClose }: GoToDialogProps) {
  const router = useRouter();
  const { fixed, run } = useGoToActions(onOpen);
  const input = useRef<HTMLInputElement>(null);
  // A navigation moves the focus to the new page, and an action may open another dialog.
  const hasLeft = useRef(false);
  const returnFocus = useReturnFocus();
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className={dialog.backdrop} />
        <Dialog.Popup
          className={styles.popup}
          aria-label="Go to"
          initialFocus={input}
          finalFocus={() => !hasLeft.current && returnFocus()}
        >
          <Destinations
            input={input}
            fixed={fixed}
            onSelect={(destination) => {
              hasLeft.current = true;
              onClose();
              if ("href" in destination) router.push(destination.href);
              else run(destination.action);
            }}
          />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

type DestinationsProps = {
  input: RefObject<HTMLInputElement | null>;
  fixed: readonly Destination<GoToAction>[];
  onSelect: (destination: Destination<GoToAction>) => void;
};

function Destinations({ input, fixed, onSelect }: DestinationsProps) {
  const [text, setText] = useState("");
  const { overview } = useOverview();
  // As they were when the dialog opened, so that no event moves an entry under the pointer.
  const [jobs] = useState(overview.jobs);
  const search = useSearch({ query: text.trim(), debounceMs: DEBOUNCE_MS, find: findJobs });
  const found = search.phase === "found" ? search.found : [];
  return (
    <Autocomplete.Root
      inline
      open
      mode="none"
      items={destinations({ text, jobs, found, fixed })}
      value={text}
      onValueChange={(value, { reason }) => {
        if (reason !== "item-press") setText(value);
      }}
      itemToStringValue={({ label }: Destination) => label}
      autoHighlight="always"
      keepHighlight
    >
      <Autocomplete.Input
        ref={input}
        className={styles.input}
        aria-label="Go to"
        placeholder="Job, change, person or action"
        maxLength={SEARCH_LENGTH_MAX}
        spellCheck={false}
      />
      <Autocomplete.List className={styles.list} aria-label="Destinations">
        {(destination: Destination<GoToAction>) => (
          <Autocomplete.Item
            key={keyOf(destination)}
            value={destination}
            className={styles.item}
            onClick={() => onSelect(destination)}
          >
            <span className={styles.label}>{destination.label}</span>
            {destination.hint !== undefined && <span className={styles.hint}>{destination.hint}</span>}
          </Autocomplete.Item>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  );
}

async function findJobs(query: string, signal: AbortSignal): Promise<JobSummary[]> {
  const { jobs } = await call("GET /api/jobs", { query: { q: query, limit: FOUND_MAX }, signal });
  return jobs;
}
