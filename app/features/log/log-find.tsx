"use client";
// Searches the whole log. Enter goes to the next match, Shift+Enter to the previous one. The line is marked, so that its URL
// can be shared.
import { useEffect, useEffectEvent, useRef, type KeyboardEvent } from "react";
import { cdxIconCollapse, cdxIconExpand, cdxIconSearch } from "@wikimedia/codex-icons";
import { formatCount } from "../../text/format.ts";
import { MATCHES_MAX, nextMatch, type LogSearchResult } from "./log-search.ts";
import { SHORTCUTS } from "../../ui/shortcuts.ts";
import { IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/codex-icon.tsx";
import styles from "./log-find.module.css";

type LogFindProps = {
  query: string;
  /** Undefined until the search has started. */
  found: LogSearchResult | undefined;
  /** The line from which the next match is searched. */
  from: number;
  onQuery: (query: string) => void;
  onLine: (n: number) => void;
  /** Called when the reader leaves the search with Escape. */
  onLeave: () => void;
};

export function LogFind({ query, found, from, onQuery, onLine, onLeave }: LogFindProps) {
  const { jump, cancelJump } = useJump(found, from, onLine);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && query !== "") {
      jump(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") {
      onQuery("");
      onLeave();
    } else {
      return;
    }
    event.preventDefault();
  };
  const hasNone = found === undefined || found.lines.length === 0;
  return (
    <search className={styles.find}>
      <span className={styles.icon}>
        <Icon icon={cdxIconSearch} size="small" />
      </span>
      <input
        type="search"
        className={styles.input}
        aria-label="Search the log"
        aria-keyshortcuts={SHORTCUTS.search.key}
        title="Search the log ( / )"
        placeholder="Search"
        enterKeyHint="search"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={200}
        value={query}
        onChange={(event) => {
          cancelJump();
          onQuery(event.target.value);
        }}
        onKeyDown={onKeyDown}
      />
      <output className={styles.count}>{query === "" ? "" : matchCount(found, from)}</output>
      <IconButton label="Previous match" icon={cdxIconCollapse} disabled={hasNone} onClick={() => jump(-1)} />
      <IconButton label="Next match" icon={cdxIconExpand} disabled={hasNone} onClick={() => jump(1)} />
    </search>
  );
}

/** Goes to the next match in a direction, or once it is found. */
function useJump(found: LogSearchResult | undefined, from: number, onLine: (n: number) => void) {
  /** The direction of a jump whose target is not known yet. */
  const pending = useRef<1 | -1>(undefined);
  const settle = () => {
    if (pending.current === undefined || found === undefined) return;
    const line = nextMatch(found, from, pending.current);
    if (line !== undefined || found.isDone) pending.current = undefined;
    if (line !== undefined) onLine(line);
  };
  const onFound = useEffectEvent(settle);
  useEffect(() => onFound(), [found]);
  return {
    jump: (direction: 1 | -1) => {
      pending.current = direction;
      settle();
    },
    cancelJump: () => {
      pending.current = undefined;
    },
  };
}

function matchCount(found: LogSearchResult | undefined, from: number): string {
  if (found === undefined) return "";
  if (found.problem !== undefined) return "failed";
  const { lines, isDone } = found;
  if (lines.length === 0) return isDone ? "no matches" : "…";
  const many = lines.length >= MATCHES_MAX ? "+" : isDone ? "" : "…";
  const place = lines.indexOf(from) + 1;
  return `${place === 0 ? "" : `${formatCount(place)} of `}${formatCount(lines.length)}${many}`;
}
