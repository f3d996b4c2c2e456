"use client";
// Words are looked for in the whole log. Enter goes to the next line that has them, with Shift to the one before, and
// marks it, so that its address can be given to somebody else; "/" comes here from anywhere on the page.
import { useEffect, useEffectEvent, useRef, type KeyboardEvent } from "react";
import { cdxIconCollapse, cdxIconExpand, cdxIconSearch } from "@wikimedia/codex-icons";
import { formatCount } from "../../text/format.ts";
import { MATCHES_MAX, nextMatch, type LogSearchResult } from "./log-search.ts";
import { IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/codex-icon.tsx";
import styles from "./log-find.module.css";

type LogFindProps = {
  words: string;
  /** Undefined until the search has begun. */
  found: LogSearchResult | undefined;
  /** The line from which the next one is looked for. */
  from: number;
  onQuery: (words: string) => void;
  onLine: (n: number) => void;
  /** The reader is done with it. */
  onLeave: () => void;
};

export function LogFind({ words, found, from, onQuery, onLine, onLeave }: LogFindProps) {
  const input = useRef<HTMLInputElement>(null);
  /** Where to, until that is known. */
  const wanted = useRef<1 | -1>(undefined);

  const settle = () => {
    if (wanted.current === undefined || found === undefined) return;
    const line = nextMatch(found, from, wanted.current);
    if (line !== undefined || found.isDone) wanted.current = undefined;
    if (line !== undefined) onLine(line);
  };
  const go = (direction: 1 | -1) => {
    wanted.current = direction;
    settle();
  };
  const onFound = useEffectEvent(settle);
  useEffect(() => onFound(), [found]);

  useEffect(() => {
    const onSlash = (event: globalThis.KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target))
        return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    window.addEventListener("keydown", onSlash);
    return () => window.removeEventListener("keydown", onSlash);
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && words !== "") go(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") {
      onQuery("");
      onLeave();
    } else return;
    event.preventDefault();
  };
  const hasNone = found === undefined || found.lines.length === 0;
  return (
    <search className={styles.find}>
      <span className={styles.icon}>
        <Icon icon={cdxIconSearch} size="small" />
      </span>
      <input
        ref={input}
        className={styles.input}
        aria-label="Search the log"
        aria-keyshortcuts="/"
        title="Search the log ( / )"
        placeholder="Search"
        enterKeyHint="search"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={200}
        value={words}
        onChange={(event) => {
          wanted.current = undefined;
          onQuery(event.target.value);
        }}
        onKeyDown={onKeyDown}
      />
      <output className={styles.count}>{words === "" ? "" : matchCount(found, from)}</output>
      <IconButton label="Match before" icon={cdxIconCollapse} disabled={hasNone} onClick={() => go(-1)} />
      <IconButton label="Next match" icon={cdxIconExpand} disabled={hasNone} onClick={() => go(1)} />
    </search>
  );
}

function matchCount(found: LogSearchResult | undefined, from: number): string {
  if (found === undefined) return "";
  if (found.problem !== undefined) return "not searched";
  const { lines, isDone } = found;
  if (lines.length === 0) return isDone ? "none" : "…";
  const many = lines.length >= MATCHES_MAX ? "+" : isDone ? "" : "…";
  const place = lines.indexOf(from) + 1;
  return `${place === 0 ? "" : `${formatCount(place)} of `}${formatCount(lines.length)}${many}`;
}

/** Where a slash is a slash, or something lies over the page. */
function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") !== null) return true;
  return (
    target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"))
  );
}
