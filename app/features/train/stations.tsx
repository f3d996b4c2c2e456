"use client";
// The stations of the train in their order, with the versions of their wikis. A person who may move the train selects one.
import type { Train } from "#lib/contract/train.ts";
import { START, stationNumber, STATIONS_AND_START, type StationOrStart } from "#lib/domain/train.ts";
import { stationLabel, wikiCount } from "../../text/train-text.ts";
import styles from "./stations.module.css";

type StationsProps = {
  train: Train;
  selected: StationOrStart | undefined;
  /** Undefined: the stations cannot be selected. */
  onSelect: ((station: StationOrStart) => void) | undefined;
};

export function Stations({ train, selected, onSelect }: StationsProps) {
  return (
    <fieldset className={styles.box}>
      <legend className={styles.legend}>Stations</legend>
      <ol className={styles.line}>
        {STATIONS_AND_START.map((station) => (
          <li
            key={station}
            className={styles.station}
            data-passed={stationNumber(station) <= stationNumber(train.station) || undefined}
            data-selected={station === selected || undefined}
            aria-current={station === train.station ? "step" : undefined}
          >
            <StationName station={station} isSelected={station === selected} onSelect={onSelect} />
            <Versions train={train} station={station} />
            <p className={styles.here}>{station === train.station && "The train is here"}</p>
          </li>
        ))}
      </ol>
    </fieldset>
  );
}

type StationNameProps = {
  station: StationOrStart;
  isSelected: boolean;
  onSelect: StationsProps["onSelect"];
};

function StationName({ station, isSelected, onSelect }: StationNameProps) {
  if (onSelect === undefined) return <p className={styles.name}>{stationLabel(station)}</p>;
  return (
    <label className={styles.name}>
      <input
        type="radio"
        name="station"
        value={station}
        checked={isSelected}
        onChange={() => onSelect(station)}
        className={styles.radio}
      />
      {stationLabel(station)}
    </label>
  );
}

function Versions({ train, station }: { train: Train; station: StationOrStart }) {
  if (station === START) {
    return (
      <p className={styles.versions}>
        <span className={styles.version}>{train.oldVersion ?? "Unknown"}</span>{" "}
        <span className={styles.count}>old version</span>
      </p>
    );
  }
  const versions = train.stations.find(({ name }) => name === station)?.versions ?? [];
  return (
    <ul className={styles.versions}>
      {versions.map(({ version, wikis }) => (
        <li key={version} data-new={version === train.version || undefined}>
          <span className={styles.version}>{version}</span>{" "}
          <span className={styles.count}>{wikiCount(wikis)}</span>
        </li>
      ))}
      {versions.length === 0 && <li>No wikis</li>}
    </ul>
  );
}
