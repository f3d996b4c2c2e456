// Ids of jobs, interactions and changes are integers of PostgreSQL's four bytes.

/** A greater number names nothing. */
export const ID_MAX = 2 ** 31 - 1;
