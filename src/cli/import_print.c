/* An import's findings, in words. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/import_common.h"

enum { LISTED = 20, FLAWS_LISTED = 10 };

static bool zh(void) { return wg_cli_lang()[0] == 'z'; }

void wg_print_table(const wg_table_about *a) {
  wg_cli_say("file: %s (%s, layer %s)", "文件：%s（%s，图层 %s）", a->file, a->format, a->layer);
  if (a->rebuilt_shx)
    wg_cli_say("  its .shx index is missing; the rows were found without it",
               "  缺少 .shx 索引，已在不依赖索引的情况下读取");
  if (a->encoding)
    wg_cli_say("text: %s (%s)", "文本编码：%s（%s）", a->encoding, zh() ? a->encoding_zh : a->encoding_en);
}

void wg_print_pick(const char *en, const char *in_zh, const wg_pick *p) {
  if (p->text && p->n)
    wg_cli_say("%s: field %s (%s)", "%s：字段 %s（%s）", zh() ? in_zh : en, p->text, zh() ? p->zh : p->en);
  else if (p->text)
    wg_cli_say("%s: the row's number", "%s：行号", zh() ? in_zh : en);
}

static const char *code_of(const wg_import *in, uint32_t f) {
  return in && f < in->n ? in->row[f].code : "?";
}

void wg_print_flaws(const wg_flaws *flaws, const wg_import *in) {
  wg_cli_say("gaps: %" PRIu64 ", %.2f m² together", "缝隙：%" PRIu64 " 处，共 %.2f 平方米", flaws->gaps,
             flaws->gap_area);
  wg_cli_say("overlaps: %" PRIu64 ", %.2f m² together", "重叠：%" PRIu64 " 处，共 %.2f 平方米",
             flaws->overlaps, flaws->overlap_area);
  for (uint32_t i = 0; i < flaws->n && i < FLAWS_LISTED; i++) {
    const wg_flaw *f = &flaws->flaw[i];
    bool gap = f->kind == WG_FLAW_GAP;
    wg_cli_say("  %s of %.2f m² at %.7f, %.7f (%s, %s)", "  %s %.2f 平方米，位于 %.7f, %.7f（%s、%s）",
               zh() ? (gap ? "缝隙" : "重叠") : (gap ? "gap" : "overlap"), f->area, f->at.x / WG_LATTICE,
               f->at.y / WG_LATTICE, code_of(in, f->a), code_of(in, f->b));
  }
  uint64_t all = flaws->gaps + flaws->overlaps;
  if (all > FLAWS_LISTED)
    wg_cli_say("  the largest %d of %" PRIu64 "; --report F.geojson writes them out",
               "  以上为最大的 %d 处（共 %" PRIu64 " 处）；用 --report F.geojson 导出", FLAWS_LISTED, all);
}

static void print_mended(const wg_import *in) {
  static const char *const en[] = {"repeated points", "spikes", NULL, "rings without area",
                                   "self-intersections"};
  static const char *const in_zh[] = {"重复点", "尖刺", NULL, "无面积的环", "自相交"};
  for (int b = 0; b < WG_MEND_KINDS; b++)
    if (en[b] && in->mended_by[b])
      wg_cli_say("  mended %s in %" PRIu64 " rows", "  修复%s：%" PRIu64 " 行", zh() ? in_zh[b] : en[b],
                 in->mended_by[b]);
  if (in->mended_by[2])
    wg_cli_say("  rings turned counter-clockwise: %" PRIu64 " rows", "  环改为逆时针：%" PRIu64 " 行",
               in->mended_by[2]);
}

static void print_refused(const wg_import *in) {
  for (uint32_t i = 0; i < in->n_refused && i < LISTED; i++)
    wg_cli_say("  refused: row %" PRIu64 " %s", "  拒绝：第 %" PRIu64 " 行%s", in->refused[i].row,
               zh() ? in->refused[i].zh : in->refused[i].en);
  if (in->n_refused > LISTED)
    wg_cli_say("  and %u more; --report F.geojson lists them all",
               "  另有 %u 行；用 --report F.geojson 导出全部", in->n_refused - LISTED);
}

void wg_print_import(const wg_import *in, bool check) {
  wg_print_table(&in->about);
  wg_cli_say("reference system: %s (%s)", "坐标系：%s（%s）", in->crs, zh() ? in->crs_zh : in->crs_en);
  wg_print_pick("code", "编码", &in->pick[WG_COL_CODE]);
  if (in->pick[WG_COL_NAME].text)
    wg_print_pick("name", "名称", &in->pick[WG_COL_NAME]);
  else
    wg_cli_say("name: no field found, the code stands for it", "名称：未找到字段，以编码代替");
  wg_print_pick("English name", "英文名", &in->pick[WG_COL_NAME_EN]);
  wg_print_pick("area", "所属区域", &in->pick[WG_COL_AREA]);
  wg_print_pick("parent", "上级", &in->pick[WG_COL_PARENT]);
  wg_print_pick("level", "层级", &in->pick[WG_COL_LEVEL]);
  wg_cli_say("rows: %" PRIu64 " read, %u taken, %" PRIu64 " mended, %u refused",
             "行数：读取 %" PRIu64 "，采用 %u，修复 %" PRIu64 "，拒绝 %u", in->read, in->n, in->mended,
             in->n_refused);
  if (in->merged)
    wg_cli_say("  %" PRIu64 " rows joined to another of the same code", "  %" PRIu64 " 行按相同编码合并",
               in->merged);
  print_mended(in);
  print_refused(in);
  if (in->t_junctions)
    wg_cli_say("neighbours: %" PRIu64 " vertices put into the edges they lie on",
               "相邻边：补入 %" PRIu64 " 个落在对边上的顶点", in->t_junctions);
  if (in->bent)
    wg_cli_say("long edges: %" PRIu64 " vertices put in, as they bend when converted",
               "长边：因投影变换弯曲补入 %" PRIu64 " 个顶点", in->bent);
  if (check) wg_print_flaws(&in->flaws, in);
  wg_cli_say("area: %.3f km² (geodesic)", "总面积：%.3f 平方千米（椭球面）", in->total_m2 / 1e6);
}
