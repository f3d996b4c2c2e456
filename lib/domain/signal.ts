// What a person may ask of a running job. `interrupt` reaches the innermost command, so that scap itself can
// ask whether to roll back; `interrupt_group` is Ctrl-C as typed in a terminal.
export const SIGNAL_KINDS = ["interrupt", "interrupt_group", "terminate", "kill"] as const;
export type SignalKind = (typeof SIGNAL_KINDS)[number];
