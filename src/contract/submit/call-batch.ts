/** So many tRPC calls may share one request. */
export const callBatchMost = 20;
