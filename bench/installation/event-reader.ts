// Parses a stream of server-sent events as its chunks arrive.

export type ServerEvent = { event: string; id: string; data: string };

/** @returns a function that takes a chunk and returns the events it completes. */
export function createEventReader(): (piece: string) => ServerEvent[] {
  let rest = "";
  return (piece) => {
    const blocks = (rest + piece).split("\n\n");
    rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => {
      const found: ServerEvent = { event: "", id: "", data: "" };
      for (const line of block.split("\n")) {
        const colon = line.indexOf(": ");
        const name = line.slice(0, colon);
        if (name === "event" || name === "id" || name === "data") found[name] = line.slice(colon + 2);
      }
      return found.event === "" ? [] : [found];
    });
  };
}
