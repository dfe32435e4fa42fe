/* Chinese text on a machine without a Chinese font: only then a font is loaded, and of it only the parts that the
 * text on the screen needs (it is cut into about a hundred files by ranges of characters). */
import type { FontFacesSpecification, Map as MapLibre } from 'maplibre-gl';
import { FONT, FONT_STRONG } from './text';

const FAMILY = 'Noto Sans SC';

/** True when a common character and one that no font has look alike: both are the empty box. */
export function lacksChinese(): boolean {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 24;
  const g = canvas.getContext('2d', { willReadFrequently: true });
  if (!g) return false;
  const look = (text: string): string => {
    g.clearRect(0, 0, 24, 24);
    g.font = `20px ${FONT.map((f) => (f.includes('-') ? f : `"${f}"`)).join(',')}`;
    g.fillText(text, 1, 20);
    return g.getImageData(0, 0, 24, 24).data.join();
  };
  const box = look('\u{10FFFE}');
  return look('网') === box || look('网') === look('格');
}

export async function loadChinese(map: MapLibre): Promise<void> {
  await import('@fontsource/noto-sans-sc/400.css');
  const files: { url: string; 'unicode-range': string[] }[] = [];
  for (const sheet of document.styleSheets) {
    let rules: CSSRuleList;
    try {
      rules = sheet.cssRules;
    } catch {
      continue; // a sheet of the browser's own
    }
    for (const rule of rules) {
      if (!(rule instanceof CSSFontFaceRule) || !rule.style.getPropertyValue('font-family').includes(FAMILY)) continue;
      const url = /url\(["']?([^"')]+)/.exec(rule.style.getPropertyValue('src'))?.[1];
      const ranges = rule.style.getPropertyValue('unicode-range').split(',').map((r) => r.trim());
      if (url) files.push({ url: new URL(url, sheet.href ?? location.href).href, 'unicode-range': ranges });
    }
  }
  if (files.length === 0) return;
  const faces: FontFacesSpecification = {};
  for (const name of new Set([...FONT, ...FONT_STRONG])) faces[name] = files;
  map.setFontFaces(faces);
}
