"use client";
// An interactive program (a menu, an editor, a pager): its live screen, and the keys to press in it. Each key press answers a
// question of its own; the card and its focus stay from one question to the next.
import { useRef, useState } from "react";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { Job } from "#lib/contract/job.ts";
import type { TerminalScreen } from "#lib/contract/log.ts";
import { FocusTargetContext, jobFocusTarget, useFocusTarget } from "../../ui/use-restored-focus.ts";
import { type KeyPresses, useKeyPresses } from "./use-key-presses.ts";
import { useAnswerRefusal } from "../../client/use-answer-permission.ts";
import { REFUSAL_TEXTS } from "../../text/answer-status.ts";
import { PolicyOverride } from "./policy-override.tsx";
import { usePermission, useSession } from "../../client/use-session.tsx";
import { storedScreen, shownScreen } from "./screen-rows.ts";
import { screenStatus } from "./screen-status.ts";
import { QuestionAge } from "./question-age.tsx";
import card from "./question-card.module.css";
import { Button } from "../../ui/button.tsx";
import { InterruptDialog } from "./interrupt-dialog.tsx";
import { keepFocus, KeyPad } from "./key-pad.tsx";
import { LiveScreen } from "./live-screen.tsx";
import { ScreenTextInput } from "./screen-text-input.tsx";
import styles from "./screen-card.module.css";

type ScreenCardProps = {
  job: Job;
  /** The open question; between two key presses, the one that was answered last. */
  question: Interaction;
  screen: TerminalScreen | null;
  isConnected: boolean;
  onInteraction: (interaction: Interaction) => void;
};

export function ScreenCard({ job, question, screen, isConnected, onInteraction }: ScreenCardProps) {
  const refusal = useAnswerRefusal(job);
  const box = useRef<HTMLElement>(null);
  const controls = useScreenControls(job, question, isConnected, onInteraction);
  const { keys, isCapturing, setCapturing, interrupt } = controls;
  const targetName = jobFocusTarget(job.id);
  const focusTarget = useFocusTarget<HTMLElement>(targetName);
  return (
    <FocusTargetContext value={targetName}>
      <section
        id={`question-${question.id}`}
        className={card.card}
        aria-label={`Question of job ${job.id}`}
        {...focusTarget}
      >
        <header className={card.header}>
          <h2 className={card.heading}>A program is waiting for a key press</h2>
          {question.state === "pending" && <QuestionAge question={question} />}
        </header>
        <div className={styles.body}>
          <LiveScreen
            name={`Screen of job ${job.id}`}
            screen={screen === null ? storedScreen(question.message) : shownScreen(screen)}
            box={box}
            keyboard={
              refusal === undefined ? { isCapturing, setCapturing, press: keys.press, interrupt } : undefined
            }
          />
          {refusal === undefined ? (
            <ScreenControls
              question={question}
              keys={keys}
              status={controls.status}
              isCapturing={isCapturing}
              onCapture={(isOn) => {
                setCapturing(isOn);
                box.current?.focus({ preventScroll: true });
              }}
              onInterrupt={controls.canInterrupt ? interrupt : undefined}
            />
          ) : (
            <Refusal refusal={refusal} job={job} isConnected={isConnected} />
          )}
        </div>
        <InterruptDialog
          job={job}
          isOpen={controls.isInterrupting}
          isConnected={isConnected}
          onClose={controls.closeInterrupt}
        />
      </section>
    </FocusTargetContext>
  );
}

/** The keys of the screen, whether the keyboard presses them, and the dialog that interrupts the program. */
function useScreenControls(
  job: Job,
  question: Interaction,
  isConnected: boolean,
  onInteraction: ScreenCardProps["onInteraction"],
) {
  const me = useSession().user.name;
  const canInterrupt = usePermission("signal_job");
  const [isCapturing, setCapturing] = useState(false);
  const [isInterrupting, setInterrupting] = useState(false);
  const isWorkerUnresponsive = job.workerUnresponsiveSince !== null;
  const keys = useKeyPresses(question, {
    previous: previousScreen(job, question),
    me,
    isEnabled: isConnected,
    onInteraction,
  });
  return {
    keys,
    status: screenStatus({ question, me, isConnected, isWorkerUnresponsive, isCapturing, ...keys }),
    isCapturing,
    setCapturing,
    canInterrupt,
    isInterrupting,
    interrupt: () => {
      if (!canInterrupt) return;
      // Immediately, not when the dialog takes the focus: the next key must not reach the program.
      setCapturing(false);
      setInterrupting(true);
    },
    closeInterrupt: () => setInterrupting(false),
  };
}

type RefusalProps = {
  refusal: keyof typeof REFUSAL_TEXTS;
  job: Job;
  isConnected: boolean;
};

/** Why this person may not press keys. */
function Refusal({ refusal, job, isConnected }: RefusalProps) {
  return (
    <>
      <p className={card.aside}>{REFUSAL_TEXTS[refusal]}</p>
      {refusal !== "role" && <PolicyOverride job={job} isConnected={isConnected} />}
    </>
  );
}

type ScreenControlsProps = {
  question: Interaction;
  keys: KeyPresses;
  status: ReturnType<typeof screenStatus>;
  /** The keys of the keyboard go to the program. */
  isCapturing: boolean;
  onCapture: (isOn: boolean) => void;
  onInterrupt: (() => void) | undefined;
};

function ScreenControls(props: ScreenControlsProps) {
  const { question, keys, status, isCapturing, onCapture, onInterrupt } = props;
  return (
    <>
      <div className={styles.statusRow}>
        <output className={styles.status} data-tone={status.tone}>
          {status.text}
        </output>
        <div className={styles.toggle}>
          <Button onMouseDown={keepFocus} onClick={() => onCapture(!isCapturing)}>
            {isCapturing ? "Release keyboard" : "Use keyboard"}
          </Button>
        </div>
      </div>
      <KeyPad question={question} keys={keys} onInterrupt={onInterrupt} />
      <ScreenTextInput question={question} keys={keys} />
    </>
  );
}

function previousScreen(job: Job, question: Interaction): Interaction | undefined {
  const index = job.interactions.findIndex((one) => one.id === question.id);
  const previous = job.interactions[(index === -1 ? job.interactions.length : index) - 1];
  return previous?.kind === "screen" ? previous : undefined;
}
