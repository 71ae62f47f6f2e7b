// Small drawings beside words. They say nothing that the words do not, so screen readers pass over them.
const drawings = {
  home: "M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z",
  match: "M5 4v16M19 4v16M5 12h14M12 8v8",
  voice: "M9 6a3 3 0 0 1 6 0v5a3 3 0 0 1-6 0zM6 11a6 6 0 0 0 12 0M12 17v4",
  people: "M12 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM5 20c0-4 3-6 7-6s7 2 7 6",
  player:
    "M7 8h10a4 4 0 0 1 4 4v2a3 3 0 0 1-5.5 1.7L14.5 14h-5l-1 1.7A3 3 0 0 1 3 14v-2a4 4 0 0 1 4-4zM8 10v2M7 11h2m7 0h.1",
  server: "M5 4h14v6H5zM5 14h14v6H5zM8 7h.01M8 17h.01",
  doctor: "M3 12h5l2-6 4 12 2-6h5",
  work: "M4 6h16M4 12h16M4 18h10",
  webhook: "M20 4 3 11l7 3 3 7zM10 14 20 4",
  history: "M12 4a8 8 0 1 1-7 4M5 4v4h4M12 8v4l3 2",
  settings: "M4 7h8M16 7h4M4 17h4M12 17h8M14 4v6M10 14v6",
  page: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM4 12h16M12 4c3 4 3 12 0 16M12 4c-3 4-3 12 0 16",
  organizations: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z",
  requests: "M4 13h4l2 3h4l2-3h4M4 13l3-8h10l3 8v6H4z",
  tasks: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 8v4l3 2",
  log: "M6 4h9l4 4v12H6zM9 12h7M9 16h7",
  support: "M12 4v11M8 11l4 4 4-4M5 20h14",
} as const;

export type IconName = keyof typeof drawings;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth={1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
      focusable="false"
    >
      <path d={drawings[name]} />
    </svg>
  );
}
