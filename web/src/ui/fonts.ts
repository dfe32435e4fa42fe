/* Chinese text on a machine without a Chinese font: only then a font is loaded, and of it only the parts that the
 * text on the screen needs (it is cut into about a hundred files by ranges of characters). */
import { FONT } from '../map/text';

/** True when a common character and one that no font has look alike: both are the empty box. */
function lacksChinese(): boolean {
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

/** Resolves to true when the font was needed and its rules are in the page. */
export const chineseFont: Promise<boolean> = lacksChinese()
  ? import('@fontsource/noto-sans-sc/400.css').then(() => true, () => false)
  : Promise.resolve(false);
