/* What the map's texts share. */
import type { ExpressionSpecification as Expression } from 'maplibre-gl';
import type { Lang } from '../i18n';

/* Local fonts by name: nothing is fetched. MapLibre reads the weight out of the first name alone. */
export const FONT = ['PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', 'sans-serif'];
export const FONT_STRONG = ['Bold', ...FONT];

export function nameOf(lang: Lang): Expression {
  return ['coalesce', ['get', lang === 'zh' ? 'name_zh' : 'name_en'], ['get', 'name'], ''];
}
