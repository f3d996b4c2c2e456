// The part of Gerrit's search language that people and scap use: operators, free text over the subject,
// AND by default, OR, NOT or -, and parentheses. It turns a query into a test on one change.
import { currentPatchSet, type Account, type Change } from "./records.ts";

export class BadQuery extends Error {
  override readonly name = "BadQuery";
}

type Matcher = (change: Change) => boolean;
export type ParsedQuery = { matches: Matcher; limit: number | null };

const queryLengthMax = 10_000;
const depthMax = 100;

/** @param accountOf finds the account that a change's owner number stands for. */
export function parseQuery(text: string, accountOf: (id: number) => Account): ParsedQuery {
  if (text.length > queryLengthMax) throw new BadQuery("query is too long");
  return new Parser(tokenize(text), accountOf).parse();
}

type Token = { kind: "(" | ")" | "-" } | { kind: "word"; key: string | null; value: string; quoted: boolean };

const tokenPattern = /\s*(?:([()])|(-)(?=[^\s)])|(?:([A-Za-z_]+):)?(?:"([^"]*)"|\{([^}]*)\}|([^\s()"]+)))/y;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const trimmed = text.trimEnd();
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < trimmed.length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(trimmed);
    if (match === null)
      throw new BadQuery(`line 1:${at} no viable alternative at character '${trimmed.slice(at).trim()[0]}'`);
    const [, parenthesis, minus, key, double, braced, plain] = match;
    if (parenthesis === "(" || parenthesis === ")") tokens.push({ kind: parenthesis });
    else if (minus !== undefined) tokens.push({ kind: "-" });
    else {
      const value = double ?? braced ?? plain ?? "";
      tokens.push({ kind: "word", key: key ?? null, value, quoted: plain === undefined });
    }
  }
  return tokens;
}

class Parser {
  readonly #tokens: Token[];
  readonly #accountOf: (id: number) => Account;
  #limit: number | null = null;
  #depth = 0;

  constructor(tokens: Token[], accountOf: (id: number) => Account) {
    this.#tokens = tokens;
    this.#accountOf = accountOf;
  }

  parse(): ParsedQuery {
    if (this.#tokens.length === 0) return { matches: (change) => change.status === "NEW", limit: null };
    const matches = this.#either();
    if (this.#tokens.length > 0) throw new BadQuery("line 1:0 mismatched input ')' expecting EOF");
    return { matches, limit: this.#limit };
  }

  #either(): Matcher {
    const alternatives = [this.#all()];
    while (this.#takeWord("OR")) alternatives.push(this.#all());
    return (change) => alternatives.some((matches) => matches(change));
  }

  #all(): Matcher {
    const conditions = [this.#one()];
    for (;;) {
      this.#takeWord("AND");
      const next = this.#tokens[0];
      if (next === undefined || next.kind === ")" || isWord(next, "OR")) break;
      conditions.push(this.#one());
    }
    return (change) => conditions.every((matches) => matches(change));
  }

  #one(): Matcher {
    const token = this.#tokens.shift();
    if (token === undefined || token.kind === ")")
      throw new BadQuery("line 1:0 no viable alternative at input");
    if (isWord(token, "OR") || isWord(token, "AND"))
      throw new BadQuery("line 1:0 no viable alternative at input");
    if (token.kind === "word" && !isWord(token, "NOT")) return this.#operator(token.key, token.value);
    if (++this.#depth > depthMax) throw new BadQuery("query is nested too deeply");
    const matches = token.kind === "(" ? this.#group() : this.#negation();
    this.#depth--;
    return matches;
  }

  #negation(): Matcher {
    const matches = this.#one();
    return (change) => !matches(change);
  }

  #group(): Matcher {
    const matches = this.#either();
    if (this.#tokens.shift()?.kind !== ")") throw new BadQuery("line 1:0 missing ')'");
    return matches;
  }

  #takeWord(word: string): boolean {
    const next = this.#tokens[0];
    if (next === undefined || !isWord(next, word)) return false;
    this.#tokens.shift();
    return true;
  }

  #operator(key: string | null, value: string): Matcher {
    const wanted = value.toLowerCase();
    switch (key?.toLowerCase() ?? null) {
      case null:
        return this.#bareWord(value);
      case "change":
        return changeMatcher(value);
      case "status":
      case "is":
        return stateMatcher(key ?? "", wanted);
      case "project":
      case "p":
        return (change) => change.project.toLowerCase() === wanted;
      case "projects":
        return (change) => change.project.toLowerCase().startsWith(wanted);
      case "branch":
        return (change) => [change.branch, `refs/heads/${change.branch}`].includes(value);
      case "owner":
      case "o":
        return (change) => this.#isPerson(change.owner, wanted);
      case "subject":
        return (change) => currentPatchSet(change).subject.toLowerCase().includes(wanted);
      case "message":
      case "bug":
      case "tr":
        return (change) => currentPatchSet(change).message.toLowerCase().includes(wanted);
      case "hashtag":
        return (change) => change.hashtags.includes(value);
      case "commit":
        return (change) => change.patchSets.some(({ commit }) => wanted !== "" && commit.startsWith(wanted));
      case "limit":
        this.#limit = positiveNumber(value);
        return () => true;
      default:
        throw new BadQuery(`Unsupported operator ${key}:${value}`);
    }
  }

  #bareWord(value: string): Matcher {
    if (/^\d+$/.test(value) || /^I[0-9a-f]{4,40}$/.test(value)) return changeMatcher(value);
    if (/^[0-9a-f]{7,40}$/.test(value)) return this.#operator("commit", value);
    return this.#operator("subject", value);
  }

  #isPerson(id: number, wanted: string): boolean {
    const account = this.#accountOf(id);
    const names = [account.username, account.email, account.name, String(account._account_id)];
    return names.some((name) => name.toLowerCase() === wanted);
  }
}

function isWord(token: Token, word: string): boolean {
  return token.kind === "word" && token.key === null && !token.quoted && token.value === word;
}

function changeMatcher(value: string): Matcher {
  if (/^\d+$/.test(value)) return (change) => change.number === Number(value);
  if (/^I[0-9a-f]{4,40}$/i.test(value)) {
    return (change) => change.changeId.toLowerCase().startsWith(value.toLowerCase());
  }
  const [project, branch, changeId] = value.split("~");
  if (changeId === undefined) throw new BadQuery(`"${value}" is not a valid change ID`);
  return (change) => change.project === project && change.branch === branch && change.changeId === changeId;
}

function stateMatcher(key: string, wanted: string): Matcher {
  switch (wanted) {
    case "open":
    case "pending":
    case "new":
      return (change) => change.status === "NEW";
    case "closed":
      return (change) => change.status !== "NEW";
    case "merged":
    case "abandoned":
      return (change) => change.status.toLowerCase() === wanted;
    case "wip":
      return (change) => change.workInProgress;
    default:
      throw new BadQuery(`Unrecognized value: ${key}:${wanted}`);
  }
}

function positiveNumber(value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new BadQuery(`Invalid limit: ${value}`);
  return Number(value);
}
