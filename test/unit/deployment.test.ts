import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { type ConfigError, readConfig } from '#src/config.ts';
import { traceEnvironment } from '#src/trace-settings.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** Commands of the program, as they are registered. */
const commands = new Set([...read('src/cli/main.ts').matchAll(/\.command\('(\w+)'\)/g)].map(([, name]) => name));

/** Names that a process of Ringback would refuse, or not read. */
function unknownSettings(names: string[]): string[] {
  const others = new Set(['NODE_ENV', 'DATABASE_URL', 'PORT', ...Object.keys(traceEnvironment.shape)]);
  return names.filter((name) => {
    if (!name.startsWith('RINGBACK_')) return !others.has(name);
    try {
      readConfig({ [name]: '?' });
      return false;
    } catch (error) {
      return (error as ConfigError).message.includes(`${name} is no setting`);
    }
  });
}

const dockerfile = read('Dockerfile').replaceAll('\\\n', ' ');
const imageSettings = Object.fromEntries(
  [...(dockerfile.match(/^ENV NODE_ENV=.*$/m)?.[0] ?? '').matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [
    name,
    value,
  ]),
) as Record<string, string>;

describe('the image', () => {
  test('has the Node that package.json names', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
    expect(dockerfile).toContain(`\nARG NODE_VERSION=${dependencies.node}\n`);
  });

  test('is built of files that exist and that reach the builder', () => {
    const reaching = [...read('.dockerignore').matchAll(/^!(\S+)$/gm)].map(([, name = '']) => name);
    expect(reaching.filter((name) => !existsSync(path.join(root, name)))).toEqual([]);
    const built = ['dist', '.next'];
    const copied = [...dockerfile.matchAll(/^COPY (?:--from=build )?(.+) \S+$/gm)].flatMap(([whole, files = '']) =>
      whole.includes('--from=') && !whole.includes('--from=build') ? [] : files.split(/\s+/),
    );
    const names = copied.map((name) => name.replace(/^\/app\//, '')).filter((name) => name !== '.');
    expect(names).toContain('package-lock.json');
    expect(names.filter((name) => !reaching.includes(name) && !built.includes(name))).toEqual([]);
  });

  test('sets only what Ringback reads, and starts a command that it has', () => {
    expect(Object.keys(imageSettings)).toContain('RINGBACK_WORKER_PORT');
    expect(unknownSettings(Object.keys(imageSettings))).toEqual([]);
    const started = [...dockerfile.matchAll(/^CMD \["(\w+)"\]$/gm)].map(([, name]) => name);
    expect(started).toEqual(['web']);
    expect(started.filter((name) => !commands.has(name))).toEqual([]);
    expect(dockerfile).toContain(`EXPOSE ${readConfig({}).port} ${imageSettings.RINGBACK_WORKER_PORT}`);
    expect(dockerfile).toMatch(/^USER 65532:65532$/m);
    expect(dockerfile).toContain('"src/cli/ringback.mjs"]');
  });
});

type Service = {
  command?: string | string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, unknown>;
  volumes?: string[];
  networks?: string[];
  stop_grace_period?: string;
};
type Compose = { services: Record<string, Service>; volumes: object; networks: object };

describe('compose.yaml', () => {
  const compose = parse(read('compose.yaml'), { merge: true }) as Compose;
  const own = ['migrate', 'web', 'worker'];

  test('runs commands that exist, with settings that exist', () => {
    for (const name of own) {
      const { command, environment } = compose.services[name] ?? {};
      expect(commands, name).toContain(command?.[0]);
      expect(unknownSettings(Object.keys(environment ?? {})), name).toEqual([]);
    }
  });

  test('has an example of its settings with all that it asks for, and nothing that a process would refuse', () => {
    const given = [...read('docs/ops/compose.env.example').matchAll(/^(\w+)=/gm)].map(([, name = '']) => name);
    const asked = [...read('compose.yaml').matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name);
    expect(new Set(asked)).toEqual(new Set(['DOMAIN', 'POSTGRES_PASSWORD']));
    expect(asked.filter((name) => !given.includes(name ?? ''))).toEqual([]);
    expect(unknownSettings(given.filter((name) => !asked.includes(name)))).toEqual([]);
    expect(given).toEqual(expect.arrayContaining(['RINGBACK_ENCRYPTION_KEYS', 'RINGBACK_AUTH_SECRET']));
    expect(read('.gitignore')).toContain('compose.env\n');
  });

  test('names only services, volumes, networks and files that are there', () => {
    for (const [name, { depends_on = {}, volumes = [], networks = [] }] of Object.entries(compose.services)) {
      expect(Object.keys(compose.services), name).toEqual(expect.arrayContaining(Object.keys(depends_on)));
      expect(Object.keys(compose.networks), name).toEqual(expect.arrayContaining(networks));
      for (const [from = ''] of volumes.map((volume) => volume.split(':'))) {
        if (from.startsWith('./')) expect(existsSync(path.join(root, from)), from).toBe(true);
        else expect(Object.keys(compose.volumes), name).toContain(from);
      }
    }
    const { port } = readConfig({});
    expect(read('docs/ops/Caddyfile')).toContain(`dynamic a web ${port} {`);
  });

  test('lets a worker finish what it has', () => {
    const seconds = Number.parseInt(compose.services.worker?.stop_grace_period ?? '0', 10);
    expect(seconds).toBeGreaterThan(readConfig({}).workerDrainSeconds);
  });
});

type Probe = { httpGet: { path: string; port: string } };
type Container = {
  name: string;
  args: string[];
  envFrom: object[];
  ports?: { name: string; containerPort: number }[];
  securityContext: object;
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  volumeMounts: { name: string }[];
};
type Pod = { containers: Container[]; volumes: { name: string }[]; terminationGracePeriodSeconds?: number };
type Resource = {
  kind: string;
  metadata: { name: string; namespace: string };
  data?: Record<string, string>;
  spec: {
    template?: { metadata: { labels: Record<string, string> }; spec: Pod };
    selector?: { matchLabels?: Record<string, string> };
    podSelector?: { matchLabels: Record<string, string> };
    scaleTargetRef?: { name: string };
  };
};

describe('the manifests for Kubernetes', () => {
  const documents = parseAllDocuments(read('docs/ops/kubernetes.yaml'), { uniqueKeys: true });
  const resources = documents.map((document) => document.toJS() as Resource);
  const pods = resources.flatMap(({ spec }) => (spec?.template ? [spec.template] : []));

  test('can be read, and lie in one namespace', () => {
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
    expect(new Set(resources.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['ringback']));
    expect(pods.length).toBe(3);
  });

  test('run commands that exist, as nobody, with settings that exist', () => {
    const settings = Object.keys(resources.find(({ kind }) => kind === 'ConfigMap')?.data ?? {});
    const secret = [...read('docs/ops/kubernetes.yaml').matchAll(/--from-literal=(\w+)=/g)].map(
      ([, name = '']) => name,
    );
    expect(secret).toEqual(
      expect.arrayContaining(['DATABASE_URL', 'RINGBACK_ENCRYPTION_KEYS', 'RINGBACK_AUTH_SECRET']),
    );
    expect(unknownSettings([...settings, ...secret])).toEqual([]);
    for (const { spec } of pods) {
      for (const { args, securityContext, volumeMounts } of spec.containers) {
        expect(commands).toContain(args[0]);
        expect(securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false });
        expect(spec.volumes.map(({ name }) => name)).toEqual(volumeMounts.map(({ name }) => name));
      }
    }
  });

  test('probe paths and ports that a process of the image has', () => {
    const ports: Record<string, number> = {
      web: readConfig({}).port,
      worker: Number(imageSettings.RINGBACK_WORKER_PORT),
    };
    for (const { spec } of pods) {
      for (const { name, ports: open = [], startupProbe, livenessProbe, readinessProbe } of spec.containers) {
        expect(open.map(({ containerPort }) => containerPort)).toEqual(name in ports ? [ports[name]] : []);
        const probes = [startupProbe, livenessProbe, readinessProbe].flatMap((probe) => (probe ? [probe.httpGet] : []));
        expect(probes.length).toBe(name in ports ? 3 : 0);
        for (const probe of probes) {
          expect(probe.port).toBe(open[0]?.name);
          expect(read('src/worker/health-port.ts')).toContain(`'${probe.path}'`);
          expect(read('src/server/own-routes.ts')).toContain(`['${probe.path}'`);
        }
      }
    }
  });

  test('select pods that are there, and let a worker finish what it has', () => {
    const labels = pods.map(({ metadata }) => metadata.labels);
    const selected = resources.flatMap(({ kind, spec }) => {
      const selector =
        spec?.podSelector?.matchLabels ?? spec?.selector?.matchLabels ?? (kind === 'Service' ? spec.selector : null);
      return selector ? [selector] : [];
    });
    expect(selected.length).toBe(7);
    for (const selector of selected) expect(labels).toContainEqual(selector);
    const names = resources.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.name);
    for (const { spec } of resources) if (spec?.scaleTargetRef) expect(names).toContain(spec.scaleTargetRef.name);
    const worker = pods.find(({ metadata }) => metadata.labels.part === 'worker');
    expect(worker?.spec.terminationGracePeriodSeconds).toBeGreaterThan(readConfig({}).workerDrainSeconds);
  });
});

test('the workflow that builds the image uses nothing that can change', () => {
  const { jobs } = parse(read('.github/workflows/image.yaml')) as {
    jobs: Record<string, { steps: { uses?: string }[] }>;
  };
  const used = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => (uses ? [uses] : [])));
  expect(used.length).toBe(4);
  expect(used.filter((name) => !/@[0-9a-f]{40}$/.test(name))).toEqual([]);
});
