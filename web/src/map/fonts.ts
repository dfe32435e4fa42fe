/* The page's Chinese font (ui/fonts.ts), given to the map too. */
import type { FontFacesSpecification, Map as MapLibre } from 'maplibre-gl';
import { chineseFont } from '../ui/fonts';
import { FONT, FONT_STRONG } from './text';

const FAMILY = 'Noto Sans SC';

export async function loadChinese(map: MapLibre): Promise<void> {
  if (!(await chineseFont)) return;
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
