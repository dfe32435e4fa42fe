/* The root's look (theme, wall or desk, language), and how large things are drawn for it: one factor for the letters
 * and signs of the map, from the page's (ui/tokens.css). */
import { effect, signal } from '@preact/signals';
import { direction, languageTag } from '../i18n';
import { phase } from './session';
import { dark, theme, wall } from './ui';

export const size = signal(1);
/** On a wall the map is read from afar like the rest, and its own letters are small to begin with. */
const WALL = 1.2;

function measure(): void {
  const letters = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  size.value = Math.max(1, Math.round(letters * (wall.peek() ? WALL : 1) * 20) / 20);
}

export function dressRoot(): void {
  const root = document.documentElement;
  effect(() => {
    root.lang = languageTag();
    root.dir = direction();
    root.dataset['theme'] = theme.value === 'auto' && !wall.value ? '' : dark.value ? 'dark' : 'light';
    root.dataset['mode'] = wall.value && phase.value === 'in' ? 'wall' : 'desk';
    measure();
  });
  addEventListener('resize', measure);
}
