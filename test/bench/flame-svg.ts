/** A profile as Node writes it with `--cpu-prof`. Times are in microseconds. */
export type Profile = {
  nodes: { id: number; callFrame: { functionName: string; url: string }; children?: number[] }[];
  samples: number[];
  timeDeltas: number[];
};

type Frame = { name: string; kind: Kind; us: number; children: Map<string, Frame> };
type Kind = keyof typeof colours;
type Shape = { frame: Frame; x: number; depth: number };

/** Colours of the frames by whose code they are. */
const colours = {
  Ringback: '#f4b860',
  undici: '#8fc1e3',
  pg: '#a8d5a2',
  'other packages': '#d9c2e9',
  'Node and V8': '#dddddd',
};
const width = 1_200;
const rowHeight = 17;
const letterWidth = 6.2;
const headHeight = 46;

/**
 * Returns a flame graph as SVG: who called whom from top to bottom, as wide as the processor time it took. Left out are
 * idle time, the loading of modules, and frames too narrow to be seen.
 */
export function flameSvg(profile: Profile, { title, jobs }: { title: string; jobs: number }): string {
  const root = fold(profile);
  const scale = width / root.us;
  const shapes = [...place(root, 0, 0)].filter(({ frame }) => frame.us * scale >= 1);
  const depth = Math.max(...shapes.map((shape) => shape.depth)) + 1;
  const height = headHeight + depth * rowHeight + 4;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="monospace" font-size="10">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="6" y="16" font-size="13">${escapeXml(title)}: ${Math.round(root.us / jobs)} µs a job</text>`,
    ...legend(),
    ...shapes.map((shape) => box(shape, scale, jobs)),
    '</svg>',
    '',
  ].join('\n');
}

function legend(): string[] {
  return Object.entries(colours).map(([kind, colour], index) => {
    const x = 6 + index * 140;
    return `<rect x="${x}" y="25" width="11" height="11" fill="${colour}"/><text x="${x + 16}" y="34">${kind}</text>`;
  });
}

function box({ frame, x, depth }: Shape, scale: number, jobs: number): string {
  const [left, wide] = [x * scale, frame.us * scale];
  const y = headHeight + depth * rowHeight;
  const letters = Math.floor((wide - 4) / letterWidth);
  const label = frame.name.length <= letters ? frame.name : `${frame.name.slice(0, Math.max(letters - 1, 0))}…`;
  const text = letters < 3 ? '' : `<text x="${(left + 2).toFixed(1)}" y="${y + 12}">${escapeXml(label)}</text>`;
  const hint = `${frame.name}: ${(frame.us / jobs).toFixed(1)} µs a job`;
  return (
    `<g><title>${escapeXml(hint)}</title><rect x="${left.toFixed(1)}" y="${y}" width="${wide.toFixed(1)}" ` +
    `height="${rowHeight - 1}" fill="${colours[frame.kind]}"/>${text}</g>`
  );
}

function* place(frame: Frame, x: number, depth: number): Generator<Shape> {
  let at = x;
  for (const child of [...frame.children.values()].sort((a, b) => b.us - a.us)) {
    yield { frame: child, x: at, depth };
    yield* place(child, at, depth + 1);
    at += child.us;
  }
}

/** Sums the samples up by their stacks. */
function fold({ nodes, samples, timeDeltas }: Profile): Frame {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const root: Frame = { name: 'all', kind: 'Node and V8', us: 0, children: new Map() };
  for (const [index, sample] of samples.entries()) {
    const us = timeDeltas[index] ?? 0;
    const stack: Profile['nodes'] = [];
    for (let id: number | undefined = sample; id !== undefined; id = parents.get(id)) {
      const node = byId.get(id);
      if (node !== undefined) stack.unshift(node);
    }
    if (stack.length < 2 || stack.some(isLeftOut)) continue;
    root.us += us;
    let frame = root;
    for (const { callFrame } of stack.slice(1)) frame = enter(frame, callFrame, us);
  }
  return root;
}

function isLeftOut({ callFrame: { functionName, url } }: Profile['nodes'][number]): boolean {
  return functionName === '(idle)' || url.startsWith('node:internal/modules/');
}

function enter(parent: Frame, { functionName, url }: Profile['nodes'][number]['callFrame'], us: number): Frame {
  const file = url.replace(/^.*\/(?:src|node_modules)\//, '');
  const name = `${functionName || '(anonymous)'}${file === '' ? '' : ` ${file}`}`;
  const frame = parent.children.get(name) ?? { name, kind: kindOf(url), us: 0, children: new Map() };
  frame.us += us;
  parent.children.set(name, frame);
  return frame;
}

function kindOf(url: string): Kind {
  if (url.includes('/node_modules/undici/')) return 'undici';
  if (/\/node_modules\/(?:pg|pg-protocol|postgres-[\w-]+)\//.test(url)) return 'pg';
  if (url.includes('/node_modules/')) return 'other packages';
  return url.includes('/src/') ? 'Ringback' : 'Node and V8';
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
