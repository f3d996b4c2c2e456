// What a person may ask of a running job. `interrupt` reaches the innermost scap, which asks what to do when it is in the
// middle of a sync, and ends when it is at a question; `interrupt_group` is Ctrl-C as typed in a terminal.
export const SIGNAL_KINDS = ["interrupt", "interrupt_group", "terminate", "kill"] as const;
export type SignalKind = (typeof SIGNAL_KINDS)[number];
