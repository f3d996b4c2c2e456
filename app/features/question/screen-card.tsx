"use client";
// A program that draws a menu, an editor or a pager: its live screen, and keys to press in it. Each key answers a question
// of its own; the card stays from one to the next, with what has the keyboard in it.
import { useRef, useState } from "react";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { Job } from "#lib/contract/job.ts";
import type { TerminalScreen } from "#lib/contract/log.ts";
import { FocusTargetContext, jobFocusTarget, useFocusTarget } from "../../ui/use-restored-focus.ts";
import { useKeyPresses } from "./use-key-presses.ts";
import { usePermission, useSession } from "../../client/use-session.tsx";
import { storedScreen, shownScreen } from "./screen-rows.ts";
import { screenStatus } from "./screen-status.ts";
import { QuestionAge } from "./question-age.tsx";
import card from "./question-card.module.css";
import { Button } from "../../ui/button.tsx";
import { InterruptDialog } from "./interrupt-dialog.tsx";
import { keepKeyboard, KeyPad } from "./key-pad.tsx";
import { LiveScreen } from "./live-screen.tsx";
import { ScreenTextInput } from "./screen-text-input.tsx";
import styles from "./screen-card.module.css";

type ScreenCardProps = {
  job: Job;
  /** The open one; between two keys, the one that was answered last. */
  question: Interaction;
  screen: TerminalScreen | null;
  isConnected: boolean;
  onInteraction: (interaction: Interaction) => void;
};

export function ScreenCard({ job, question, screen, isConnected, onInteraction }: ScreenCardProps) {
  const me = useSession().user.name;
  const canAnswer = usePermission("answer_interaction");
  const canSignal = usePermission("signal_job");
  const box = useRef<HTMLElement>(null);
  const [isCapturing, setCapturing] = useState(false);
  const [isInterrupting, setInterrupting] = useState(false);
  const isWorkerUnresponsive = job.workerSilentSince !== null;
  const keys = useKeyPresses(question, {
    previous: previousScreen(job, question),
    me,
    isEnabled: isConnected,
    onInteraction,
  });
  const interrupt = () => {
    if (!canSignal) return;
    // At once, not when the dialog takes the keyboard: the next key must not reach the program.
    setCapturing(false);
    setInterrupting(true);
  };
  const status = screenStatus({ question, me, isConnected, isWorkerUnresponsive, isCapturing, ...keys });
  const place = jobFocusTarget(job.id);
  const section = useFocusTarget<HTMLElement>(place);
  return (
    <FocusTargetContext value={place}>
      <section className={card.card} aria-label={`Question of job ${job.id}`} {...section}>
        <header className={card.header}>
          <h2 className={card.heading}>A program waits for keys</h2>
          {question.state === "pending" && <QuestionAge question={question} />}
        </header>
        <div className={styles.body}>
          <LiveScreen
            name={`Screen of job ${job.id}`}
            screen={screen === null ? storedScreen(question.message) : shownScreen(screen)}
            box={box}
            keyboard={canAnswer ? { isCapturing, setCapturing, press: keys.press, interrupt } : undefined}
          />
          {canAnswer ? (
            <>
              <div className={styles.statusRow}>
                <output className={styles.status} data-tone={status.tone}>
                  {status.text}
                </output>
                <div className={styles.toggle}>
                  <Button
                    onMouseDown={keepKeyboard}
                    onClick={() => {
                      setCapturing(!isCapturing);
                      box.current?.focus({ preventScroll: true });
                    }}
                  >
                    {isCapturing ? "Stop using the keyboard" : "Use the keyboard"}
                  </Button>
                </div>
              </div>
              <KeyPad question={question} keys={keys} onInterrupt={canSignal ? interrupt : undefined} />
              <ScreenTextInput question={question} keys={keys} />
            </>
          ) : (
            <p className={card.aside}>View only. Deployers can answer.</p>
          )}
        </div>
        <InterruptDialog
          job={job}
          isOpen={isInterrupting}
          isConnected={isConnected}
          onClose={() => setInterrupting(false)}
        />
      </section>
    </FocusTargetContext>
  );
}

function previousScreen(job: Job, question: Interaction): Interaction | undefined {
  const index = job.interactions.findIndex((one) => one.id === question.id);
  const previous = job.interactions[(index === -1 ? job.interactions.length : index) - 1];
  return previous?.kind === "screen" ? previous : undefined;
}
