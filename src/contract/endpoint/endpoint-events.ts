import { callbackEvents, endEvents, responseEvents } from '#src/contract/event/event-names.ts';
import { refuse } from '#src/contract/shape/shape.ts';
import { type EndpointEvent, type EndpointFormat, endpointEvents } from './endpoint.ts';

/** Returns the events that an endpoint gets when none are given. */
export function usualEvents(format: EndpointFormat): EndpointEvent[] {
  return format === 'openai' ? [...responseEvents] : [...endEvents];
}

/**
 * Returns the given events, each once, with `job.*` as the events it stands for. Refuses names that are none, and tells
 * those of the format.
 */
export function readEvents(names: readonly string[], format: EndpointFormat = 'ringback'): EndpointEvent[] {
  if (names.length === 0) throw refuse('invalid_input', 'events', `must name at least one event; ${known(format)}.`);
  const all = [...endpointEvents, ...responseEvents];
  const events = names.flatMap((name, index): EndpointEvent[] => {
    if (name === 'job.*') return [...callbackEvents];
    const event = all.find((one) => one === name);
    if (event !== undefined) return [event];
    throw refuse('invalid_input', `events.${index}`, `is not an event: "${name.slice(0, 100)}"; ${known(format)}.`);
  });
  return [...new Set(events)];
}

/** Refuses events that an endpoint of this format cannot get. */
export function checkEvents(format: EndpointFormat, events: readonly EndpointEvent[]): void {
  const own: readonly EndpointEvent[] = format === 'openai' ? responseEvents : endpointEvents;
  const wrong = events.find((event) => !own.includes(event));
  if (wrong === undefined) return;
  throw refuse('invalid_input', 'events', `has "${wrong}", which the format ${format} does not; ${known(format)}.`);
}

function known(format: EndpointFormat): string {
  if (format === 'openai') return `there are ${responseEvents.join(', ')}`;
  return `there are ${endpointEvents.join(', ')}, and job.* for all of those of jobs`;
}
