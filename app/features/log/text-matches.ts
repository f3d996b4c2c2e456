// Where a text occurs in the nodes of a row, in one pass over the nodes and one over the text.

export type NodeMatch = {
  from: { node: number; offset: number };
  to: { node: number; offset: number };
};

/** @param texts the texts of the nodes, in order. @param wanted in small letters. */
export function matchesInNodes(texts: readonly string[], wanted: string): NodeMatch[] {
  const whole = texts.join("");
  const small = whole.toLowerCase();
  // Some letters are longer in small: then places in the one are not places in the other.
  if (small.length !== whole.length || wanted === "") return [];
  const matches: NodeMatch[] = [];
  let node = 0;
  let start = 0;
  /** Places only grow, so the nodes are walked once. A place between two nodes belongs to the first, or to the second. */
  const changeLocation = (at: number, isEnd: boolean) => {
    while (node < texts.length - 1) {
      const end = start + (texts[node]?.length ?? 0);
      if (at < end || (isEnd && at === end)) break;
      start = end;
      node += 1;
    }
    return { node, offset: at - start };
  };
  for (let at = small.indexOf(wanted); at !== -1; at = small.indexOf(wanted, at + wanted.length)) {
    const from = changeLocation(at, false);
    matches.push({ from, to: changeLocation(at + wanted.length, true) });
  }
  return matches;
}
