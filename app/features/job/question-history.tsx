"use client";
// Closed questions: who answered what and when, and how long scap waited. All key presses in one interactive program are one
// entry.
import { visibleText } from "#lib/domain/visible-text.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import { hasRisen, rateText } from "../../text/error-rate-text.ts";
import { plural } from "../../text/format.ts";
import { historyEntries } from "../../text/key-press-history.ts";
import { questionLine } from "#lib/domain/question-text.ts";
import { AnswerLine } from "../question/answer-line.tsx";
import { Elapsed } from "../../ui/time.tsx";
import { KeyPressHistory } from "./key-press-history.tsx";
import styles from "./question-history.module.css";

export function QuestionHistory({ interactions }: { interactions: readonly Interaction[] }) {
  const ended = interactions.filter((interaction) => interaction.state !== "pending");
  if (ended.length === 0) return null;
  return (
    <section className={styles.history} aria-labelledby="questions">
      <h2 className={styles.title} id="questions">
        Questions
      </h2>
      <ol className={styles.list}>
        {historyEntries(ended).map((entry) =>
          entry.kind === "screen" ? (
            <li key={entry.interactions[0]?.id} className={styles.entry}>
              <KeyPressHistory interactions={entry.interactions} />
            </li>
          ) : (
            <li key={entry.interaction.id} id={`question-${entry.interaction.id}`} className={styles.entry}>
              <AnsweredQuestion interaction={entry.interaction} />
            </li>
          ),
        )}
      </ol>
    </section>
  );
}

function AnsweredQuestion({ interaction }: { interaction: Interaction }) {
  const errorsAtAnswer = interaction.answer?.errorsAtAnswer ?? 0;
  return (
    <>
      <p className={styles.question} title={visibleText(interaction.message)}>
        {questionLine(interaction.message)}
      </p>
      <p className={styles.answer}>
        <AnswerLine interaction={interaction} /> · waited{" "}
        <Elapsed since={interaction.askedAt} until={interaction.endedAt} />
        {hasRisen(errorsAtAnswer, interaction.errorsBefore) && <> · {rateText(errorsAtAnswer)} errors/min</>}
        {interaction.reminders > 0 && <> · {plural(interaction.reminders, "reminder", "reminders")}</>}
      </p>
    </>
  );
}
