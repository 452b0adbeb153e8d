'use client';

import { CSPProvider } from '@base-ui/react/csp-provider';
import type { ReactNode } from 'react';

/** The few style elements that parts bring with them carry the page's nonce, or the policy would drop them. */
export function StyleNonce({ nonce, children }: { nonce: string; children: ReactNode }) {
  return <CSPProvider nonce={nonce}>{children}</CSPProvider>;
}
