import type { NowCounts } from '#src/contract/stats/stats.ts';
import {
  Bell,
  BookOpen,
  Braces,
  CalendarClock,
  CircleGauge,
  FlaskConical,
  Gauge,
  Globe,
  KeyRound,
  Layers,
  LayoutDashboard,
  ListChecks,
  Send,
  ShieldCheck,
  Timer,
  TriangleAlert,
  UserRound,
  Users,
  Webhook,
  Workflow,
} from '#src/ui/icons/icons.ts';
import type { Icon } from '#src/ui/icons/make-icon.tsx';

export type Place = {
  href: string;
  label: string;
  icon: Icon;
  /** Keys that open the page. */
  keys?: string;
  /** More words by which the palette finds the page. */
  also?: string;
  /** Count of `stats.now` that is shown beside the page's name. */
  count?: keyof NowCounts;
  /** True if the page exists. A page that does not exist is linked nowhere. */
  ready: boolean;
};

export type PlaceGroup = { label: string | null; places: readonly Place[] };

/** Pages of the dashboard. The sidebar, the phone's bar, the palette and the keys are made from this list. */
export const navigation: readonly PlaceGroup[] = [
  {
    label: null,
    places: [
      { href: '/', label: 'Overview', icon: LayoutDashboard, keys: 'g o', also: 'home statistics', ready: true },
      { href: '/jobs', label: 'Jobs', icon: ListChecks, keys: 'g j', count: 'inProgress', ready: true },
      {
        href: '/failures',
        label: 'Errors',
        icon: TriangleAlert,
        keys: 'g x',
        also: 'failures failed groups fingerprint',
        ready: true,
      },
      {
        href: '/flows',
        label: 'Flows',
        icon: Gauge,
        keys: 'g f',
        also: 'limits concurrency rate pause queue',
        ready: true,
      },
      { href: '/runs', label: 'Runs', icon: Workflow, keys: 'g r', also: 'serve workflows steps turns', ready: true },
      {
        href: '/schedules',
        label: 'Schedules',
        icon: CalendarClock,
        keys: 'g s',
        also: 'cron timer recurring repeat',
        ready: true,
      },
      {
        href: '/upstreams',
        label: 'Upstreams',
        icon: Globe,
        keys: 'g u',
        also: 'models apis gateway credentials',
        ready: true,
      },
      { href: '/operations', label: 'Operations', icon: Layers, also: 'bulk', ready: true },
    ],
  },
  {
    label: 'Callbacks',
    places: [
      {
        href: '/endpoints',
        label: 'Endpoints',
        icon: Webhook,
        keys: 'g e',
        also: 'webhooks receivers',
        count: 'troubledEndpoints',
        ready: true,
      },
      { href: '/deliveries', label: 'Deliveries', icon: Send, keys: 'g d', also: 'callbacks webhooks', ready: true },
    ],
  },
  {
    label: 'Try',
    places: [{ href: '/try', label: 'Playground', icon: FlaskConical, also: 'simulate policy target', ready: true }],
  },
  {
    label: 'Project',
    places: [
      { href: '/settings/keys', label: 'API keys', icon: KeyRound, ready: true },
      { href: '/settings/members', label: 'Members', icon: Users, also: 'people invite', ready: true },
      {
        href: '/settings/alerts',
        label: 'Alerts',
        icon: Bell,
        also: 'slack e-mail mail notifications quiet',
        ready: true,
      },
      { href: '/settings/retention', label: 'Retention', icon: Timer, ready: true },
      {
        href: '/settings/quotas',
        label: 'Quotas',
        icon: CircleGauge,
        also: 'limits usage storage bytes',
        ready: true,
      },
      { href: '/settings/egress', label: 'Egress', icon: ShieldCheck, also: 'ssrf addresses', ready: true },
      { href: '/settings/audit', label: 'Audit log', icon: BookOpen, ready: true },
    ],
  },
];

/** Page of the user's own account. It is in the menu at the user's name. */
export const accountPlace: Place = {
  href: '/settings/account',
  label: 'Account',
  icon: UserRound,
  also: 'password sessions',
  ready: true,
};

/** Documentation that the process serves itself, outside the dashboard. */
export const helpPages: readonly Pick<Place, 'href' | 'label' | 'icon' | 'also'>[] = [
  { href: '/docs', label: 'API reference', icon: BookOpen, also: 'documentation docs rest help' },
  { href: '/errors', label: 'Error codes', icon: TriangleAlert, also: 'documentation docs help meaning' },
  { href: '/v1/openapi.json', label: 'OpenAPI document', icon: Braces, also: 'documentation schema json' },
];

/** Page on which a job is made by hand; null if there is none. */
export const newJobHref: string | null = '/try';

/** Pages of ids, by the prefix of the id. */
const idPages: Record<string, { below: string; href: (id: string) => string }> = {
  job: { below: '/jobs', href: (id) => `/jobs/${id}` },
  dlv: { below: '/deliveries', href: (id) => `/deliveries/${id}` },
  end: { below: '/endpoints', href: (id) => `/endpoints/${id}` },
  run: { below: '/runs', href: (id) => `/runs/${id}` },
  op: { below: '/operations', href: (id) => `/operations?id=${id}` },
  ups: { below: '/upstreams', href: (id) => `/upstreams/${id}` },
  key: { below: '/settings/keys', href: () => '/settings/keys' },
  resp: { below: '/jobs', href: (id) => `/jobs/job_${id.slice('resp_'.length)}` },
};

/** Returns whether a text is a whole id of something whose page only the server knows. */
export function isSoughtId(text: string): boolean {
  return /^(att|evt|flow|sch)_[0-9a-hjkmnp-tv-z]{26}$/.test(text.trim());
}

export function readyPlaces(): Place[] {
  return navigation.flatMap(({ places }) => places).filter(({ ready }) => ready);
}

/** Returns the page of the thing that an id names, or null if the text is not a whole id of something with a page. */
export function pageOfId(text: string): string | null {
  const [id, prefix = ''] = /^([a-z]+)_[0-9a-hjkmnp-tv-z]{26}$/.exec(text.trim()) ?? [];
  const page = idPages[prefix];
  if (id === undefined || !page || !readyPlaces().some(({ href }) => href === page.below)) return null;
  return page.href(id);
}

/** Returns `page` on the page itself, and `true` on a page below it. */
export function currentMark(path: string, { href }: Place): 'page' | 'true' | undefined {
  if (path === href) return 'page';
  return href !== '/' && path.startsWith(`${href}/`) ? 'true' : undefined;
}
