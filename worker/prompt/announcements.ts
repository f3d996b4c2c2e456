// Which announced question a read is for. Every process that scap starts has the key of the protocol in its environment, so a
// message with the key proves nothing: a process may announce a harmless question while another asks a dangerous one. An
// announcement is believed only if it is the only one, it came before the read began, and the screen asks nothing else.
// Otherwise the question shows all candidates, and no answer is preselected.
import { findKnownPrompt } from "./known-prompts.ts";
import { withReason } from "./question.ts";
import type { Announcement, Judgement, LiveQuestion, Read, State } from "./state.ts";
import { isReadByOtherProgram } from "./rules.ts";
import type { Recognition } from "./types.ts";
import { lastCharacters } from "./view.ts";

/** More than a program announces without reading; older ones are dropped. */
const ANNOUNCEMENTS_MAX = 4;
const QUOTED_CHARACTERS_MAX = 2000;
const SHORT_CHARACTERS_MAX = 200;

export function withAnnouncement(state: State, announcement: Announcement): readonly Announcement[] {
  return [...state.announcements, announcement].slice(-ANNOUNCEMENTS_MAX);
}

/**
 * The announcements of a replayed journal, without those that an earlier worker asked and closed: which read they were for is no
 * longer known.
 */
export function withoutClosed({ announcements, closedPromptKeys, question }: State): Announcement[] {
  const current = question?.prompt.promptKey;
  return announcements.filter(({ position }) => {
    const key = `m${position}`;
    const isPending = current === key || current?.startsWith(`${key}.`) === true;
    return isPending || !closedPromptKeys.includes(key);
  });
}

/** What was announced before this read began and may be what it reads for. */
export function announcedBefore({ announcements, outputEnd }: State, read: Read): Announcement[] {
  if (isReadByOtherProgram(read.fact)) return [];
  return announcements.filter(
    ({ position, withdrawnAtEnd }) =>
      position <= read.firstPosition && (withdrawnAtEnd === undefined || withdrawnAtEnd === outputEnd),
  );
}

/** The prompt ended without an answer that scap read: its announcement may still be meant for the next read. */
export function keepAnnouncement(state: State, question: LiveQuestion): void {
  const { announcements } = state;
  if (!isOfAnnouncement(state, question)) return;
  // Unless the same program has announced something else since.
  if (announcements.at(-1)?.position !== question.announcedAt) return removeAnnouncement(state, question);
  const withdrawnAtEnd = question.lost?.outputEnd ?? state.outputEnd;
  state.announcements = announcements.map((each) =>
    each.position === question.announcedAt ? { ...each, withdrawnAtEnd } : each,
  );
}

/** The prompt of this announcement is over, and so are all announcements before it. */
export function removeAnnouncement(state: State, question: LiveQuestion): void {
  const { announcedAt = 0 } = question;
  if (!isOfAnnouncement(state, question)) return;
  state.announcements = state.announcements.filter(({ position }) => position > announcedAt);
}

function isOfAnnouncement({ announcements }: State, { announcedAt }: LiveQuestion): boolean {
  return announcements.some(({ position }) => position === announcedAt);
}

export type AnnouncedQuestion =
  | { isBelieved: true; question: Recognition; announcement: Announcement }
  | { isBelieved: false; question: Recognition };

/** undefined when nothing was announced. */
export function announcedQuestion(
  announced: readonly Announcement[],
  judged: Judgement,
): AnnouncedQuestion | undefined {
  const newest = announced.at(-1);
  if (newest === undefined) return undefined;
  const { recognition } = judged;
  const isOnly = announced.every(({ question }) => isSame(question, newest.question));
  const isContradicted = asksSomething(recognition) && !agrees(newest.question, recognition);
  if (isOnly && !isContradicted) {
    return { isBelieved: true, question: announcedWithReason(newest.question, judged), announcement: newest };
  }
  const questions = announced.map(({ question }) => question);
  if (isContradicted && recognition.confidence === "high") {
    return { isBelieved: false, question: withWarning(recognition, questions) };
  }
  return {
    isBelieved: false,
    question: doubtful(isContradicted ? [...questions, recognition] : questions, judged.raw),
  };
}

/** An announcement does not have the reason that scap logs right before some questions; the screen has. */
function announcedWithReason(question: Recognition, { raw }: Judgement): Recognition {
  const { message } = question;
  if (findKnownPrompt(message)?.otherwise !== "reason") return question;
  const rows = raw.message.trimEnd().split("\n");
  const isPrinted = rows.at(-1)?.startsWith(message) === true;
  return { ...question, message: withReason(message, isPrinted ? rows.at(-2) : rows.at(-1)) };
}

/** Whether the screen asks something by itself. */
function asksSomething({ kind, confidence }: Recognition): boolean {
  return kind !== "screen" && confidence !== "none";
}

function agrees(announced: Recognition, { message }: Recognition): boolean {
  const asked = lastLine(message);
  return asked !== "" && lastLine(announced.message) === asked;
}

function lastLine(message: string): string {
  return (message.trimEnd().split("\n").at(-1) ?? "").trim().replace(/:$/, "");
}

function isSame(one: Recognition, other: Recognition): boolean {
  return one.message === other.message && JSON.stringify(one.options) === JSON.stringify(other.options);
}

function withWarning(recognition: Recognition, announced: readonly Recognition[]): Recognition {
  const others = announced.map(({ message }) => `"${lastCharacters(message, SHORT_CHARACTERS_MAX)}"`);
  const warning = `A program also announced ${others.join(", ")}. The terminal shows another question, which is the one asked here.`;
  return {
    ...recognition,
    complaint: recognition.complaint === undefined ? warning : `${recognition.complaint} ${warning}`,
  };
}

/** What to ask if it is unknown which question the program reads for: all of them, with an answer that is typed as it is. */
export function doubtful(questions: readonly Recognition[], screen: Recognition): Recognition {
  const texts = questions.map(({ message, options }) =>
    [
      lastCharacters(message, QUOTED_CHARACTERS_MAX),
      ...options.map(({ text, typed }) => `[${typed}] ${text}`),
    ].join("\n"),
  );
  const intro =
    "It is not known which of these questions the program asks. Check the log, then type the answer as the program expects it.";
  return {
    kind: "text",
    message: [intro, ...new Set(texts), screen.message].filter((text) => text !== "").join("\n\n"),
    options: [],
    recognised: false,
    confidence: "likely",
    submission: screen.submission === "line" ? "line" : "editor",
  };
}
