type Lane = { word: string; from: number; to: number; waitTo?: number; note: string };

const lanes: Lane[] = [
  { word: 'Attempt 1', from: 0, to: 5, waitTo: 29, note: '429, waits for the reset the header named' },
  { word: 'Attempt 2', from: 29, to: 35, waitTo: 40, note: '503, backs off' },
  { word: 'Attempt 3', from: 40, to: 70, note: '200, the result is kept 24 h' },
  { word: 'Delivery 1', from: 71, to: 74, note: 'signed, to the inbox' },
];

/** What the first job will look like. */
export function Preview() {
  return (
    <section className="card" aria-label="What you will see">
      <div className="card-head">
        <h2 className="flex-1">What you will see</h2>
      </div>
      <div className="grid gap-0.5 px-4 py-3 text-12 text-fg-subtle">
        {lanes.map((lane) => (
          <PreviewLane key={lane.word} {...lane} />
        ))}
      </div>
    </section>
  );
}

function PreviewLane({ word, from, to, waitTo, note }: Lane) {
  return (
    <div className="grid min-h-[26px] grid-cols-[110px_minmax(0,1fr)] items-center max-sm:grid-cols-[76px_minmax(0,1fr)]">
      <span>{word}</span>
      <span className="relative h-3.5 max-sm:h-auto">
        <i
          className="absolute h-3.5 rounded-[3px] border-[1.5px] border-dashed border-accent-line bg-accent-soft max-sm:hidden"
          style={{ left: `${from}%`, width: `${to - from}%` }}
        />
        {waitTo !== undefined && (
          <i
            className="absolute top-1.5 border-t-[1.5px] border-dashed border-border-strong max-sm:hidden"
            style={{ left: `${to}%`, width: `${waitTo - to}%` }}
          />
        )}
        <span
          className="absolute leading-3.5 whitespace-nowrap max-sm:static max-sm:leading-[18px] max-sm:whitespace-normal"
          style={{ left: `calc(${waitTo ?? to}% + 10px)` }}
        >
          {note}
        </span>
      </span>
    </div>
  );
}
