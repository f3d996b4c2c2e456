/** The size of every job's terminal. Fixed, so that all viewers see the same screen. */
export const TERMINAL_SIZE = { columns: 160, rows: 50 } as const;

/** The content of the screen: its rows in canonical form (colours and links), and the position of the cursor. */
export type ScreenContent = {
  rows: string[];
  cursorRow: number;
  cursorColumn: number;
  isAlternate: boolean;
};
