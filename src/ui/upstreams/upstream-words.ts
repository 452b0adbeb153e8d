/** Returns the address of the list of an upstream's jobs. */
export function upstreamJobsUrl(name: string): string {
  return `/jobs?${new URLSearchParams({ upstream: name })}`;
}
