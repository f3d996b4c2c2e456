/** The size of every job's terminal. Fixed, so that what one person sees is what everybody sees. */
export const TERMINAL_SIZE = { columns: 160, rows: 50 } as const;

/** What the terminal shows: its rows in canonical form (colours and links), and where the cursor is. */
export type ScreenContent = {
  rows: string[];
  cursorRow: number;
  cursorColumn: number;
  isAlternate: boolean;
};
