'use client';

import { CSPProvider } from '@base-ui/react/csp-provider';
import type { ReactNode } from 'react';

/**
 * Gives the page's nonce to the few style elements of the component library. Without it, the policy would drop them.
 */
export function StyleNonce({ nonce, children }: { nonce: string; children: ReactNode }) {
  return <CSPProvider nonce={nonce}>{children}</CSPProvider>;
}
