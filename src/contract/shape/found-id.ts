/** Place of something in the dashboard that an id names, whose page is not known from the id alone. */
export type FoundId =
  /** The job that an attempt belongs to. `attempt` is its number. */
  | { kind: 'job'; id: string; attempt: number }
  /** The delivery that an attempt belongs to, or the only one of an event. */
  | { kind: 'delivery'; id: string; attempt: number | null }
  /** An event with several deliveries. */
  | { kind: 'event'; id: string }
  | { kind: 'flow'; key: string }
  | { kind: 'schedule'; name: string };
