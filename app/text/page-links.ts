// Addresses of pages that several features link to. Pure.

export function personHref(name: string): string {
  return `/people/${encodeURIComponent(name)}`;
}

export function changeHref(number: number): string {
  return `/changes/${number}`;
}

export const WINDOWS_HREF = "/windows";

/** As an iCalendar feed. */
export const CALENDAR_HREF = "/api/windows.ics";

export function windowHref(id: number): string {
  return `${WINDOWS_HREF}/${id}`;
}

export const WEBHOOKS_HREF = "/admin/webhooks";

export function webhookHref(id: number): string {
  return `${WEBHOOKS_HREF}/${id}`;
}

export const OPERATIONS_HREF = "/operations";

/** Operations with a page of their own; the others share one form. */
const OPERATION_PAGES: Readonly<Record<string, string>> = { backport: "/", train: "/train" };

export function hasOwnPage(kind: string): boolean {
  return Object.hasOwn(OPERATION_PAGES, kind);
}

export function operationHref(kind: string): string {
  if (hasOwnPage(kind)) return OPERATION_PAGES[kind] ?? OPERATIONS_HREF;
  return `${OPERATIONS_HREF}?kind=${encodeURIComponent(kind)}`;
}
