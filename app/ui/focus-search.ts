// Focuses the search box of the page: changes on the home page, jobs in the history, the log on the page of a job.

/** A question has a filter for its answers. */
const SEARCH_BOX = "main :is(input[type=search], [role=combobox]):not([data-question] *)";

/** @returns false if the page has none. */
export function focusSearch(): boolean {
  const input = document.querySelector<HTMLInputElement>(SEARCH_BOX);
  input?.focus();
  input?.select();
  return input !== null;
}
