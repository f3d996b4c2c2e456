// The figures, in the order they are measured.
import { start } from "./01-start.ts";
import { questionShown } from "./02-question-shown.ts";
import { answerTyped } from "./03-answer-typed.ts";
import { throughput } from "./04-throughput.ts";
import { logWindow } from "./05-log-window.ts";
import type { Figure } from "./figure.ts";

export const FIGURES: readonly Figure[] = [start, questionShown, answerTyped, throughput, logWindow];
