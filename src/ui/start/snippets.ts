import { usualPlan } from '#src/ui/parts/trial/form-values.ts';
import { inboxUrl, planOf, planUrl } from '#src/ui/parts/trial/plan.ts';

export const snippetKinds = ['TypeScript', 'tRPC', 'curl'] as const;
export type SnippetKind = (typeof snippetKinds)[number];

/** Inbox of the first job. */
export const firstInbox = 'first';

/**
 * Returns a snippet that submits the first job from elsewhere. `key` is written into it. Without `key`, the snippet
 * takes the key from the environment.
 */
export function snippetOf(kind: SnippetKind, origin: string, key: string | null): string {
  const url = planUrl(origin, planOf(usualPlan));
  const callback = inboxUrl(origin, firstInbox);
  if (kind === 'curl') return curl(origin, { url, callback }, key ?? '$RINGBACK_API_KEY');
  const apiKey = key === null ? 'process.env.RINGBACK_API_KEY' : `'${key}'`;
  const open = `import { createRingback } from '@ringback/client';

const ringback = createRingback({
  url: '${origin}',
  apiKey: ${apiKey},
});
`;
  const fields = `  url: '${url}',
  json: { prompt: 'a lighthouse at five in the afternoon' },
  retry: 'default',
  callback: '${callback}',
});`;
  return kind === 'TypeScript'
    ? `${open}
// Returns at once; the function may end here.
const job = await ringback.submit({
${fields}
console.log(job.id);`
    : `${open}
// Every procedure of the API, typed.
const job = await ringback.trpc.jobs.submit.mutate({
${fields}
const { attempts } = await ringback.trpc.jobs.attempts.query({ id: job.id });
console.log(job.id, attempts.length);`;
}

/**
 * Returns the commands that install the client in a project. The client comes from this server, in the version that
 * fits it, and is saved as a file, so that `npm ci` finds it too.
 */
export function installOf(origin: string): string {
  const file = 'vendor/ringback-client.tgz';
  return `curl -fsS --create-dirs -o ${file} ${origin}/client.tgz\nnpm install ./${file}`;
}

function curl(origin: string, target: { url: string; callback: string }, key: string): string {
  const job = { url: target.url, json: { prompt: 'a lighthouse at five in the afternoon' }, callback: target.callback };
  return [
    `curl ${origin}/v1/jobs \\`,
    `  -H "Authorization: Bearer ${key}" \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d '${JSON.stringify(job, null, 2)}'`,
  ].join('\n');
}
