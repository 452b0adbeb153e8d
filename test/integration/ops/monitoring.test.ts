import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { pem } from '#test/support/tls/pem.ts';

const token = 'metrics-for-the-files-of-docs-ops';
let ringback: TestRingback;
let series: { name: string; labels: Record<string, string> }[];

const read = (name: string) => readFile(new URL(`../../../docs/ops/${name}`, import.meta.url), 'utf8');

beforeAll(async () => {
  ringback = await startRingback({ env: { RINGBACK_METRICS_TOKEN: token } });
  await ringback.call('settings.setQuotas', { openJobs: 10 });
  const tls = { certificate: pem('client'), key: pem('client-key') };
  await ringback.call('endpoints.create', { name: 'bank', url: 'https://bank.example.com/', tls });
  const answer = await ringback.rest('GET', '/metrics', { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
  series = [...(await answer.text()).matchAll(/^([a-z_]+)(?:\{(.*)\})? \S+$/gm)].map(([, name = '', labels = '']) => ({
    name,
    labels: labelsOf(labels),
  }));
});
afterAll(() => ringback.close());

function labelsOf(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/(\w+)=~?"([^"]*)"/g)].map(([, name, value]) => [name, value]));
}

/** What an expression of PromQL asks for and this Ringback does not have. */
function missingOf(expression: string): string[] {
  const asked = [...expression.matchAll(/\b(ringback_\w+)(?:\{([^}]*)\})?/g)];
  if (asked.length === 0) return [`${expression} asks for nothing`];
  const missing = asked.flatMap(([whole, name, labels = '']) => {
    const wanted = Object.entries(labelsOf(labels)).filter(([, value]) => !value.startsWith('$'));
    const named = [...labels.matchAll(/(\w+)=/g)].map(([, label = '']) => label);
    const found = series.some(
      (one) =>
        one.name === name &&
        named.every((label) => label in one.labels) &&
        wanted.every(([label, value]) => one.labels[label] === value),
    );
    return found ? [] : [whole];
  });
  const names = new Set(asked.map(([, name]) => name));
  const known = new Set(series.filter(({ name }) => names.has(name)).flatMap(({ labels }) => Object.keys(labels)));
  const grouped = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, by = '']) => by.split(/,\s*/));
  return [...missing, ...grouped.filter((label) => !known.has(label))];
}

type Rule = { alert: string; expr: string; for?: string; labels: object; annotations: Record<string, string> };
type Panel = { title: string; targets: { expr: string; legendFormat: string }[]; gridPos: Record<string, number> };
type Variable = { name: string; regex?: string; query: string | { query: string } };

describe('the files in docs/ops for Prometheus and Grafana', () => {
  it('have alerts that ask only for what /metrics has', async () => {
    const { groups } = parse(await read('alerts.yaml')) as { groups: { name: string; rules: Rule[] }[] };
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(5);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, expr, labels, annotations, ...rest } of rules) {
      expect(missingOf(expr), alert).toEqual([]);
      expect(Object.keys(annotations), alert).toEqual(['summary', 'description']);
      expect(rest.for ?? '0m', alert).toMatch(/^\d+[smh]$/);
      expect(labels, alert).toHaveProperty('severity');
      const told = [
        ...Object.values(annotations)
          .join(' ')
          .matchAll(/\$labels\.(\w+)/g),
      ].map(([, label]) => label);
      for (const label of told) expect(expr, alert).toContain(`by (${label})`);
    }
  });

  it('have a dashboard whose panels and variables ask only for what /metrics has', async () => {
    const dashboard = JSON.parse(await read('grafana-dashboard.json')) as {
      panels: Panel[];
      templating: { list: Variable[] };
    };
    const variables = new Set(dashboard.templating.list.map(({ name }) => `$${name}`));
    for (const { title, targets } of dashboard.panels) {
      expect(targets.length, title).toBeGreaterThan(0);
      for (const { expr, legendFormat } of targets) {
        expect(missingOf(expr), title).toEqual([]);
        for (const [used] of expr.matchAll(/\$(?!__)\w+/g)) expect(variables, title).toContain(used);
        const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
        for (const label of shown) expect(expr, title).toContain(`by (${label})`);
      }
    }
    const project = dashboard.templating.list.find(({ name }) => name === 'project') as Variable;
    expect(missingOf((project.query as { query: string }).query)).toEqual([]);
    // Grafana shows each series as text and reads name and id from it.
    const info = series.find(({ name }) => name === 'ringback_project_info');
    const text = `ringback_project_info{name="${info?.labels.name}", project="${info?.labels.project}"} 1 0`;
    const found = new RegExp((project.regex ?? '').replace(/^\/|\/$/g, '')).exec(text)?.groups;
    expect(found).toEqual({ text: info?.labels.name, value: info?.labels.project });
  });

  it('scale workers by a metric that /metrics has', async () => {
    const { rules } = parse(await read('prometheus-adapter.yaml')) as {
      rules: { external: { seriesQuery: string; metricsQuery: string; name: { as: string } }[] };
    };
    for (const { seriesQuery, metricsQuery } of rules.external) {
      expect([...missingOf(seriesQuery), ...missingOf(metricsQuery)]).toEqual([]);
    }
    const asked = [...(await read('kubernetes.yaml')).matchAll(/metric: \{ name: (\w+) \}/g)].map(([, name]) => name);
    expect(asked).toEqual(rules.external.map(({ name }) => name.as));
  });

  it('would be told of a metric, a label, a value or a grouping that is not there', () => {
    expect(missingOf('sum(ringback_workers{state="alive"}) by (state)')).toEqual([]);
    expect(missingOf('ringback_wrokers')).toEqual(['ringback_wrokers']);
    expect(missingOf('ringback_workers{stat="alive"}')).toEqual(['ringback_workers{stat="alive"}']);
    expect(missingOf('ringback_workers{state="dead"}')).toEqual(['ringback_workers{state="dead"}']);
    expect(missingOf('sum by (project) (ringback_workers)')).toEqual(['project']);
  });
});
