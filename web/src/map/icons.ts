/* The map's own signs, drawn on a canvas when the style asks for them by name:
 *   i:<group>:<overdue 0|1>     an incident: shape and colour by group, a clock at its corner when overdue
 *   c:<size>:<n>-<n>-…:<overdue 0|1>   a cluster: a ring of twelfths by group
 *   w:<0|1>                     a worker, positioned lately or not
 *   hatch               a grid that nobody answers for: strokes that meet at the tile's edges
 * A name ends in the palette's, so that day and night have their own. */
import type { Palette } from './palette';
import { GROUPS } from './states';
import type { Group } from './states';

const RATIO = 2;

export interface Drawn { data: ImageData; ratio: number }

export function draw(id: string, palette: Palette): Drawn | null {
  const [kind, a, b, c] = id.split('@')[0]!.split(':');
  if (kind === 'i' && GROUPS.includes(a as Group)) return canvas(30, (g) => incident(g, a as Group, b === '1', palette));
  if (kind === 'c') {
    const size = [36, 42, 50, 58][Number(a)] ?? 36;
    return canvas(size, (g) => cluster(g, size, (b ?? '').split('-').map(Number), c === '1', palette));
  }
  if (kind === 'w') return canvas(24, (g) => worker(g, a === '1', palette));
  if (kind === 'hatch') return canvas(12, (g) => hatch(g, palette));
  if (kind === 'pin') return canvas(44, (g) => pin(g, palette));
  return null;
}

function canvas(size: number, paint: (g: CanvasRenderingContext2D) => void): Drawn {
  const el = document.createElement('canvas');
  el.width = el.height = size * RATIO;
  const g = el.getContext('2d', { willReadFrequently: true })!;
  g.scale(RATIO, RATIO);
  g.lineJoin = 'round';
  g.lineCap = 'round';
  paint(g);
  return { data: g.getImageData(0, 0, el.width, el.height), ratio: RATIO };
}

function hatch(g: CanvasRenderingContext2D, p: Palette): void {
  g.strokeStyle = p.groups.new;
  g.lineWidth = 1.4;
  g.beginPath();
  for (const x of [-12, 0, 12]) { g.moveTo(x - 2, 14); g.lineTo(x + 14, -2); }
  g.stroke();
}

/** The outline of a group, around (0, 0). The page's own signs (ui/icons.tsx) have the same shapes. */
export function outline(g: CanvasRenderingContext2D, group: Group, r: number): void {
  g.beginPath();
  if (group === 'new') {
    g.moveTo(0, -r * 1.14); g.lineTo(r * 1.14, 0); g.lineTo(0, r * 1.14); g.lineTo(-r * 1.14, 0); g.closePath();
  } else if (group === 'centre') {
    g.roundRect(-r * 0.9, -r * 0.9, r * 1.8, r * 1.8, 2);
  } else if (group === 'field') {
    g.moveTo(0, -r * 1.1); g.lineTo(r * 1.12, r * 0.86); g.lineTo(-r * 1.12, r * 0.86); g.closePath();
  } else if (group === 'check') {
    for (let i = 0; i < 6; i++) g.lineTo(r * 1.04 * Math.cos((i * Math.PI) / 3), r * 1.04 * Math.sin((i * Math.PI) / 3));
    g.closePath();
  } else {
    g.arc(0, 0, r * 0.72, 0, 2 * Math.PI);
  }
}

function incident(g: CanvasRenderingContext2D, group: Group, overdue: boolean, p: Palette): void {
  g.translate(15, 15);
  g.shadowColor = 'rgba(0,0,0,.35)';
  g.shadowBlur = 3;
  g.shadowOffsetY = 1;
  outline(g, group, 9);
  g.fillStyle = p.rim;
  g.strokeStyle = p.rim;
  g.lineWidth = 4.5;
  g.stroke();
  g.shadowColor = 'transparent';
  outline(g, group, 9);
  g.fillStyle = group === 'closed' ? p.rim : p.groups[group];
  g.fill();
  g.lineWidth = group === 'closed' ? 2.5 : 1.2;
  g.strokeStyle = p.groups[group];
  g.stroke();
  mark(g, group, p);
  if (overdue) clockBadge(g, 8.5, -8, 5.6, p);
}

