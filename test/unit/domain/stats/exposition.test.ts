import { expect, it } from 'vitest';
import { exposition } from '#src/domain/stats/exposition.ts';

it('describes every metric, and writes each of its series on a line', () => {
  const text = exposition([
    {
      name: 'jobs_total',
      help: 'Jobs.',
      type: 'counter',
      series: [
        { labels: { project: 'a', state: 'failed' }, value: 3 },
        { labels: {}, value: 0 },
      ],
    },
    { name: 'none', help: 'Nothing yet.', type: 'gauge', series: [] },
  ]);
  expect(text).toBe(
    [
      '# HELP jobs_total Jobs.',
      '# TYPE jobs_total counter',
      'jobs_total{project="a",state="failed"} 3',
      'jobs_total 0',
      '# HELP none Nothing yet.',
      '# TYPE none gauge',
      '',
    ].join('\n'),
  );
});

it('ends a histogram with all, the sum and the count', () => {
  const value = { buckets: [{ upTo: 0.001, count: 1 }], count: 4, sum: 1.5 };
  const text = exposition([{ name: 'd', help: 'D.', type: 'histogram', series: [{ labels: { p: 'x' }, value }] }]);
  expect(text.split('\n').slice(2, -1)).toEqual([
    'd_bucket{p="x",le="0.001"} 1',
    'd_bucket{p="x",le="+Inf"} 4',
    'd_sum{p="x"} 1.5',
    'd_count{p="x"} 4',
  ]);
});

it('keeps what people have typed within its label', () => {
  const name = 'a "quoted" \\ name\nwith_a_line{evil="1"} 2';
  const text = exposition([{ name: 'i', help: 'I.', type: 'gauge', series: [{ labels: { name }, value: 1 }] }]);
  expect(text.split('\n')).toHaveLength(4);
  expect(text.split('\n')[2]).toBe('i{name="a \\"quoted\\" \\\\ name\\nwith_a_line{evil=\\"1\\"} 2"} 1');
});
