// Signals that a person may send to a running job. `interrupt` reaches the innermost scap, which asks what to do during a sync, and
// ends at a question; `interrupt_group` is like Ctrl-C in a terminal.
export const SIGNAL_KINDS = ["interrupt", "interrupt_group", "terminate", "kill"] as const;
export type SignalKind = (typeof SIGNAL_KINDS)[number];