function mark(g: CanvasRenderingContext2D, group: Group, p: Palette): void {
  g.strokeStyle = p.onGroup;
  g.fillStyle = p.onGroup;
  g.lineWidth = 1.9;
  g.beginPath();
  if (group === 'new') {
    g.moveTo(0, -4.6); g.lineTo(0, 0.8); g.stroke();
    g.beginPath(); g.arc(0, 4, 1.15, 0, 7); g.fill();
  } else if (group === 'centre') {
    for (const x of [-4, 0, 4]) { g.beginPath(); g.arc(x, 0, 1.25, 0, 7); g.fill(); }
  } else if (group === 'field') {
    g.arc(0, 2.2, 2.3, 0, 7); g.fill();
  } else if (group === 'check') {
    g.moveTo(-3.8, 0.2); g.lineTo(-1, 3); g.lineTo(4, -2.8); g.stroke();
  }
}

function clockBadge(g: CanvasRenderingContext2D, x: number, y: number, r: number, p: Palette): void {
  g.beginPath(); g.arc(x, y, r, 0, 7);
  g.fillStyle = p.overdue; g.fill();
  g.lineWidth = 1.2; g.strokeStyle = p.rim; g.stroke();
  g.strokeStyle = p.onGroup; g.lineWidth = 1.3;
  g.beginPath(); g.moveTo(x, y - r * 0.55); g.lineTo(x, y + 0.2); g.lineTo(x + r * 0.45, y + r * 0.3); g.stroke();
}

function cluster(g: CanvasRenderingContext2D, size: number, twelfths: number[], overdue: boolean, p: Palette): void {
  const c = size / 2, r = c - 5;
  g.shadowColor = 'rgba(0,0,0,.3)'; g.shadowBlur = 4; g.shadowOffsetY = 1;
  g.beginPath(); g.arc(c, c, r + 2, 0, 7); g.fillStyle = p.cluster; g.fill();
  g.shadowColor = 'transparent';
  const all = twelfths.reduce((sum, n) => sum + n, 0) || 1;
  g.lineCap = 'butt'; g.lineWidth = 4;
  let from = -Math.PI / 2;
  const parts = twelfths.filter((n) => n > 0).length;
  GROUPS.forEach((group, i) => {
    const n = twelfths[i] ?? 0;
    if (n <= 0) return;
    const to = from + (2 * Math.PI * n) / all;
    const gap = parts > 1 ? 0.05 : 0;
    g.beginPath(); g.arc(c, c, r, from + gap, to - gap);
    g.strokeStyle = p.groups[group]; g.stroke();
    from = to;
  });
  if (overdue) clockBadge(g, size - 9, 9, 6.5, p);
}

function worker(g: CanvasRenderingContext2D, on: boolean, p: Palette): void {
  g.translate(12, 12);
  g.shadowColor = 'rgba(0,0,0,.35)'; g.shadowBlur = 2.5; g.shadowOffsetY = 0.8;
  g.beginPath(); g.arc(0, 0, 8.4, 0, 7); g.fillStyle = p.rim; g.fill();
  g.shadowColor = 'transparent';
  const colour = on ? p.worker : p.workerOld;
  g.beginPath(); g.arc(0, 0, 7, 0, 7);
  if (on) { g.fillStyle = colour; g.fill(); } else { g.setLineDash([3, 2.2]); g.strokeStyle = colour; g.lineWidth = 1.6; g.stroke(); g.setLineDash([]); }
  g.fillStyle = on ? p.rim : colour;
  g.beginPath(); g.arc(0, -2.1, 2.2, 0, 7); g.fill();
  g.beginPath(); g.arc(0, 4.6, 4, Math.PI * 1.08, Math.PI * 1.92); g.fill();
}

function pin(g: CanvasRenderingContext2D, p: Palette): void {
  g.translate(22, 22);
  g.beginPath();
  g.moveTo(0, 0); g.bezierCurveTo(-3, -6, -8, -9, -8, -13); g.arc(0, -13, 8, Math.PI, 0); g.bezierCurveTo(8, -9, 3, -6, 0, 0); g.closePath();
  g.fillStyle = p.chosen; g.strokeStyle = p.rim; g.lineWidth = 2; g.fill(); g.stroke();
  g.beginPath(); g.arc(0, -13, 3, 0, 7); g.fillStyle = p.rim; g.fill();
}
