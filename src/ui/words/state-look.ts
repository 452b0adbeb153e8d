import type { DeliveryState, JobState } from '#src/domain/decide/job-state.ts';
import {
  CalendarClock,
  CheckCheck,
  CircleCheck,
  CircleDashed,
  CircleSlash,
  CircleX,
  LoaderCircle,
  RotateCw,
  SkipForward,
} from '#src/ui/icons/icons.ts';
import type { Icon } from '#src/ui/icons/make-icon.tsx';

/** The look of a state. A state is never shown by colour alone. `colour` is a class of states.css. */
export type StateLook = { word: string; icon: Icon; colour: string };

const looks: Record<JobState | DeliveryState, StateLook> = {
  scheduled: { word: 'Scheduled', icon: CalendarClock, colour: 'state-scheduled' },
  queued: { word: 'Queued', icon: CircleDashed, colour: 'state-queued' },
  in_progress: { word: 'In progress', icon: LoaderCircle, colour: 'state-in-progress' },
  retrying: { word: 'Retrying', icon: RotateCw, colour: 'state-retrying' },
  completed: { word: 'Completed', icon: CircleCheck, colour: 'state-completed' },
  failed: { word: 'Failed', icon: CircleX, colour: 'state-failed' },
  cancelled: { word: 'Cancelled', icon: CircleSlash, colour: 'state-cancelled' },
  pending: { word: 'Pending', icon: CircleDashed, colour: 'state-queued' },
  delivered: { word: 'Delivered', icon: CheckCheck, colour: 'state-completed' },
  skipped: { word: 'Skipped', icon: SkipForward, colour: 'state-cancelled' },
};

export function stateLook(state: JobState | DeliveryState): StateLook {
  return looks[state];
}
