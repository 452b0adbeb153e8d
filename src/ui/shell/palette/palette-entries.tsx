'use client';

import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import type { ReactNode } from 'react';
import { showOverlay } from '#src/ui/data/browser/overlay.ts';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { useProjects } from '#src/ui/data/project/use-project.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import {
  ArrowRightLeft,
  CirclePlus,
  Clock,
  Gauge,
  Keyboard,
  LogOut,
  Monitor,
  Moon,
  Search,
  Send,
  Sun,
} from '#src/ui/icons/icons.ts';
import type { Icon } from '#src/ui/icons/make-icon.tsx';
import { Kbd } from '#src/ui/parts/text/kbd.tsx';
import { browserZone, useChooseTimes, useTimes } from '#src/ui/parts/time/times.tsx';
import { leave } from '#src/ui/shell/leave.ts';
import { accountPlace, helpPages, newJobHref, readyPlaces } from '#src/ui/shell/navigation.ts';
import { useTheme } from '#src/ui/theme/use-theme.ts';
import { stateLook } from '#src/ui/words/state-look.ts';
import { urlParts } from '#src/ui/words/url-parts.ts';
import { paletteValue, searchDeliveriesWords, searchWords } from './palette-rank.ts';

type Props = { text: string; go: (href: string) => void; close: () => void };

const groupClass =
  '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-12 [&_[cmdk-group-heading]]:text-fg-subtle';

export function PaletteEntries({ text, go, close }: Props) {
  const sought = text.trim();
  const places = [...readyPlaces(), ...(accountPlace.ready ? [accountPlace] : [])];
  return (
    <>
      <Command.Group heading="Go to" className={groupClass}>
        {places.map(({ href, label, icon, keys, also }) => (
          <Entry
            key={href}
            icon={icon}
            words={`${label} ${also ?? ''}`}
            onRun={() => go(href)}
            end={keys && <Kbd keys={keys} />}
          >
            {label}
          </Entry>
        ))}
      </Command.Group>
      <Actions go={go} close={close} />
      <RecentJobs go={go} />
      <Flows sought={sought} go={go} />
      {sought !== '' && (
        <Command.Group heading="Search" className={groupClass}>
          <Entry
            icon={Send}
            words={searchDeliveriesWords}
            onRun={() => go(`/deliveries?q=${encodeURIComponent(sought)}`)}
          >
            Deliveries with “{sought}” in their URL or endpoint
          </Entry>
          <Entry icon={Search} words={searchWords} onRun={() => go(`/jobs?q=${encodeURIComponent(sought)}`)}>
            Jobs with “{sought}” in their URL
          </Entry>
        </Command.Group>
      )}
    </>
  );
}

function Actions({ go, close }: Omit<Props, 'text'>) {
  const { current, projects, switchTo } = useProjects();
  const mayWrite = useMayWrite();
  const [theme, setTheme] = useTheme();
  const run = (action: () => void) => () => {
    close();
    action();
  };
  const themes = [
    { value: 'light', icon: Sun },
    { value: 'dark', icon: Moon },
    { value: 'system', icon: Monitor },
  ] as const;
  return (
    <Command.Group heading="Actions" className={groupClass}>
      {mayWrite && newJobHref !== null && (
        <Entry icon={CirclePlus} words="New job submit send" onRun={() => go(newJobHref ?? '/')}>
          New job
        </Entry>
      )}
      {themes.map(
        ({ value, icon }) =>
          value !== theme && (
            <Entry key={value} icon={icon} words={`Theme ${value} switch`} onRun={run(() => setTheme(value))}>
              Theme: {value}
            </Entry>
          ),
      )}
      <TimesEntries run={run} />
      {projects.map(
        ({ id, name }) =>
          id !== current?.id && (
            <Entry
              key={id}
              icon={ArrowRightLeft}
              words={`Project ${name} switch`}
              exact={id}
              onRun={run(() => switchTo(id))}
            >
              Switch to project {name}
            </Entry>
          ),
      )}
      <Entry
        icon={Keyboard}
        words="Keyboard shortcuts help"
        onRun={() => showOverlay('shortcuts')}
        end={<Kbd keys="?" />}
      >
        Keyboard shortcuts
      </Entry>
      {helpPages.map(({ href, label, icon, also }) => (
        <Entry
          key={href}
          icon={icon}
          words={`${label} ${also}`}
          onRun={run(() => window.open(href, '_blank', 'noopener'))}
        >
          {label}
        </Entry>
      ))}
      <Entry icon={LogOut} words="Sign out leave" onRun={run(() => void leave())}>
        Sign out
      </Entry>
    </Command.Group>
  );
}

