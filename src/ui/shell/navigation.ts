import {
  BookOpen,
  FlaskConical,
  KeyRound,
  Layers,
  LayoutDashboard,
  ListChecks,
  type LucideIcon,
  Send,
  ShieldCheck,
  Timer,
  UserRound,
  Users,
  Webhook,
} from 'lucide-react';
import type { NowCounts } from '#src/contract/stats/stats.ts';

export type Place = {
  href: string;
  label: string;
  icon: LucideIcon;
  /** The keys that lead to it. */
  keys?: string;
  /** What the palette also finds it by. */
  also?: string;
  /** What of `stats.now` stands beside it. */
  count?: keyof NowCounts;
  /** Whether its page exists. Only then is it linked to, anywhere. */
  ready: boolean;
};

export type PlaceGroup = { label: string | null; places: readonly Place[] };

/** The pages of the dashboard: its sidebar, the phone's bar, the palette and the keys are made of this. */
export const navigation: readonly PlaceGroup[] = [
  {
    label: null,
    places: [
      { href: '/', label: 'Overview', icon: LayoutDashboard, keys: 'g o', also: 'home statistics', ready: true },
      { href: '/jobs', label: 'Jobs', icon: ListChecks, keys: 'g j', count: 'inProgress', ready: true },
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
      { href: '/settings/retention', label: 'Retention', icon: Timer, ready: true },
      { href: '/settings/egress', label: 'Egress', icon: ShieldCheck, also: 'ssrf addresses', ready: true },
      { href: '/settings/audit', label: 'Audit log', icon: BookOpen, ready: true },
    ],
  },
];

/** One's own: in the menu at one's name. */
export const accountPlace: Place = {
  href: '/settings/account',
  label: 'Account',
  icon: UserRound,
  also: 'password sessions',
  ready: true,
};

/** The page at which one makes a job by hand; null while there is none. */
export const newJobHref: string | null = '/try';

/** Where an id leads, by its prefix. */
const idPages: Record<string, { below: string; href: (id: string) => string }> = {
  job: { below: '/jobs', href: (id) => `/jobs/${id}` },
  dlv: { below: '/deliveries', href: (id) => `/deliveries/${id}` },
  end: { below: '/endpoints', href: (id) => `/endpoints/${id}` },
  op: { below: '/operations', href: (id) => `/operations?id=${id}` },
};

export function readyPlaces(): Place[] {
  return navigation.flatMap(({ places }) => places).filter(({ ready }) => ready);
}

/** The page of what an id names; null when the text is no whole id of something that has a page. */
export function pageOfId(text: string): string | null {
  const [id, prefix = ''] = /^([a-z]+)_[0-9a-hjkmnp-tv-z]{26}$/.exec(text.trim()) ?? [];
  const page = idPages[prefix];
  if (id === undefined || !page || !readyPlaces().some(({ href }) => href === page.below)) return null;
  return page.href(id);
}

/** `page` on the place itself, `true` on a page below it. */
export function currentMark(path: string, { href }: Place): 'page' | 'true' | undefined {
  if (path === href) return 'page';
  return href !== '/' && path.startsWith(`${href}/`) ? 'true' : undefined;
}
