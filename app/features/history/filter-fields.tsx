"use client";
// The fields of a filter: a choice, a text with suggestions, a date. Each has a value in the address.
import { useId, useState } from "react";
import styles from "./history-filters.module.css";

/** The text of a field while a person edits it. It follows the address when that changes by other means, such as Back. */
export function useDraft(text: string): [string, (text: string) => void] {
  const [draft, setDraft] = useState({ text, address: text });
  if (draft.address !== text) {
    setDraft({ text: draft.text.trim() === text ? draft.text : text, address: text });
  }
  return [draft.text, (edited) => setDraft({ text: edited, address: text })];
}

type FilterProps = {
  name: string;
  label: string;
  value: string | undefined;
  onChange: (value: string) => void;
};

export function Choice({
  name,
  label,
  value = "",
  onChange,
  options,
}: FilterProps & { options: readonly (readonly [value: string, label: string])[] }) {
  const isListed = value === "" || options.some(([option]) => option === value);
  return (
    <select
      name={name}
      aria-label={label}
      className={styles.filter}
      data-set={value !== "" || undefined}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{label}</option>
      {/* Several values, from a link. */}
      {!isListed && <option value={value}>{value.replaceAll(",", ", ")}</option>}
      {options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </select>
  );
}

type EntryProps = FilterProps & { type?: "text" | "date"; suggestions?: readonly string[] };

/** Takes effect when it is left or Enter is pressed; a date when it is complete. */
export function Entry({ name, label, value = "", onChange, type = "text", suggestions = [] }: EntryProps) {
  const listId = useId();
  // A link may contain a time, which is more than the field shows.
  const shown = type === "date" ? value.slice(0, 10) : value;
  const [text, setText] = useDraft(shown);
  const apply = (entered: string) => {
    if (entered.trim() !== shown) onChange(entered.trim());
  };
  return (
    <label className={styles.entry} data-type={type}>
      <span className={type === "date" ? styles.dateLabel : styles.hiddenLabel}>{label}</span>
      <input
        name={name}
        type={type}
        className={styles.filter}
        data-set={value !== "" || undefined}
        placeholder={label}
        value={text}
        maxLength={200}
        list={suggestions.length > 0 ? listId : undefined}
        onChange={({ target }) => {
          setText(target.value);
          if (type === "date" && COMPLETE_DATE.test(target.value)) apply(target.value);
        }}
        onBlur={() => apply(text)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          apply(text);
        }}
      />
      {suggestions.length > 0 && (
        <datalist id={listId}>
          {suggestions.map((suggestion) => (
            <option key={suggestion} value={suggestion}>
              {suggestion}
            </option>
          ))}
        </datalist>
      )}
    </label>
  );
}

/** While the year is typed, the field has the value 0002-11-01. */
const COMPLETE_DATE = /^20\d\d-\d\d-\d\d$/;
