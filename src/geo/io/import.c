#include "geo/io/import.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "geo/io/import_parts.h"
#include "geo/lattice.h"

const char *wg_refuse_name(wg_refuse why) {
  static const char *const names[WG_REFUSES] = {"no-code",        "bad-code",      "code-twice",
                                                "empty-geometry", "not-a-polygon", "not-finite",
                                                "outside",        "no-area",       "bad-value"};
  return names[why];
}

void wg_import_step(const wg_import_options *o, double share) {
  if (o->progress) o->progress(o->ctx, share);
}

void wg_import_deinit(wg_import *in) {
  wg_shapes_deinit(&in->shapes);
  wg_shapes_deinit(&in->refused_shapes);
  wg_flaws_deinit(&in->flaws);
  wg_arena_clear(&in->arena);
}

/* --- codes -------------------------------------------------------------------------------------------- */

static int by_code(const void *a, const void *b) {
  const wg_item *p = a, *q = b;
  if (!p->row.code != !q->row.code) return p->row.code ? -1 : 1;
  int c = p->row.code ? strcmp(p->row.code, q->row.code) : 0;
  return c ? c : (p->row.row > q->row.row) - (p->row.row < q->row.row);
}

/* "#": the row's place in the file, in equal width, behind the prefix. */
static wg_status number_rows(const wg_import_options *o, wg_import *in, wg_items *items) {
  const wg_pick *p = &in->pick[WG_COL_CODE];
  if (!p->text || p->n) return WG_OK;
  int width = 3;
  for (uint64_t n = 1000; n <= items->n; n *= 10) width++;
  for (uint32_t i = 0; i < items->n; i++) {
    wg_item *it = &items->item[i];
    it->raw_code = wg_arena_printf(&in->arena, "%s%0*llu", o->code_prefix ? o->code_prefix : "", width,
                                   (unsigned long long)i + 1);
    if (!it->raw_code) return WG_NO_MEMORY;
    it->row.code = it->raw_code;
    if (!it->refused && !wg_text_code(it->raw_code))
      wg_item_refuse(in, it, WG_REFUSE_BAD_CODE,
                     WG_T("would get \"%.60s\", which is no code", "将得到“%.60s”，不是有效编码"),
                     it->raw_code);
  }
  return WG_OK;
}

/* Sorted by code; rows of one code are refused, all of them: nobody knows which is right. */
static void find_twice(const wg_import_options *o, wg_import *in, wg_items *items) {
  qsort(items->item, items->n, sizeof *items->item, by_code);
  for (uint32_t i = 0, k; i < items->n; i = k) {
    const char *code = items->item[i].row.code;
    uint32_t sound = 0;
    for (k = i; k < items->n && code && items->item[k].row.code && !strcmp(items->item[k].row.code, code);
         k++)
      sound += !items->item[k].refused;
    if (k == i) k = i + 1;
    if (k - i < 2 || (o->merge && sound)) continue;
    for (uint32_t j = i; j < k; j++)
      if (!items->item[j].refused)
        wg_item_refuse(in, &items->item[j], WG_REFUSE_TWICE,
                       WG_T("has code %s, as row %llu has", "编码 %s 与第 %llu 行重复"), code,
                       (unsigned long long)items->item[j == i ? i + 1 : i].row.row);
  }
}

/* --- gathering what is taken and what is not ------------------------------------------------------------ */

/* Copies the shapes of the items that are (not) refused, in the items' order; feature numbers follow. Merging
 * joins rows of one code into the first of them. */
static wg_status split(const wg_import_options *o, wg_import *in, wg_items *items, const wg_raw_shapes *all,
                       bool refused, wg_gather *g) {
  wg_item *head = NULL;
  for (uint32_t i = 0; i < items->n; i++) {
    wg_item *it = &items->item[i];
    if (it->refused != refused) continue;
    bool joins = o->merge && !refused && head && head->row.code && !strcmp(head->row.code, it->row.code);
    if (joins)
      in->merged++;
    else
      head = it;
    wg_status st = joins ? WG_OK : wg_gather_feature(g);
    if (!st && it->feature != UINT32_MAX) st = wg_gather_copy(g, all, it->feature);
    if (st) return st;
    it->feature = g->s.n - 1;
    if (joins) it->row.code = NULL; /* no row of its own any more */
  }
  return WG_OK;
}

/* Rounds feature f to the lattice. False: a vertex lies outside the world; *x, *y as far as is known. */
static wg_status round_feature(const wg_raw_shapes *s, uint32_t f, wg_shapes *out, bool *inside,
                               uint32_t *bad) {
  *inside = true;
  wg_status st = wg_shapes_feature(out);
  for (uint32_t p = s->part[f]; !st && p < s->part[f + 1]; p++) {
    st = wg_shapes_part(out);
    for (uint32_t r = s->ring[p]; !st && r < s->ring[p + 1]; r++) {
      st = wg_shapes_ring(out);
      for (uint32_t v = s->vert[r]; !st && v < s->vert[r + 1]; v++) {
        wg_pt at;
        if (!wg_lattice_from(s->xy[2 * (size_t)v], s->xy[2 * (size_t)v + 1], &at)) {
          *inside = false;
          *bad = v;
          return WG_OK;
        }
        st = wg_shapes_vertex(out, at);
      }
    }
  }
  return st;
}

