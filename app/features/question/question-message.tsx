import type { Interaction } from "#lib/contract/interaction.ts";
import { type MessageBlock, messageBlocks, screenText } from "../../text/question-text.ts";
import { LinkedText } from "../../ui/linked-text.tsx";
import styles from "./question-message.module.css";

/** What scap says, with its line breaks. A prompt that was not recognised is the end of the screen as it was. */
export function QuestionMessage({ question }: { question: Interaction }) {
  const { jobId, message, recognised } = question;
  // Several questions may be on a page, and several tables in one: each has a name of its own.
  const name = `Text of job ${jobId} as scap printed it`;
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

/** Fixed-width text that keeps its columns; it scrolls sideways by itself, also by keyboard. */
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
