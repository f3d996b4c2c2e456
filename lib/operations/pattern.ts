// Patterns of text parameters, matched in time that is linear in the length of the text. JavaScript's own matching backtracks: a
// pattern such as (a+)+b would block the web process for hours on a text of fifty letters, and with it every page. Here all ways
// through the pattern are followed at once, one character after the other. What cannot be matched like that is refused when
// OPERATIONS_FILE is read. Rejected: a time limit for RegExp, which refuses valid text on a machine under load.

/** A pattern of a few lines has less than a hundred; each character of a text is compared with each of them at most. */
const STATES_MAX = 1000;
/** One character, as a pattern writes it: an escape sequence, a class, or itself. */
const CHARACTER =
  /\\(?:u\{[^}]*\}|u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[a-zA-Z]|[pP]\{[^}]*\}|[^])|\[(?:\\[^]|[^\]\\])*\]|[^]/uy;
const REPETITION = /(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/uy;
const GROUP = /\((?:\?(?::|<(?![=!])[^>]*>))?/uy;

/** `accepts` undefined: the state has no character of its own. A state without `next` is the end of the pattern. */
type State = { accepts?: (character: string) => boolean; next: State[] };
/** Builds the states of a part of the pattern. @returns the first of them, given what follows the part. */
type Part = (following: State) => State;

/** Whether the whole text matches. @throws SyntaxError, with a sentence that says why, when it is not such a pattern. */
export function compilePattern(pattern: string): (text: string) => boolean {
  // Refuses what is not a regular expression at all, so that the reader below sees valid ones only.
  void new RegExp(pattern, "u");
  let states = 0;
  const state = (next: State[], accepts?: State["accepts"]): State => {
    states += 1;
    if (states > STATES_MAX) throw new SyntaxError("The pattern is too large.");
    return accepts === undefined ? { next } : { next, accepts };
  };
  const end: State = { next: [] };
  const start = readPattern(pattern, state)(end);
  return (text) => {
    let current = reachable([start]);
    for (const character of text) {
      current = reachable([...current].flatMap(({ accepts, next }) => (accepts?.(character) ? next : [])));
    }
    return current.has(end);
  };
}

/** These states and those that follow without a character. */
function reachable(from: State[]): Set<State> {
  const found = new Set<State>();
  for (let one = from.pop(); one !== undefined; one = from.pop()) {
    if (found.has(one)) continue;
    found.add(one);
    if (one.accepts === undefined) from.push(...one.next);
  }
  return found;
}

function readPattern(pattern: string, state: (next: State[], accepts?: State["accepts"]) => State): Part {
  let at = 0;
  const take = (token: RegExp): RegExpExecArray | undefined => {
    token.lastIndex = at;
    const found = token.exec(pattern) ?? undefined;
    at += found?.[0].length ?? 0;
    return found;
  };
  const readAlternatives = (): Part => {
    const first = readSequence();
    const parts = [first];
    while (pattern[at] === "|") {
      at += 1;
      parts.push(readSequence());
    }
    return parts.length === 1 ? first : (following) => state(parts.map((part) => part(following)));
  };
  const readSequence = (): Part => {
    const parts: Part[] = [];
    while (at < pattern.length && pattern[at] !== "|" && pattern[at] !== ")") parts.push(readRepeated());
    // Each part has a state, so that STATES_MAX also bounds the repetition of nothing.
    if (parts.length === 0) return (following) => state([following]);
    return (following) => parts.reduceRight((rest, part) => part(rest), following);
  };
  const readRepeated = (): Part => {
    const part = readOne();
    const repetition = take(REPETITION);
    return repetition === undefined ? part : repeated(part, ...limitsOf(repetition), state);
  };
  const readOne = (): Part => {
    if (pattern[at] === "(") {
      if (take(GROUP) === undefined || pattern[at] === "?") throw unsupported(pattern.slice(at - 1, at + 2));
      const part = readAlternatives();
      at += 1;
      return part;
    }
    const [character = ""] = take(CHARACTER) ?? [];
    if (/^(?:[$^]|\\[bBk1-9])/u.test(character)) throw unsupported(character);
    const single = new RegExp(`^${character}$`, "u");
    return (following) => state([following], (one) => single.test(one));
  };
  return readAlternatives();
}

function limitsOf([, sign, from = "", comma, to]: RegExpExecArray): [min: number, max: number] {
  if (sign !== undefined) return [sign === "+" ? 1 : 0, sign === "?" ? 1 : Infinity];
  return [Number(from), comma === undefined ? Number(from) : to === "" ? Infinity : Number(to)];
}

function repeated(part: Part, min: number, max: number, state: (next: State[]) => State): Part {
  return (following) => {
    let rest = following;
    if (max === Infinity) {
      const loop = state([following]);
      loop.next.unshift(part(loop));
      rest = loop;
    } else {
      for (let count = min; count < max; count += 1) rest = state([part(rest), following]);
    }
    for (let count = 0; count < min; count += 1) rest = part(rest);
    return rest;
  };
}

function unsupported(token: string): SyntaxError {
  return new SyntaxError(
    `${token} is not supported: a pattern has no anchors, boundaries, references, or groups that look ahead or behind. It applies to the whole text.`,
  );
}
