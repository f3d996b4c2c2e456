"use client";
import { useRestoredFocus } from "../../ui/use-restored-focus.ts";
import styles from "./sandbox-examples.module.css";

/** Changes of the sandbox with different outcomes. */
const EXAMPLES = [
  { number: "1234", shows: "a site notice" },
  { number: "1235", shows: "a new look" },
  { number: "1237", shows: "fails on the test servers" },
] as const;

/** Example changes, for people who do not know the sandbox yet. */
export function SandboxExamples({ onSelect }: { onSelect: (number: string) => void }) {
  return (
    <p className={styles.examples}>
      <span>Try one:</span>
      {EXAMPLES.map((example) => (
        <Example key={example.number} example={example} onSelect={() => onSelect(example.number)} />
      ))}
    </p>
  );
}

function Example({ example, onSelect }: { example: (typeof EXAMPLES)[number]; onSelect: () => void }) {
  const button = useRestoredFocus<HTMLButtonElement>();
  return (
    <button ref={button} type="button" className={styles.example} onClick={onSelect}>
      <strong>{example.number}</strong> {example.shows}
    </button>
  );
}
