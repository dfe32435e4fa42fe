/* The page's signs, drawn for it: 20 × 20, in the colour of the text around. All are decoration; the words beside
 * them, or the label of their button, say what they mean. */
import type { ComponentChildren } from 'preact';
import type { Group } from '../map/states';

const rem = (points: number): string => `${points / 16}rem`;

function Sign({ children, size = 20 }: { children: ComponentChildren; size?: number }) {
  return (
    <svg class="sign" width={rem(size)} height={rem(size)} viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6"
      stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const Logo = () => (
  <svg class="sign" width={rem(26)} height={rem(26)} viewBox="0 0 26 26" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linejoin="round" aria-hidden="true" focusable="false">
    <path d="M13.2 12 22.500 13.500v7L13 23z" fill="#4da3ff" stroke="none" />
    <path d="M3.500 5.500 12.500 3l10 2.500v15L13 23l-9.500-2.500z M12.500 3 13 23 M3.500 13l9.500-1 9.500 1.500" />
  </svg>
);
export const Close = () => <Sign><path d="m5 5 10 10M15 5 5 15" /></Sign>;
export const Plus = () => <Sign><path d="M10 4v12M4 10h12" /></Sign>;
export const Minus = () => <Sign><path d="M4 10h12" /></Sign>;
export const Home = () => <Sign><path d="M4 7V4h3M13 4h3v3M16 13v3h-3M7 16H4v-3M7.500 7.500h5v5h-5z" /></Sign>;
export const Layers = () => <Sign><path d="m10 3 7 3.500-7 3.500-7-3.500zM3 10l7 3.500 7-3.500M3 13.500 10 17l7-3.500" /></Sign>;
export const Target = () => <Sign><circle cx="10" cy="10" r="5" /><path d="M10 2v4M10 14v4M2 10h4M14 10h4" /></Sign>;
export const Person = () => <Sign><circle cx="10" cy="6.500" r="3" /><path d="M4 17c.6-3.600 2.800-5.300 6-5.300s5.400 1.700 6 5.300" /></Sign>;
export const Clock = () => <Sign><circle cx="10" cy="10" r="7" /><path d="M10 5.800V10l2.800 1.800" /></Sign>;
export const Alert = () => <Sign><path d="M10 3 18 16.500H2z" /><path d="M10 8v4" /><circle cx="10" cy="14.200" r=".6" fill="currentColor" /></Sign>;
export const Lock = () => <Sign><rect x="4.500" y="9" width="11" height="7.500" rx="1.500" /><path d="M7 9V6.500a3 3 0 0 1 6 0V9" /></Sign>;
export const Unmanned = () => <Sign><path d="M3 3h14v14H3z" /><path d="M3 10l7-7M3 17 17 3M10 17l7-7" /></Sign>;
export const Inbox = () => <Sign><path d="M3 11.500 5.200 4h9.600L17 11.500V16H3z M3 11.500h4l1 2h4l1-2h4" /></Sign>;
export const Today = () => <Sign><rect x="3.500" y="4.500" width="13" height="12" rx="1.500" /><path d="M3.500 8.500h13M7 3v3M13 3v3M8 12.500l1.500 1.500 3-3" /></Sign>;
export const Open = () => <Sign><path d="M4 4h12v12H4z" /><path d="M7 8h6M7 12h4" /></Sign>;
export const Pencil = () => <Sign><path d="M4 16l.8-3.400L13 4.400l2.600 2.600L7.400 15.200zM11.500 6l2.600 2.600" /></Sign>;
export const Leave = () => <Sign><path d="M8 4H4v12h4M12 6.500 16 10l-4 3.500M16 10H8" /></Sign>;
export const Broken = () => <Sign><path d="M3 7.500A10 10 0 0 1 17 7.500M6 11a5.800 5.800 0 0 1 8 0M3 3l14 14" /><circle cx="10" cy="15" r=".8" fill="currentColor" /></Sign>;
export const Bell = () => <Sign><path d="M10 3a5 5 0 0 0-5 5v3l-1.500 3h13L15 11V8a5 5 0 0 0-5-5zM8.200 16.500a1.900 1.900 0 0 0 3.600 0" /></Sign>;
export const Hook = () => <Sign><circle cx="5.500" cy="14" r="2.500" /><circle cx="14.500" cy="14" r="2.500" /><circle cx="10" cy="5.500" r="2.500" /><path d="M8.700 7.700 6.600 11.800M11.300 7.700l2.100 4.100M8 14h4" /></Sign>;
export const Letter = () => <Sign><path d="M3 5h14v10H3zM3 5.500l7 5 7-5" /></Sign>;
export const Find = () => <Sign><circle cx="9" cy="9" r="5" /><path d="m13 13 4 4" /></Sign>;
export const Filter = () => <Sign><path d="M3 4h14l-5.500 6.500V16l-3-1.500v-4z" /></Sign>;
export const Tour = () => <Sign><path d="M4 6.500a7 7 0 0 1 12 1M16 3.500v4h-4M16 13.500a7 7 0 0 1-12-1M4 16.500v-4h4" /><circle cx="10" cy="10" r="1.600" /></Sign>;
export const Sound = () => <Sign><path d="M3 8v4h3l4 3.500v-11L6 8zM13 7.500a3.500 3.500 0 0 1 0 5M15 5a7 7 0 0 1 0 10" /></Sign>;
export const Mute = () => <Sign><path d="M3 8v4h3l4 3.500v-11L6 8zM13 8l4 4M17 8l-4 4" /></Sign>;
export const Sun = () => <Sign><circle cx="10" cy="10" r="3.200" /><path d="M10 2.500v2M10 15.500v2M2.500 10h2M15.500 10h2M4.700 4.700l1.400 1.400M13.900 13.900l1.400 1.400M4.700 15.300l1.400-1.400M13.900 6.100l1.400-1.400" /></Sign>;
export const Moon = () => <Sign><path d="M16 11.800A6.500 6.500 0 0 1 8.200 4 6.500 6.500 0 1 0 16 11.800z" /></Sign>;
export const Screen = () => <Sign><rect x="2.500" y="4" width="15" height="9.500" rx="1" /><path d="M7 17h6M10 13.500V17" /></Sign>;
export const Book = () => <Sign><path d="M4 4.500h5a2 2 0 0 1 1 .6 2 2 0 0 1 1-.6h5v11h-5l-1 .8-1-.8H4zM10 5v11" /></Sign>;
export const Gear = () => <Sign><circle cx="10" cy="10" r="2.800" /><path d="M10 2.500v2.200M10 15.300v2.200M2.500 10h2.200M15.300 10h2.200M4.700 4.700l1.600 1.600M13.700 13.700l1.600 1.600M4.700 15.300l1.600-1.600M13.700 6.300l1.600-1.600" /></Sign>;
export const House = () => <Sign><path d="M4 17V6l6-3 6 3v11zM8 17v-4h4v4M7.500 8h.1M12.500 8h.1M7.500 11h.1M12.500 11h.1" /></Sign>;
export const People = () => <Sign><circle cx="7.500" cy="7" r="2.600" /><path d="M2.500 16c.5-3 2.300-4.500 5-4.500s4.500 1.500 5 4.500M12.500 4.600a2.600 2.600 0 0 1 0 4.800M14.500 12c1.700.6 2.700 2 3 4" /></Sign>;
export const Swap = () => <Sign><path d="M4 7h11l-3-3M16 13H5l3 3" /></Sign>;
export const Bolt = () => <Sign><path d="M11 2.500 4.500 11.500H9.500L8.500 17.500 15.500 8H10.500z" /></Sign>;
export const Eye = () => <Sign><path d="M2 10c2-3.700 4.700-5.500 8-5.500s6 1.800 8 5.500c-2 3.700-4.700 5.500-8 5.500S4 13.700 2 10z" /><circle cx="10" cy="10" r="2.300" /></Sign>;
export const Pause = () => <Sign><path d="M7 5v10M13 5v10" /></Sign>;
export const Back = () => <Sign><path d="M12 4.500 6.500 10 12 15.500" /></Sign>;
export const Keys = () => <Sign><rect x="2.500" y="5" width="15" height="10" rx="1.500" /><path d="M5.500 8.500h.1M8.500 8.500h.1M11.500 8.500h.1M14.500 8.500h.1M6.500 12h7" /></Sign>;
export const Phone = () => <Sign><path d="M6.500 3 8.500 7 6.800 8.600c.9 2 2.600 3.700 4.600 4.600L13 11.500l4 2c0 2-1.500 3.500-3.500 3.500C8 17 3 12 3 6.500 3 4.500 4.500 3 6.500 3z" /></Sign>;
export const Check = () => <Sign><path d="m4 10.500 4 4 8-9" /></Sign>;
export const Pin = () => <Sign><path d="M10 17.500C7 13.500 5 11 5 8a5 5 0 0 1 10 0c0 3-2 5.500-5 9.500z" /><circle cx="10" cy="8" r="1.700" /></Sign>;

const SHAPES: Record<Group, ComponentChildren> = {
  new: <><path class="shape" d="M10 .8 19.200 10 10 19.200.8 10z" /><path class="mark" d="M10 5.600v4.800" /><circle class="dot" cx="10" cy="13.700" r="1.150" /></>,
  centre: <><rect class="shape" x="2" y="2" width="16" height="16" rx="2" /><circle class="dot" cx="6" cy="10" r="1.250" /><circle class="dot" cx="10" cy="10" r="1.250" /><circle class="dot" cx="14" cy="10" r="1.250" /></>,
  field: <><path class="shape" d="M10 1.500 19 17.500H1z" /><circle class="dot" cx="10" cy="12.300" r="2.200" /></>,
  check: <><path class="shape" d="m19 10-4.500 7.800h-9L1 10l4.500-7.800h9z" /><path class="mark" d="m6.200 10.200 2.800 2.800 5-5.600" /></>,
  closed: <circle class="hollow" cx="10" cy="10" r="6" />,
};

/** The same five shapes as on the map (map/icons.ts). */
export function GroupSign({ group, size = 18 }: { group: Group; size?: number }) {
  return (
    <svg class={`group-sign group-${group}`} width={rem(size)} height={rem(size)} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      {SHAPES[group]}
    </svg>
  );
}
