"use client";
// What stands beside the Deploy button: a freeze, refusals that are certain, warnings, and what is unknown. Its height is fixed, so
// that the button and the page below it stay where they are when facts arrive; a long list scrolls, or opens on request.
import { useState } from "react";
import Link from "next/link";
import { cdxIconAlert, cdxIconError, cdxIconSuccess } from "@wikimedia/codex-icons";
import { FINDING_LEVELS, type Finding, type Preflight } from "#lib/domain/preflight.ts";
import type { Lane } from "#lib/contract/lane.ts";
import { findingText, jobText, preflightTitle } from "../../text/preflight-text.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/codex-icon.tsx";
import { LinkedText } from "../../ui/linked-text.tsx";
import { Clock } from "../../ui/time.tsx";
import { useRestoredFocus } from "../../ui/use-restored-focus.ts";
import styles from "./preflight-summary.module.css";

type LaneFreeze = NonNullable<Lane["freeze"]>;

type PreflightSummaryProps = {
  preflight: Preflight;
  /** In force for the lane of the form. */
  freeze: LaneFreeze | undefined;
  selectedCount: number;
  isReading: boolean;
  /** About which something is unknown. */
  unknownNumbers: readonly number[];
  /** Selects a missing dependency of the change. */
  onAdd: (number: number, change: number) => void;
  onRefresh: () => void;
};

/** More findings than this do not fit, and can be opened. */
const FITTING_MAX = 2;

export function PreflightSummary(props: PreflightSummaryProps) {
  const { preflight, freeze, selectedCount, isReading, unknownNumbers, onAdd, onRefresh } = props;
  const [isOpen, setIsOpen] = useState(false);
  // All at once: buttons and links in the list would move when the facts of another change arrive.
  const findings = isReading ? [] : [...preflight.blocks, ...preflight.warnings];
  const unknown = isReading ? [] : unknownNumbers;
  const isClear = !isReading && findings.length === 0 && unknown.length === 0;
  return (
    <div
      className={styles.summary}
      data-open={isOpen || undefined}
      data-empty={selectedCount === 0 || undefined}
    >
      {freeze !== undefined && <FreezeText freeze={freeze} />}
      {selectedCount === 0 && freeze === undefined && (
        <p className={styles.hint}>Select one or more changes first.</p>
      )}
      {selectedCount > 0 && (
        <>
          <div className={styles.top}>
            <output className={styles.title}>{titleOf(props)}</output>
            {findings.length > FITTING_MAX && (
              <span className={styles.showAll}>
                <Button weight="quiet" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
                  {isOpen ? "Show less" : `Show all ${findings.length}`}
                </Button>
              </span>
            )}
            <span className={styles.refresh}>
              <Button weight="quiet" disabled={isReading} onClick={onRefresh}>
                Check again
              </Button>
            </span>
          </div>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable box must be reachable by keyboard */}
          <section className={styles.findings} aria-label="Checks" tabIndex={0}>
            <ul>
              {findings.map((finding) => (
                <FindingItem key={keyOf(finding)} finding={finding} onAdd={onAdd} />
              ))}
              {unknown.length > 0 && (
                <li className={styles.finding} data-level="warning">
                  <Icon icon={cdxIconAlert} size="small" />
                  <span>Not everything is known about {unknown.join(", ")}. You can still deploy.</span>
                </li>
              )}
              {isClear && (
                <li className={styles.finding} data-level="success">
                  <Icon icon={cdxIconSuccess} size="small" />
                  <span>scap asks before anything reaches production.</span>
                </li>
              )}
            </ul>
          </section>
        </>
      )}
    </div>
  );
}

function titleOf({ preflight, isReading, unknownNumbers }: PreflightSummaryProps): string {
  if (isReading) return "Checking…";
  const title = preflightTitle(preflight.blocks.length, preflight.warnings.length);
  return title ?? (unknownNumbers.length === 0 ? "No problems found" : "Not everything could be checked");
}

function FreezeText({ freeze }: { freeze: LaneFreeze }) {
  return (
    <p className={styles.freeze}>
      <strong>
        Deployments are frozen{" "}
        {freeze.until === null ? (
          "until an admin lifts the freeze"
        ) : (
          <>
            until <Clock at={freeze.until} />
          </>
        )}
        .
      </strong>{" "}
      {freeze.frozenBy}: <LinkedText text={freeze.reason} />
    </p>
  );
}

type FindingItemProps = { finding: Finding; onAdd: (number: number, change: number) => void };

function FindingItem({ finding, onAdd }: FindingItemProps) {
  const level = FINDING_LEVELS[finding.kind];
  const { change } = finding;
  return (
    <li className={styles.finding} data-level={level}>
      <Icon icon={level === "block" ? cdxIconError : cdxIconAlert} size="small" />
      <span>
        <strong>{change}</strong> {findingText(finding)}
        {"job" in finding && (
          <>
            {" "}
            <Link href={`/jobs/${finding.job.id}`}>{jobText(finding.job)}</Link>
          </>
        )}
        {(finding.kind === "missing_dependency" || finding.kind === "missing_elsewhere") && (
          <>
            {" "}
            <AddButton
              number={finding.dependency.number}
              onClick={() => onAdd(finding.dependency.number, change)}
            />
          </>
        )}
      </span>
    </li>
  );
}

/** Disappears when it is pressed, so it hands its focus over. */
function AddButton({ number, onClick }: { number: number; onClick: () => void }) {
  const button = useRestoredFocus<HTMLButtonElement>();
  return (
    <button ref={button} type="button" className={styles.add} onClick={onClick}>
      Add {number}
    </button>
  );
}

function keyOf(finding: Finding): string {
  const { change, kind } = finding;
  const about =
    "dependency" in finding ? finding.dependency.number : "reference" in finding ? finding.reference : "";
  return `${change} ${kind} ${about}`;
}
