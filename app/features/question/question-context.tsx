"use client";
import { Fragment, type ReactNode } from "react";
import type { Interaction } from "#lib/contract/interaction.ts";
import { LinkedText } from "../../ui/linked-text.tsx";
import type { ContextBlock, QuestionParts } from "./question-parts.ts";
import styles from "./question-context.module.css";

type QuestionContextProps = {
  question: Interaction;
  context: readonly ContextBlock[];
  /** Instead of scap's table of the changes. */
  changes?: ReactNode;
};

/** What scap says before the question, with its line breaks. */
export function QuestionContext({ question, context, changes }: QuestionContextProps) {
  // A page may show several questions, and a message several tables: each needs a unique accessible name.
  const name = `Message from scap in job ${question.jobId}`;
  const layouts = context.filter(({ kind }) => kind === "layout");
  const nameOf = (block: ContextBlock) =>
    layouts.length === 1 ? name : `${name}, part ${layouts.indexOf(block) + 1}`;
  return context.map((block, index) =>
    block.kind === "changes" ? (
      <Fragment key={index}>{changes}</Fragment>
    ) : block.kind === "layout" ? (
      <Layout key={index} name={nameOf(block)} text={block.text} />
    ) : (
      <p key={index} className={styles.text}>
        <LinkedText text={block.text} />
      </p>
    ),
  );
}

/** The last line of scap's message, beside the answers. */
export function QuestionLine({ parts }: { parts: QuestionParts }) {
  if (parts.question === "") return null;
  return (
    <p className={styles.question} data-monospaced={parts.isMonospaced || undefined}>
      <LinkedText text={parts.question} />
    </p>
  );
}

/** Monospaced text that keeps its columns and scrolls horizontally, also by keyboard. */
function Layout({ name, text }: { name: string; text: string }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable box must be reachable by keyboard
    <section className={styles.layout} tabIndex={0} aria-label={name}>
      <pre>
        <LinkedText text={text} />
      </pre>
    </section>
  );
}
