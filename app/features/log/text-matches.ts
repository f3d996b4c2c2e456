// Finds the occurrences of a text in the text nodes of a row, in linear time.

export type NodeMatch = {
  from: { node: number; offset: number };
  to: { node: number; offset: number };
};

/** @param texts the texts of the nodes, in order. @param query in lower case. */
export function matchesInNodes(texts: readonly string[], query: string): NodeMatch[] {
  const whole = texts.join("");
  const lower = whole.toLowerCase();
  // Some letters have a longer lower case, so that offsets would differ.
  if (lower.length !== whole.length || query === "") return [];
  const matches: NodeMatch[] = [];
  let node = 0;
  let start = 0;
  /** Offsets only increase, so that the nodes are iterated once. At a boundary, an end belongs to the first node. */
  const positionOf = (at: number, isEnd: boolean) => {
    while (node < texts.length - 1) {
      const end = start + (texts[node]?.length ?? 0);
      if (at < end || (isEnd && at === end)) break;
      start = end;
      node += 1;
    }
    return { node, offset: at - start };
  };
  for (let at = lower.indexOf(query); at !== -1; at = lower.indexOf(query, at + query.length)) {
    const from = positionOf(at, false);
    matches.push({ from, to: positionOf(at + query.length, true) });
  }
  return matches;
}
