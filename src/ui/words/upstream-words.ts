import type { UpstreamFormat } from '#src/contract/upstream/upstream.ts';

/** Words for the API that an upstream speaks. */
export const formatWords: Readonly<Record<UpstreamFormat, string>> = {
  openai: 'OpenAI',
  anthropic: 'Anthropic',
  freddy: 'Freddy',
  none: 'None',
};

/** Returns the address of the page of an upstream, by its id or its name. */
export function upstreamUrl(idOrName: string): string {
  return `/upstreams/${encodeURIComponent(idOrName)}`;
}

/** Returns the address of the list of an upstream's jobs. */
export function upstreamJobsUrl(name: string, filter: Readonly<Record<string, string>> = {}): string {
  return `/jobs?${new URLSearchParams({ ...filter, upstream: name })}`;
}
