// One check of an installation.

/** `warning`: it works now, but not under load, after a failure, or as safely as it could. */
export type Finding = { status: "ok" | "warning" | "failed"; message: string };

/** `run` may reject: the message of its error is the finding. */
export type Check = { name: string; run: () => Promise<Finding> };

export const ok = (message: string): Finding => ({ status: "ok", message });
export const warning = (message: string): Finding => ({ status: "warning", message });
export const failed = (message: string): Finding => ({ status: "failed", message });
