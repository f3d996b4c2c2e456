import assert from "node:assert/strict";
import { test } from "node:test";
import { questionParts } from "../../../../app/features/question/question-parts.ts";

const recognised = (message: string) => ({ message, recognised: true });
const TABLE = [
  "┌──────┬─────────┬────────┬───────────┐",
  "│ #    │ Project │ Branch │ Subject   │",
  "├──────┼─────────┼────────┼───────────┤",
  "│ 1234 │ core    │ master │ A long    │",
  "│      │         │        │ subject   │",
  "│ 1235 │ core    │ master │ Another   │",
  "└──────┴─────────┴────────┴───────────┘",
].join("\n");
const SCHEDULED = `The following changes are scheduled for backport:\n${TABLE}\nBackport the changes?`;

test("the question is separate from its context, so that only the context scrolls", () => {
  assert.deepEqual(questionParts(recognised("Testserver checks failed.\n\nWhat do you want to do?"), []), {
    context: [{ kind: "text", text: "Testserver checks failed." }],
    question: "What do you want to do?",
    isMonospaced: false,
  });
});

test("a table of exactly the changes of the job is not repeated", () => {
  const { context, question } = questionParts(recognised(SCHEDULED), [1235, 1234]);
  assert.deepEqual(context, [
    { kind: "text", text: "The following changes are scheduled for backport:" },
    { kind: "changes" },
  ]);
  assert.equal(question, "Backport the changes?");
});

test("a table with other changes or other facts is shown", () => {
  for (const changes of [[1234], [1234, 1236], [1234, 1235, 1236]]) {
    const { context } = questionParts(recognised(SCHEDULED), changes);
    assert.deepEqual(context[1], { kind: "layout", text: TABLE });
  }
  const withRisk = SCHEDULED.replace("Project", "Risk   ");
  assert.equal(questionParts(recognised(withRisk), [1234, 1235]).context[1]?.kind, "layout");
});

test("indented text, aligned columns and diffs keep their layout, and sentences do not", () => {
  const kind = (context: string) => questionParts(recognised(`${context}\nContinue?`), []).context[0]?.kind;
  assert.equal(kind("Warnings found:\n    includes/Foo.php"), "layout");
  assert.equal(kind("group0    wmf.3\ngroup1    wmf.2"), "layout");
  assert.equal(kind("-  replicas: 2\n+  replicas: 3"), "layout");
  assert.equal(kind("Changes synced to the testservers.\nBefore continuing, check them."), "text");
});

test("of an unrecognised prompt the last line is the question, in the layout of the terminal", () => {
  assert.deepEqual(questionParts({ message: "one\ntwo\nEnter a value:", recognised: false }, []), {
    context: [{ kind: "layout", text: "one\ntwo" }],
    question: "Enter a value:",
    isMonospaced: true,
  });
  assert.deepEqual(questionParts({ message: "", recognised: false }, []), {
    context: [],
    question: "",
    isMonospaced: true,
  });
});

test("a message that ends with a table has no separate question", () => {
  const { context, question } = questionParts(recognised(`Set and deploy these versions:\n${TABLE}`), []);
  assert.equal(question, "");
  assert.deepEqual(
    context.map(({ kind }) => kind),
    ["text", "layout"],
  );
});
