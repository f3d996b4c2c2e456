// The queries of docs/sql.md, each with the question that it answers.
import { readFileSync } from "node:fs";
import path from "node:path";

export const SQL_PAGE = readFileSync(path.join(import.meta.dirname, "../../docs/sql.md"), "utf8");

export function documentedQueries(): { title: string; text: string }[] {
  return [...SQL_PAGE.matchAll(/^```sql\n(.*?)^```$/gms)].map(({ 1: text = "", index }) => ({
    text,
    title: questionBefore(SQL_PAGE.slice(0, index)),
  }));
}

function questionBefore(text: string): string {
  return [...text.matchAll(/^### (.*)$/gm)].at(-1)?.[1] ?? "no question";
}