function TimesEntries({ run }: { run: (action: () => void) => () => void }) {
  const { ages, zone } = useTimes();
  const choose = useChooseTimes();
  const isUtc = zone === 'UTC';
  return (
    <>
      <Entry
        icon={Clock}
        words={`Times ${isUtc ? 'local' : 'utc'} clock time zone switch`}
        onRun={run(() => choose({ zone: isUtc ? browserZone() : 'UTC' }))}
        end={<Kbd keys="z" />}
      >
        Times: {isUtc ? 'local' : 'UTC'}
      </Entry>
      <Entry
        icon={Clock}
        words={`Times ${ages ? 'date and time absolute' : 'relative ages ago'} switch`}
        onRun={run(() => choose({ ages: !ages }))}
        end={<Kbd keys="Z" />}
      >
        Times: {ages ? 'date and time' : 'relative'}
      </Entry>
    </>
  );
}

const flowsShown = 3;

/** Flows whose keys contain the searched text. */
function Flows({ sought, go }: { sought: string; go: Props['go'] }) {
  const trpc = useTRPC();
  const input = { limit: flowsShown, search: sought };
  const { data } = useQuery(
    trpc.flows.list.queryOptions(input, {
      enabled: sought !== '',
      staleTime: 5_000,
      // Until the answer is there, what was found before is shown: the palette leaves out what does not match.
      placeholderData: (before) => before,
    }),
  );
  if (sought === '' || !data || data.flows.length === 0) return null;
  return (
    <Command.Group heading="Flows" className={groupClass}>
      {data.flows.map(({ id, key }) => (
        <Entry
          key={id}
          icon={Gauge}
          words="Flow"
          exact={`${id} ${key}`}
          onRun={() => go(`/flows?search=${encodeURIComponent(key)}`)}
        >
          Flow {key}
        </Entry>
      ))}
    </Command.Group>
  );
}

const recentShown = 5;

function RecentJobs({ go }: Pick<Props, 'go'>) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.jobs.list.queryOptions({ limit: recentShown }, { staleTime: 5_000 }));
  if (!data || data.jobs.length === 0) return null;
  return (
    <Command.Group heading="Recent jobs" className={groupClass}>
      {data.jobs.map((job) => {
        const { word, icon, colour } = stateLook(job.state);
        const { host, rest } = urlParts(job.url);
        return (
          <Entry
            key={job.id}
            icon={icon}
            iconClass={`${colour} text-state!`}
            words={word}
            exact={`${job.id} ${job.method} ${job.url}`}
            onRun={() => go(`/jobs/${job.id}`)}
            end={<span className="text-12 text-fg-subtle">{word}</span>}
          >
            <span className="mr-2 font-mono text-11 font-semibold text-fg-muted">{job.method}</span>
            {host}
            <span className="text-fg-muted">{rest}</span>
          </Entry>
        );
      })}
    </Command.Group>
  );
}

type EntryProps = {
  icon: Icon;
  iconClass?: string;
  /** Words by which the entry is found. Together with `exact`, they are unique among all entries. */
  words: string;
  exact?: string;
  onRun: () => void;
  end?: ReactNode;
  children: ReactNode;
};

function Entry({ icon: Icon, iconClass = '', words, exact, onRun, end, children }: EntryProps) {
  return (
    <Command.Item
      value={paletteValue(words, exact)}
      onSelect={onRun}
      className="flex h-9 cursor-default items-center gap-2.5 rounded-control px-2.5 data-[selected=true]:bg-accent-soft max-sm:h-11"
    >
      <Icon size={16} aria-hidden className={`flex-none text-fg-subtle ${iconClass}`} />
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {end}
    </Command.Item>
  );
}