static void refuse_outside(wg_import *in, wg_item *it, const double *was) {
  double x = was[0], y = was[1];
  bool turned = fabs(y) > 90 && fabs(y) <= 180 && fabs(x) <= 90;
  if (turned)
    wg_item_refuse(in, it, WG_REFUSE_OUTSIDE,
                   WG_T("lies outside the world at (%.7g, %.7g): longitude and latitude look swapped",
                        "坐标 (%.7g, %.7g) 超出范围：经纬度似乎颠倒了"),
                   x, y);
  else
    wg_item_refuse(in, it, WG_REFUSE_OUTSIDE,
                   WG_T("lies outside the world at (%.7g, %.7g) read as %.60s; is --crs right?",
                        "坐标 (%.7g, %.7g) 按 %.60s 解释超出范围；请检查 --crs"),
                   x, y, in->crs);
}

/* One taken row: rounded, mended, appended to in->shapes; or refused after all. */
static wg_status finish_row(wg_import *in, wg_item *it, const wg_raw_shapes *s, wg_shapes *one, wg_err *err) {
  bool inside;
  uint32_t bad = 0;
  one->n = one->n_parts = one->n_rings = one->n_pts = 0;
  wg_status st = round_feature(s, it->feature, one, &inside, &bad);
  if (st) return st;
  if (!inside) {
    refuse_outside(in, it, s->xy + 2 * (size_t)bad);
    return WG_OK;
  }
  if (one->n_parts == 0) return wg_shapes_feature(&in->shapes);
  wg_err why = {0};
  st = wg_coverage_mend(one, 0, &in->shapes, &it->row.mended, &why);
  if (st == WG_UNPROCESSABLE) {
    wg_item_refuse(in, it, WG_REFUSE_NO_AREA, WG_T("is no polygon with an area", "不是有面积的面"));
    if (why.en[0]) it->why.en = wg_arena_printf(&in->arena, "is no polygon with an area: %s", why.en);
    if (why.zh[0]) it->why.zh = wg_arena_printf(&in->arena, "不是有面积的面：%s", why.zh);
    if (!it->why.en || !it->why.zh) return WG_NO_MEMORY;
    return WG_OK;
  }
  if (st && err) *err = why;
  if (!st) wg_shapes_turn(&in->shapes, in->shapes.n - 1);
  return st;
}

static wg_status finish(const wg_import_options *o, wg_import *in, wg_items *items, const wg_raw_shapes *s,
                        wg_err *err) {
  wg_shapes one;
  wg_shapes_init(&one);
  wg_status st = WG_OK;
  in->row = wg_arena_alloc(&in->arena, ((size_t)items->n + 1) * sizeof *in->row);
  if (!in->row) st = WG_NO_MEMORY;
  for (uint32_t i = 0; !st && i < items->n; i++) {
    wg_item *it = &items->item[i];
    if (it->refused || !it->row.code) continue;
    uint32_t before = in->shapes.n;
    st = finish_row(in, it, s, &one, err);
    if (st || it->refused) {
      in->shapes.n = before; /* nothing was appended for a refused row */
      continue;
    }
    it->row.area_m2 = wg_geodesic_area(&in->shapes, in->n);
    in->total_m2 += it->row.area_m2;
    in->mended += (it->row.mended & ~(unsigned)WG_MEND_ORDER) != 0; /* many formats run rings the other way */
    for (int b = 0; b < WG_MEND_KINDS; b++) in->mended_by[b] += it->row.mended >> b & 1;
    in->row[in->n++] = it->row;
    if (i % 1024 == 0) wg_import_step(o, 0.65 + 0.2 * i / items->n);
  }
  wg_shapes_deinit(&one);
  return st;
}

/* --- refused rows ----------------------------------------------------------------------------------------
 */

static int by_row(const void *a, const void *b) {
  const wg_refusal *p = a, *q = b;
  return (p->row > q->row) - (p->row < q->row);
}

/* Lists them by row, with their shapes as far as they have any in this world. `bad` holds converted shapes of
 * the rows that were refused before converting. */
