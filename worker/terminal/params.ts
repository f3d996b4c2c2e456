// Parameters of a control sequence: up to 32 numbers, and up to 32 sub-parameters (after colons) in all. More are
// ignored. An empty parameter is 0, an empty sub-parameter is -1.

const PARAMS_MAX = 32;
const SUBS_MAX = 32;
const VALUE_MAX = 0x7fff_ffff;

export type Params = {
  values: number[];
  /** Sub-parameters, by the index of their parameter. */
  subs: Record<number, number[]>;
  subCount: number;
  /** Whether digits belong to the last sub-parameter, to the last parameter, or are ignored. */
  target: "value" | "sub" | "none";
};

export function createParams(): Params {
  return { values: [0], subs: {}, subCount: 0, target: "value" };
}

export function clearParams(params: Params): void {
  params.values.length = 1;
  params.values[0] = 0;
  params.target = "value";
  if (params.subCount === 0) return;
  params.subs = {};
  params.subCount = 0;
}

/** @param code a digit, ";" or ":" */
export function takeParamCode(params: Params, code: number): void {
  if (code === 0x3b) beginParam(params);
  else if (code === 0x3a) beginSub(params);
  else takeDigit(params, code - 0x30);
}

function beginParam(params: Params): void {
  params.target = "none";
  if (params.values.length >= PARAMS_MAX) {
    // Later colons belong to a parameter that is ignored.
    params.subCount = SUBS_MAX;
    return;
  }
  params.values.push(0);
  params.target = "value";
}

function beginSub(params: Params): void {
  params.target = "none";
  if (params.subCount >= SUBS_MAX) return;
  const index = params.values.length - 1;
  params.subs[index] = [...(params.subs[index] ?? []), -1];
  params.subCount += 1;
  params.target = "sub";
}

function takeDigit(params: Params, digit: number): void {
  if (params.target === "none") return;
  const list = params.target === "value" ? params.values : params.subs[params.values.length - 1];
  if (list === undefined) return;
  const before = list[list.length - 1] ?? 0;
  list[list.length - 1] = before < 0 ? digit : Math.min(before * 10 + digit, VALUE_MAX);
}

/** The parameter as a count: 0 and absent mean 1. */
export function countAt(params: Params, index: number): number {
  return params.values[index] || 1;
}
