"use client";
// What can be done with the marked lines. Over the first lines in view, so that no line moves when it appears.
import { cdxIconClose, cdxIconCopy, cdxIconLink, cdxIconPlay } from "@wikimedia/codex-icons";
import { Button, IconButton } from "../../ui/button.tsx";
import { rangeLabel, type LineRange } from "./line-range.ts";
import type { CopyLog } from "./use-copy-log.ts";
import { unmarkLines } from "./use-line-range.ts";
import styles from "./marked-lines.module.css";

type MarkedLinesProps = { marked: LineRange; copy: CopyLog; onPlay: () => void };

export function MarkedLines({ marked, copy, onPlay }: MarkedLinesProps) {
  return (
    <section className={styles.bar} aria-label="Marked lines">
      <span className={styles.label}>{rangeLabel(marked)}</span>
      <Button weight="quiet" icon={cdxIconCopy} onClick={() => copy.copyLines(marked)}>
        <span className="visually-hidden-on-phone">Copy</span>
      </Button>
      <Button weight="quiet" icon={cdxIconLink} onClick={copy.copyLink}>
        <span className="visually-hidden-on-phone">Copy link</span>
      </Button>
      <Button weight="quiet" icon={cdxIconPlay} onClick={onPlay}>
        <span className="visually-hidden-on-phone">Play from here</span>
      </Button>
      <IconButton label="Clear marked lines" icon={cdxIconClose} onClick={unmarkLines} />
    </section>
  );
}
