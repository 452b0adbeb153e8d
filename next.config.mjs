/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  // What the server shares with Next stays one copy in node_modules: these keep connections, load files by path, or both.
  serverExternalPackages: ['pg', 'pg-boss', '@prisma/client', '@prisma/adapter-pg', 'better-auth', 'pino'],
  // While Ringback cannot be reached, a link waits for it. Otherwise the browser would show its own error page.
  experimental: { useOffline: true },
  // No page has an image of next/image, and `sharp`, which would scale them, is not installed.
  images: { unoptimized: true },
  // `npm test` checks all types, tests included; doing it again here only makes the build slow.
  typescript: { ignoreBuildErrors: true },
  // The list of jobs was the start page once: links to it with a filter still lead to it.
  redirects: async () =>
    ['state', 'q', 'host', 'label', 'status', 'cursor'].map((key) => ({
      source: '/',
      has: [{ type: 'query', key }],
      destination: '/jobs',
      permanent: false,
    })),
  turbopack: { root: import.meta.dirname },
};
