export function BrandMark() {
  return (
    <svg
      viewBox="0 0 24 24"
      className="size-6 flex-none text-accent"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d="M20 12a8 8 0 1 1-3.2-6.4" />
      <path d="M20.4 3.2v4.2h-4.2" />
      <circle cx="12" cy="12" r="2.2" fill="currentColor" stroke="none" />
    </svg>
  );
}
