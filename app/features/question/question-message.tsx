import type { Interaction } from "#lib/contract/interaction.ts";
import { type MessageBlock, messageBlocks, screenText } from "#lib/domain/question-text.ts";
import { LinkedText } from "../../ui/linked-text.tsx";
import styles from "./question-message.module.css";

/** The message of a question, with its line breaks. For an unrecognised prompt it is the end of the screen. */
export function QuestionMessage({ question }: { question: Interaction }) {
  const { jobId, message, recognised } = question;
  // A page may show several questions, and a message several tables: each needs a unique accessible name.
  const name = `Message of scap in job ${jobId}`;
  if (!recognised) return <Screen name={name} text={screenText(message)} />;
  const blocks = messageBlocks(message);
  const tables = blocks.filter(({ kind }) => kind === "table");
  const nameOf = (table: MessageBlock) =>
    tables.length === 1 ? name : `${name}, table ${tables.indexOf(table) + 1}`;
  return (
    <div className={styles.message}>
      {blocks.map((block, index) =>
        block.kind === "table" ? (
          <Screen key={index} name={nameOf(block)} text={block.text} />
        ) : (
          <p key={index} className={styles[block.kind]}>
            <LinkedText text={block.text} />
          </p>
        ),
      )}
    </div>
  );
}

/** Monospaced text that keeps its columns and scrolls horizontally, also by keyboard. */
function Screen({ name, text }: { name: string; text: string }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable box must be reachable by keyboard
    <section className={styles.screen} tabIndex={0} aria-label={name}>
      <pre>
        <LinkedText text={text} />
      </pre>
    </section>
  );
}
