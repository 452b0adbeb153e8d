import '#src/ui/theme.css';
import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { StyleNonce } from '#src/ui/theme/style-nonce.tsx';
import { ThemeScript } from '#src/ui/theme/theme-script.tsx';

export const metadata: Metadata = {
  title: { default: 'Ringback', template: '%s · Ringback' },
  robots: { index: false, follow: false },
  referrer: 'same-origin',
};

export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' };

/**
 * Reads the request, which makes every page dynamic. The nonce needs that: a page rendered in advance could not contain
 * it.
 */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? '';
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        <ThemeScript nonce={nonce} />
      </head>
      <body>
        <StyleNonce nonce={nonce}>{children}</StyleNonce>
      </body>
    </html>
  );
}
