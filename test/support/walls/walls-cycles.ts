/** An import of one file of src by another file. */
export type Edge = { from: string; to: string; line: number };

/** Returns every group of files that import each other in a circle, once, as one walk around it. */
export function findCycles(edges: Edge[]): string[] {
  const next = new Map<string, Edge[]>();
  for (const edge of edges) next.set(edge.from, [...(next.get(edge.from) ?? []), edge]);
  const told = new Set<string>();
  const cycles: string[] = [];
  for (const start of [...next.keys()].sort()) {
    if (told.has(start)) continue;
    const walk = shortestWayBack(start, next);
    const [first] = walk;
    if (!first) continue;
    for (const edge of walk) told.add(edge.from);
    const path = [start, ...walk.map((edge) => edge.to)].join(' → ');
    cycles.push(`${start}:${first.line} imports ${first.to}: a cycle, ${path}`);
  }
  return cycles;
}

function shortestWayBack(start: string, next: Map<string, Edge[]>): Edge[] {
  const cameBy = new Map<string, Edge>();
  const queue = [start];
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    for (const edge of next.get(file) ?? []) {
      if (cameBy.has(edge.to)) continue;
      cameBy.set(edge.to, edge);
      if (edge.to === start) return walkTo(start, cameBy);
      queue.push(edge.to);
    }
  }
  return [];
}

function walkTo(start: string, cameBy: Map<string, Edge>): Edge[] {
  const walk: Edge[] = [];
  let file = start;
  do {
    const edge = cameBy.get(file);
    if (!edge) break;
    walk.unshift(edge);
    file = edge.from;
  } while (file !== start);
  return walk;
}
