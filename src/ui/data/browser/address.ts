/** Changes the address without a round trip. Next gives the new address to `useSearchParams`. */
export function goTo(url: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') window.history.pushState(null, '', url);
  else window.history.replaceState(null, '', url);
}

/** Returns the query of the address as it is now. What is rendered may be older, because Next renders in a transition. */
export function currentSearch(): URLSearchParams {
  return new URLSearchParams(window.location.search);
}
