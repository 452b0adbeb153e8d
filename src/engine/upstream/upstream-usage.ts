import { statRangeMs } from '#src/contract/stats/stat-range.ts';
import type { UpstreamUsage, UsageRange } from '#src/contract/upstream/upstream.ts';
import { readLimits } from '#src/domain/limits.ts';
import { uuidV7 } from '#src/domain/text/uuid.ts';
import type { Clock, Reads } from '#src/engine/deps.ts';
import { countUsage, type UsageRow } from '#src/store/upstream/upstream-rows.ts';
import { upstreamRow } from './upstreams.ts';

/** Returns what an upstream, given by its id or its name, was used for in a range of time. Throws `not_found`. */
export async function upstreamUsage(
  deps: Reads & Clock,
  projectId: string,
  { id: idOrName, range }: { id: string; range: UsageRange },
): Promise<UpstreamUsage> {
  const { id } = await upstreamRow(deps, projectId, idOrName);
  // Ids begin with the time at which they were made.
  const from = uuidV7(deps.now() - statRangeMs[range].range, new Uint8Array(16));
  const most = readLimits.countedRows;
  const rows = await countUsage(deps.db, id, from, most);
  const jobs = (state: UsageRow['state']) => rows.find((row) => row.state === state)?.jobs ?? 0;
  const sum = (field: 'jobs' | 'calls' | 'input_tokens' | 'output_tokens') =>
    rows.reduce((total, row) => total + row[field], 0);
  const [completed, failed, cancelled] = [jobs('completed'), jobs('failed'), jobs('cancelled')];
  return {
    ...{ range, completed, failed, cancelled },
    open: sum('jobs') - completed - failed - cancelled,
    calls: sum('calls'),
    inputTokens: sum('input_tokens'),
    outputTokens: sum('output_tokens'),
    capped: sum('jobs') >= most,
  };
}
