/** The logo of the site: a pig that hangs by a thread. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M16 0v8" stroke="currentColor" strokeWidth="1.5" opacity="0.55" />
      <path
        d="M6.2 14.5 4.6 7.6c-.2-.8.6-1.4 1.3-1l6 3.4zM25.8 14.5l1.6-6.9c.2-.8-.6-1.4-1.3-1l-6 3.4z"
        fill="#d9758a"
      />
      <circle cx="16" cy="18.5" r="11.5" fill="#f2a3b3" />
      <ellipse cx="16" cy="21.5" rx="5.6" ry="4.1" fill="#d9758a" />
      <ellipse cx="14" cy="21.5" rx="1.1" ry="1.6" fill="#7d2f42" />
      <ellipse cx="18" cy="21.5" rx="1.1" ry="1.6" fill="#7d2f42" />
      <circle cx="11.2" cy="15.6" r="1.5" fill="#3b1820" />
      <circle cx="20.8" cy="15.6" r="1.5" fill="#3b1820" />
    </svg>
  );
}
