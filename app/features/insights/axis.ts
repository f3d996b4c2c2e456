// Where the marks of a chart are: weeks from left to right in percent of its width, values from bottom to top in pixels. A
// chart is as wide as its card, and its text keeps its size. Pure.
import { scaleBand, scaleLinear } from "@visx/scale";

/** Of the plot, without the labels of the axes. */
export const PLOT_HEIGHT = 168;

/** In percent of the width. */
export type Band = { start: number; width: number; middle: number };

export function bandsOf(keys: readonly string[], padding: number): (key: string) => Band {
  const scale = scaleBand({ domain: [...keys], range: [0, 100], padding });
  const width = scale.bandwidth();
  return (key) => {
    const start = scale(key) ?? 0;
    return { start: round(start), width: round(width), middle: round(start + width / 2) };
  };
}

export type ValueAxis = {
  ticks: { y: number; value: number }[];
  y: (value: number) => number;
};

/** From zero to a round number that is not below any value. */
export function valueAxis(
  values: readonly number[],
  height: number,
  { tickCount = 4, isCount = false } = {},
): ValueAxis {
  const scale = scaleLinear<number>({
    domain: [0, Math.max(...values, 0) || 1],
    range: [height - 1, 8],
    nice: tickCount,
  });
  // Half a job has no mark.
  const ticks = scale.ticks(tickCount).filter((value) => !isCount || Number.isInteger(value));
  return {
    ticks: ticks.map((value) => ({ value, y: round(scale(value)) })),
    y: (value) => round(scale(value)),
  };
}

/** More would overlap in the narrowest plot. */
const LABELS_MAX = 4;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The weeks with which a month begins, at most four of them. The first label and those of a new year name the year. */
export function monthLabels(weeks: readonly string[]): { week: string; label: string }[] {
  const starts = weeks.filter(
    (week, index) => index > 0 && monthOf(week) !== monthOf(weeks[index - 1] ?? ""),
  );
  const step = Math.ceil(starts.length / LABELS_MAX) || 1;
  const shown = starts.filter((_, index) => index % step === 0);
  return shown.map((week, index) => {
    const year = week.slice(0, 4);
    const isNewYear = index === 0 || year !== shown[index - 1]?.slice(0, 4);
    const month = MONTHS[Number(week.slice(5, 7)) - 1] ?? "";
    return { week, label: isNewYear ? `${month} ${year}` : month };
  });
}

function monthOf(week: string): string {
  return week.slice(0, 7);
}

export type Unit = { name: string; seconds: number };

const UNITS: readonly Unit[] = [
  { name: "days", seconds: 86_400 },
  { name: "hours", seconds: 3600 },
  { name: "minutes", seconds: 60 },
];
const SECONDS: Unit = { name: "seconds", seconds: 1 };

/** The greatest unit of which the greatest value has at least two. */
export function unitOf(seconds: readonly number[]): Unit {
  const greatest = Math.max(...seconds, 0);
  return UNITS.find((unit) => greatest >= 2 * unit.seconds) ?? SECONDS;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
