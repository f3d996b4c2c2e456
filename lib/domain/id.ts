// Ids of jobs, interactions and changes are 4-byte integers in PostgreSQL.

/** A larger number is not a valid id. */
export const ID_MAX = 2 ** 31 - 1;
