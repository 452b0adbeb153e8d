'use client';

import Link from 'next/link';
import type { AuditEntry } from '#src/contract/project/people.ts';
import { pageOfId } from '#src/ui/shell/navigation.ts';
import { flowsUrl } from '#src/ui/words/flow-words.ts';
import { useNames } from './use-names.ts';

/** Returns the page of an entry's target, or null if it has none. */
function pageOf({ action, target }: AuditEntry): string | null {
  if (target === null) return null;
  if (action.startsWith('members.') && action !== 'members.invite') return '/settings/members';
  if (action.startsWith('apiKeys.')) return '/settings/keys';
  // Flows are found by their key. Callers of the API may have named one by its id.
  if (action.startsWith('flows.')) return /^flow_\w{26}$/.test(target) ? null : flowsUrl(target);
  return pageOfId(target);
}

/** Shows the target of an action by its name, or by its id if no name is known. */
export function AuditTarget({ entry }: { entry: AuditEntry }) {
  const { target, detail } = entry;
  const { nameOf } = useNames();
  const said = [detail?.name, detail?.email].find((each) => typeof each === 'string' && each !== '…');
  const name = said ?? (target === null ? undefined : nameOf(target));
  if (target === null && name === undefined) return <span className="text-fg-subtle">–</span>;
  const text = typeof name === 'string' ? name : target;
  // A schedule or a flow is named by its key.
  const className = name === undefined && /^[a-z]+_\w{26}$/.test(target ?? '') ? 'font-mono text-12' : undefined;
  const href = pageOf(entry);
  if (href === null)
    return (
      <span className={className} title={target ?? undefined}>
        {text}
      </span>
    );
  return (
    <Link
      href={href}
      prefetch={false}
      title={target ?? undefined}
      className={`text-accent-text hover:underline ${className ?? ''}`}
    >
      {text}
    </Link>
  );
}
