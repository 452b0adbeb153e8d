/**
 * What Ringback's own receivers take. An event with a whole response in it has at most six bytes of JSON for each of the
 * 10 MiB that are kept of one by default (`\u0001`), and far less than the rest of this besides.
 */
export const maxEventBytes = 64 * 1_024 * 1_024;
