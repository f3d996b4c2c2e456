"use client";
// The on-screen keys for an interactive program. Their layout never changes, so that a late press still hits the intended
// key. Ctrl-C is a signal and needs a confirmation.
import type { MouseEvent } from "react";
import { KEY_LABELS, type AnswerValue, type ScreenKey } from "#lib/domain/interaction.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { KeyPresses } from "./use-key-presses.ts";
import { Button } from "../../ui/button.tsx";
import styles from "./key-pad.module.css";

const KEY_GROUPS: readonly (readonly ScreenKey[])[] = [
  ["up", "down", "left", "right"],
  ["home", "end", "page_up", "page_down"],
  ["enter", "tab", "escape", "space", "backspace", "delete"],
  ["ctrl_d"],
];
const ARROWS: Partial<Record<ScreenKey, string>> = { up: "↑", down: "↓", left: "←", right: "→" };

type KeyPadProps = {
  question: Interaction;
  keys: KeyPresses;
  /** Undefined when the user has no permission to send signals. */
  onInterrupt: (() => void) | undefined;
};

/** Prevents a click from taking the focus away from the screen. */
export function keepFocus(event: MouseEvent): void {
  event.preventDefault();
}

export function KeyPad({ question, keys, onInterrupt }: KeyPadProps) {
  const keyProps = (value: AnswerValue) => ({
    disabled: !keys.isReady,
    isActivating: keys.isActivating,
    onMouseDown: keepFocus,
    onClick: () => keys.press(value),
  });
  return (
    <div className={styles.pad}>
      {question.options.length > 0 && (
        <div className={styles.options}>
          {question.options.map(({ text, value }) => (
            <Button key={String(value)} {...keyProps(value)}>
              {visibleText(text)}
            </Button>
          ))}
        </div>
      )}
      <fieldset className={styles.keys} aria-label="Keys">
        {KEY_GROUPS.map((group) => (
          <div key={group[0]} className={styles.group}>
            {group.map((key) => (
              <div key={key} className={styles.key} data-key={key}>
                <Button
                  {...keyProps({ key })}
                  tone={key === "enter" ? "progressive" : "neutral"}
                  aria-label={key in ARROWS ? KEY_LABELS[key] : undefined}
                >
                  {ARROWS[key] ?? KEY_LABELS[key]}
                </Button>
              </div>
            ))}
          </div>
        ))}
        {onInterrupt !== undefined && (
          <div className={styles.key} data-key="ctrl_c">
            <Button tone="destructive" onClick={onInterrupt}>
              Ctrl-C…
            </Button>
          </div>
        )}
      </fieldset>
    </div>
  );
}
