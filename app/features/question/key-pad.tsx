"use client";
// The keys that people press in a program. They stay where they are whatever the program does, so a press that comes a
// little late still means what it says; Ctrl-C is a signal and asks once more.
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
  /** Undefined when the person may send no signals. */
  onInterrupt: (() => void) | undefined;
};

/** A click takes the keyboard from nothing: the screen may have it. */
export function keepKeyboard(event: MouseEvent): void {
  event.preventDefault();
}

export function KeyPad({ question, keys, onInterrupt }: KeyPadProps) {
  const keyProps = (value: AnswerValue) => ({
    disabled: !keys.isReady,
    isActivating: keys.isActivating,
    onMouseDown: keepKeyboard,
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
