import type { ErrorRate } from "#lib/contract/error-rate.ts";
import { SPARKLINE_MINUTES, sparklineOf } from "../../text/error-rate-text.ts";
import { formatCount } from "../../text/format.ts";
import styles from "./sparkline.module.css";

const HEIGHT = 20;
/** Fewer errors do not fill the height: one error in a quiet half hour is no peak. */
const SCALE_MIN = 10;

/** The errors of each minute of the last half hour as bars. Those since the deployment began have another colour. */
export function Sparkline({ rate, since }: { rate: ErrorRate; since: string | null }) {
  const bars = sparklineOf(rate);
  const highest = Math.max(0, ...bars.map(({ errors = 0 }) => errors));
  const sinceMs = since === null ? Infinity : Date.parse(since);
  return (
    <svg
      className={styles.sparkline}
      viewBox={`0 0 ${SPARKLINE_MINUTES} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      <title>{`Errors of each minute of the last half hour, at most ${formatCount(highest)}`}</title>
      {bars.map(({ at, errors }, index) => {
        if (errors === undefined) return null;
        const height = Math.max(0.6, (errors / Math.max(SCALE_MIN, highest)) * HEIGHT);
        return (
          <rect
            key={at}
            x={index + 0.12}
            y={HEIGHT - height}
            width={0.76}
            height={height}
            data-since={at + 60_000 > sinceMs || undefined}
          />
        );
      })}
    </svg>
  );
}
