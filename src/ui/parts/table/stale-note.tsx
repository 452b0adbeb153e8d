/**
 * Says over rows of the filter before that they are that. It comes after a second, because most answers are faster, and
 * takes no room, because the rows must not jump.
 */
export function StaleNote() {
  return (
    <p
      role="status"
      className="late absolute top-10 left-1/2 z-10 -translate-x-1/2 rounded-full border bg-raised px-3.5 py-1.5 font-medium whitespace-nowrap shadow-2"
    >
      Still the rows from before this filter. Loading…
    </p>
  );
}
