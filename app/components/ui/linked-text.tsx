import { linkParts } from "../../lib/question-text.ts";

/** Text whose web addresses can be followed, in a new tab: nobody should lose the page of a running job. */
export function LinkedText({ text }: { text: string }) {
  return linkParts(text).map((part, index) =>
    part.href === undefined ? (
      part.text
    ) : (
      <a key={index} href={part.href} target="_blank" rel="noreferrer">
        {part.text}
      </a>
    ),
  );
}
