/** Sets the clock of a process wrong by `TEST_CLOCK_OFFSET_MS`. It is loaded before anything else, by `--import`. */
const offsetMs = Number(process.env.TEST_CLOCK_OFFSET_MS ?? 0);
const Real = Date;
const now = () => Real.now() + offsetMs;

globalThis.Date = new Proxy(Real, {
  construct: (target, values: [], newTarget) =>
    Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget),
  apply: () => new Real(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});
