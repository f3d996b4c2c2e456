"use client";
import { useRestoredFocus } from "../../ui/use-restored-focus.ts";
import styles from "./sandbox-examples.module.css";

/** Changes of the sandbox that show the three ways a deployment can go. */
const EXAMPLES = [
  { number: "1234", shows: "a site notice" },
  { number: "1235", shows: "a new look" },
  { number: "1237", shows: "breaks the test servers" },
] as const;

/** For whoever has just started the sandbox and knows no change of it. */
export function SandboxExamples({ onChoose }: { onChoose: (number: string) => void }) {
  return (
    <p className={styles.examples}>
      <span>Try one:</span>
      {EXAMPLES.map((example) => (
        <Example key={example.number} example={example} onChoose={() => onChoose(example.number)} />
      ))}
    </p>
  );
}

function Example({ example, onChoose }: { example: (typeof EXAMPLES)[number]; onChoose: () => void }) {
  const button = useRestoredFocus<HTMLButtonElement>();
  return (
    <button ref={button} type="button" className={styles.example} onClick={onChoose}>
      <strong>{example.number}</strong> {example.shows}
    </button>
  );
}
