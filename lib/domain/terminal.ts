/** The size of every job's terminal. Fixed, so that what one person sees is what everybody sees. */
export const TERMINAL_SIZE = { columns: 160, rows: 50 } as const;
