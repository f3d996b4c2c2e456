// Addresses of pages that several features link to. Pure.

export function personHref(name: string): string {
  return `/people/${encodeURIComponent(name)}`;
}

export function changeHref(number: number): string {
  return `/changes/${number}`;
}

export const OPERATIONS_HREF = "/operations";

export function operationHref(kind: string): string {
  return `${OPERATIONS_HREF}?kind=${encodeURIComponent(kind)}`;
}
