import type { ReactNode } from 'react';

/** The few signs that the dashboard uses, drawn on one 16-unit grid. Decoration: what they mean stands beside them. */
function icon(shape: ReactNode) {
  return function Icon({ size = 16 }: { size?: number }) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
      >
        {shape}
      </svg>
    );
  };
}

export const CheckIcon = icon(<path d="m3 8.5 3.2 3.2L13 4.8" />);
export const CrossIcon = icon(<path d="m4 4 8 8m0-8-8 8" />);
export const DownIcon = icon(<path d="M8 3v9.5m0 0L4 8.7m4 3.8 4-3.8" />);
export const ChevronIcon = icon(<path d="m4.5 6.3 3.5 3.5 3.5-3.5" />);
export const BackIcon = icon(<path d="M13 8H3.5m0 0L7.3 4M3.5 8l3.8 4" />);
export const DotsIcon = icon(
  <g fill="currentColor" stroke="none">
    <circle cx="3" cy="8" r="1.3" />
    <circle cx="8" cy="8" r="1.3" />
    <circle cx="13" cy="8" r="1.3" />
  </g>,
);
export const SunIcon = icon(
  <>
    <circle cx="8" cy="8" r="2.8" />
    <path d="M8 1.3v1.4M8 13.3v1.4M1.3 8h1.4M13.3 8h1.4M3.3 3.3l1 1M11.7 11.7l1 1M12.7 3.3l-1 1M4.3 11.7l-1 1" />
  </>,
);
export const MoonIcon = icon(<path d="M13.3 9.7A5.8 5.8 0 0 1 6.3 2.7a5.8 5.8 0 1 0 7 7Z" />);
export const StarIcon = icon(
  <path
    d="m8 1.9 1.9 3.9 4.2.6-3.1 3 .8 4.2L8 11.6l-3.8 2 .8-4.2-3.1-3 4.2-.6L8 1.9Z"
    fill="currentColor"
  />,
);
export const ToolIcon = icon(<path d="m3.5 5 3 3-3 3m5 0h4" />);
export const FileIcon = icon(<path d="M9 1.8H4v12.4h8V4.8l-3-3Zm0 0v3h3" />);
export const LeaveIcon = icon(<path d="M6.5 2.5h-3v11h3M6.5 8h7m0 0-3-3m3 3-3 3" />);
export const StopIcon = icon(<rect x="4" y="4" width="8" height="8" rx="1.5" />);
export const WarnIcon = icon(<path d="M8 2.3 1.9 13h12.2L8 2.3Zm0 4v3m0 1.9v.1" />);