static wg_status list_refused(wg_import *in, wg_items *items, const wg_raw_shapes *bad) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < items->n; i++) n += items->item[i].refused;
  in->refused = wg_arena_alloc(&in->arena, ((size_t)n + 1) * sizeof *in->refused);
  if (!in->refused) return WG_NO_MEMORY;
  for (uint32_t i = 0; i < items->n; i++) {
    wg_item *it = &items->item[i];
    if (!it->refused) continue;
    wg_refusal *r = &in->refused[in->n_refused++];
    *r = it->why;
    bool early = it->why.why != WG_REFUSE_OUTSIDE && it->why.why != WG_REFUSE_NO_AREA;
    if (!early || it->feature >= bad->n || bad->part[it->feature] == bad->part[it->feature + 1]) continue;
    bool inside;
    uint32_t vertex;
    wg_shapes mark = in->refused_shapes;
    wg_status st = round_feature(bad, it->feature, &in->refused_shapes, &inside, &vertex);
    if (st) return st;
    if (inside)
      r->shape = in->refused_shapes.n - 1;
    else {
      in->refused_shapes.n = mark.n;
      in->refused_shapes.n_parts = mark.n_parts;
      in->refused_shapes.n_rings = mark.n_rings;
      in->refused_shapes.n_pts = mark.n_pts;
    }
  }
  qsort(in->refused, in->n_refused, sizeof *in->refused, by_row);
  return WG_OK;
}

/* --- the whole ------------------------------------------------------------------------------------------ */

static wg_status keep_about(wg_import *in, const wg_table *t) {
  const wg_table_about *a = wg_table_tells(t);
  in->about = *a;
  const char **texts[] = {&in->about.file, &in->about.format, &in->about.layer, &in->about.encoding,
                          &in->about.crs};
  for (int i = 0; i < 5; i++) {
    if (!*texts[i]) continue;
    *texts[i] = wg_arena_strdup(&in->arena, *texts[i]);
    if (!*texts[i]) return WG_NO_MEMORY;
  }
  for (int c = 0; c < WG_COLS; c++) {
    if (!in->pick[c].text) continue;
    in->pick[c].text = wg_arena_strdup(&in->arena, in->pick[c].text);
    if (!in->pick[c].text) return WG_NO_MEMORY;
  }
  return WG_OK;
}

static wg_status read_all(const wg_import_options *o, wg_import *in, wg_items *items, wg_gather *all,
                          wg_err *err) {
  wg_table *t = NULL;
  wg_table_options to = {
      .path = o->path, .layer = o->layer, .encoding = o->encoding, .polygons = !o->polygons_optional};
  wg_status st = wg_table_open(&to, &t, err);
  wg_import_step(o, 0.02);
  if (!st) st = wg_columns_find(t, &o->columns, in->pick, err);
  if (!st) st = keep_about(in, t);
  wg_import_step(o, 0.05);
  if (!st) st = wg_import_rows(o, t, in, items, all, err);
  if (!st && !in->read)
    st = wg_fail_code(err, WG_INVALID, "file-empty", "file",
                      WG_T("%.120s has no rows", "%.120s 中没有数据行"), in->about.file);
  wg_table_close(t);
  return st;
}

static wg_status place(const wg_import_options *o, wg_import *in, wg_items *items, wg_gather *all,
                       wg_err *err) {
  wg_gather good = {0}, bad = {0};
  wg_crs *crs = NULL;
  uint64_t ignored;
  wg_status st = split(o, in, items, &all->s, false, &good);
  if (!st) st = split(o, in, items, &all->s, true, &bad);
  if (!st) st = wg_import_crs(o, in, good.s.n_pts ? &good.s : &all->s, &crs, err);
  wg_gather_deinit(all);
  if (!st && good.s.n_pts) st = wg_coverage_node(&good.s, 0, &in->t_junctions);
  wg_import_step(o, 0.55);
  if (!st) st = wg_import_convert(crs, &good.s, &in->bent);
  if (!st) st = wg_import_convert(crs, &bad.s, &ignored);
  wg_import_step(o, 0.65);
  if (!st) st = finish(o, in, items, &good.s, err);
  if (!st) st = list_refused(in, items, &bad.s);
  wg_crs_free(crs);
  wg_gather_deinit(&good);
  wg_gather_deinit(&bad);
  return st;
}

wg_status wg_import_read(const wg_import_options *o, wg_import *in, wg_err *err) {
  *in = (wg_import){0};
  wg_arena_init(&in->arena);
  wg_shapes_init(&in->shapes);
  wg_shapes_init(&in->refused_shapes);
  wg_items items = {0};
  wg_gather all = {0};
  wg_status st = read_all(o, in, &items, &all, err);
  if (!st) st = number_rows(o, in, &items);
  if (!st) {
    find_twice(o, in, &items);
    st = place(o, in, &items, &all, err);
  }
  wg_import_step(o, 0.85);
  if (!st && o->check) st = wg_coverage_check(&in->shapes, 10000, &in->flaws);
  wg_import_step(o, 1);
  free(items.item);
  wg_gather_deinit(&all);
  if (st) wg_import_deinit(in);
  return st;
}
