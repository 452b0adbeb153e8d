import type { RunState } from '#src/contract/run/run-view.ts';
import type { DeliveryState, JobState } from '#src/domain/decide/job-state.ts';
import {
  CalendarClock,
  CheckCheck,
  CircleCheck,
  CircleDashed,
  CircleSlash,
  CircleX,
  Clock,
  LoaderCircle,
  RotateCw,
  SkipForward,
} from '#src/ui/icons/icons.ts';
import type { Icon } from '#src/ui/icons/make-icon.tsx';

/** The look of a state. A state is never shown by colour alone. `colour` is a class of states.css. */
export type StateLook = { word: string; icon: Icon; colour: string };

/** A state of a job, a delivery or a run. */
export type ShownState = JobState | DeliveryState | RunState;

const looks: Record<ShownState, StateLook> = {
  scheduled: { word: 'Scheduled', icon: CalendarClock, colour: 'state-scheduled' },
  queued: { word: 'Queued', icon: CircleDashed, colour: 'state-queued' },
  in_progress: { word: 'In progress', icon: LoaderCircle, colour: 'state-in-progress' },
  retrying: { word: 'Retrying', icon: RotateCw, colour: 'state-retrying' },
  completed: { word: 'Completed', icon: CircleCheck, colour: 'state-completed' },
  failed: { word: 'Failed', icon: CircleX, colour: 'state-failed' },
  cancelled: { word: 'Cancelled', icon: CircleSlash, colour: 'state-cancelled' },
  pending: { word: 'Pending', icon: CircleDashed, colour: 'state-queued' },
  delivered: { word: 'Delivered', icon: CheckCheck, colour: 'state-completed' },
  running: { word: 'Running', icon: LoaderCircle, colour: 'state-in-progress' },
  waiting: { word: 'Waiting', icon: Clock, colour: 'state-scheduled' },
  skipped: { word: 'Skipped', icon: SkipForward, colour: 'state-cancelled' },
};

export function stateLook(state: ShownState): StateLook {
  return looks[state];
}
