import { Fragment } from "react";
import { parseAnsi, type Run } from "./ansi.ts";
import { cssOf } from "./ansi-css.ts";
import styles from "./terminal-text.module.css";

/** One line of terminal output with its colours, and with its links, which open in a new tab. */
export function TerminalText({ text }: { text: string }) {
  const parts = groupByLink(parseAnsi(text));
  // An empty line keeps its height, and its line break when copied.
  if (parts.length === 0) return <br />;
  return parts.map(({ href, runs }, index) => {
    const content = runs.map((run, at) => <StyledRun key={at} run={run} />);
    if (href === null) return <Fragment key={index}>{content}</Fragment>;
    // The text of a link can be misleading; its tooltip shows the target.
    const hasOwnText = runs.map((run) => run.text).join("") !== href;
    return (
      <a
        key={index}
        className={styles.link}
        href={href}
        title={hasOwnText ? href : undefined}
        target="_blank"
        rel="noopener noreferrer"
      >
        {content}
      </a>
    );
  });
}

function groupByLink(runs: readonly Run[]): { href: string | null; runs: Run[] }[] {
  const groups: { href: string | null; runs: Run[] }[] = [];
  for (const run of runs) {
    const last = groups.at(-1);
    if (last !== undefined && last.href === run.href) last.runs.push(run);
    else groups.push({ href: run.href, runs: [run] });
  }
  return groups;
}

function StyledRun({ run }: { run: Run }) {
  const style = cssOf(run.style);
  return style === undefined ? run.text : <span style={style}>{run.text}</span>;
}
