"use client";
// The screen of an interactive program as a terminal shows it, with the cursor kept in view. While it captures the keyboard,
// all keys go to the program; pressing Escape twice releases the keyboard.
import {
  type ClipboardEvent,
  type CSSProperties,
  type KeyboardEvent,
  memo,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
} from "react";
import type { AnswerValue } from "#lib/domain/interaction.ts";
import { keyAction } from "./screen-keys.ts";
import type { ShownScreen } from "./screen-rows.ts";
import { TerminalText } from "../log/terminal-text.tsx";
import styles from "./live-screen.module.css";

/** Two presses of Escape within this time release the keyboard. */
const DOUBLE_ESCAPE_MS = 600;

type LiveScreenProps = {
  name: string;
  screen: ShownScreen;
  /** Undefined when the user cannot press keys. */
  keyboard: Keyboard | undefined;
  box: RefObject<HTMLElement | null>;
};

export type Keyboard = {
  isCapturing: boolean;
  setCapturing: (isCapturing: boolean) => void;
  press: (value: AnswerValue) => void;
  interrupt: () => void;
};

export function LiveScreen({ name, screen, keyboard, box }: LiveScreenProps) {
  const cursor = useRef<HTMLSpanElement>(null);
  useCursorInView(box, cursor, screen);
  const handlers = useKeyboard(keyboard);
  const isCapturing = keyboard?.isCapturing === true;
  return (
    <section
      ref={box}
      className={styles.box}
      style={{ "--columns": screen.columns } as CSSProperties}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable box must be reachable by keyboard
      tabIndex={0}
      aria-label={name}
      data-capturing={isCapturing || undefined}
      data-takes-keys={keyboard !== undefined || undefined}
      {...handlers}
    >
      <div className={styles.rows}>
        {screen.rows.map((row, index) => (
          <Row key={index} text={row} />
        ))}
        {screen.cursor !== undefined && (
          <div
            className={styles.cursorRow}
            style={{ "--row": screen.cursor.row } as CSSProperties}
            aria-hidden
          >
            <span className={styles.before}>{screen.cursor.before}</span>
            <span ref={cursor} className={styles.cursor} data-cursor>
              {screen.cursor.at}
            </span>
          </div>
        )}
      </div>
    </section>
  );
}

const Row = memo(({ text }: { text: string }) => (
  <div className={styles.row}>
    <TerminalText text={text} />
  </div>
));
Row.displayName = "Row";

function useKeyboard(keyboard: Keyboard | undefined) {
  const lastEscapeAt = useRef(Number.NEGATIVE_INFINITY);
  if (keyboard === undefined) return {};
  const { isCapturing, setCapturing, press, interrupt } = keyboard;

  const onCapturedKey = (event: KeyboardEvent<HTMLElement>) => {
    const wanted = keyAction(event.nativeEvent);
    // Ctrl-C copies selected text, as in terminals.
    if (wanted?.action === "browser" || (wanted?.action === "interrupt" && hasSelection())) return;
    event.preventDefault();
    event.stopPropagation();
    if (wanted === undefined) return;
    if (wanted.action === "interrupt") return interrupt();
    if (event.key === "Escape") {
      const isSecond = event.timeStamp - lastEscapeAt.current < DOUBLE_ESCAPE_MS;
      lastEscapeAt.current = isSecond ? Number.NEGATIVE_INFINITY : event.timeStamp;
      if (isSecond) return setCapturing(false);
    }
    press(wanted.value);
  };

  return {
    onClick: () => {
      if (!hasSelection()) setCapturing(true);
    },
    onBlur: () => setCapturing(false),
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (isCapturing) return onCapturedKey(event);
      // Keyboard users can tab through the screen; only Enter starts capturing.
      if (event.key !== "Enter" || event.target !== event.currentTarget) return;
      event.preventDefault();
      setCapturing(true);
    },
    onPaste: (event: ClipboardEvent<HTMLElement>) => {
      if (!isCapturing) return;
      event.preventDefault();
      const text = event.clipboardData.getData("text/plain");
      if (text !== "") press(text);
    },
  };
}

function hasSelection(): boolean {
  return document.getSelection()?.isCollapsed === false;
}

/** Scrolls as little as needed, and only when the cursor moves, because people may be reading elsewhere on the screen. */
function useCursorInView(
  box: RefObject<HTMLElement | null>,
  cursor: RefObject<HTMLElement | null>,
  { cursor: place, rows, columns }: ShownScreen,
): void {
  const where = place === undefined ? `end ${rows.length}` : `${place.row} ${place.before.length} ${columns}`;
  useLayoutEffect(() => showCursor(box.current, cursor.current), [box, cursor, where]);
  useEffect(() => {
    if (box.current === null) return;
    const observer = new ResizeObserver(() => showCursor(box.current, cursor.current));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [box, cursor]);
}

function showCursor(box: HTMLElement | null, cursor: HTMLElement | null): void {
  if (box === null) return;
  if (cursor === null) {
    box.scrollTop = box.scrollHeight;
    return;
  }
  const frame = box.getBoundingClientRect();
  const at = cursor.getBoundingClientRect();
  const marginPx = at.height;
  const below = at.bottom + marginPx - (frame.top + box.clientHeight);
  const above = frame.top + marginPx - at.top;
  const right = at.right + marginPx - (frame.left + box.clientWidth);
  const left = frame.left + marginPx - at.left;
  if (below > 0) box.scrollTop += below;
  else if (above > 0) box.scrollTop -= above;
  if (right > 0) box.scrollLeft += right;
  else if (left > 0) box.scrollLeft -= left;
}
