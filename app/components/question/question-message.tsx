import { messageBlocks } from "../../lib/question-text.ts";
import { plainText } from "../../lib/ansi.ts";
import { LinkedText } from "../ui/linked-text.tsx";
import styles from "./question-message.module.css";

/** What scap says, with its line breaks. A prompt that was not recognised is the end of the screen as it was. */
export function QuestionMessage({ message, recognised }: { message: string; recognised: boolean }) {
  if (!recognised) return <Screen text={message.split("\n").map(plainText).join("\n")} />;
  return (
    <div className={styles["message"]}>
      {messageBlocks(message).map((block, index) =>
        block.kind === "table" ? (
          <Screen key={index} text={block.text} />
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
function Screen({ text }: { text: string }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable box must be reachable by keyboard
    <section className={styles["screen"]} tabIndex={0} aria-label="Text as scap printed it">
      <pre>
        <LinkedText text={text} />
      </pre>
    </section>
  );
}
