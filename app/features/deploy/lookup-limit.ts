import { concurrencyLimit } from "#lib/domain/concurrency.ts";

/**
 * Runs the requests of the form that wait for Gerrit. Over HTTP/1.1 a browser has six connections to the server: twenty
 * changes and a slow Gerrit would use all of them, and an answer to scap would wait for a free one.
 */
export const limitLookups = concurrencyLimit(3);
