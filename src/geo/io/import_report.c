/* What an import found wrong, as GeoJSON to open in a GIS. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/jw.h"
#include "geo/io/import.h"

enum { PIECE = 1 << 16, FEATURE_MAX = 1 << 28 };

static void put_point(wg_jw *w, wg_pt p) {
  wg_jw_begin_array(w);
  wg_jw_degrees(w, p.x);
  wg_jw_degrees(w, p.y);
  wg_jw_end_array(w);
}

static void put_multipolygon(wg_jw *w, const wg_shapes *s, uint32_t f) {
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "type", "MultiPolygon");
  wg_jw_key(w, "coordinates");
  wg_jw_begin_array(w);
  for (uint32_t p = s->part[f]; p < s->part[f + 1]; p++) {
    wg_jw_begin_array(w);
    for (uint32_t r = s->ring[p]; r < s->ring[p + 1]; r++) {
      wg_jw_begin_array(w);
      for (uint32_t v = s->vert[r]; v < s->vert[r + 1]; v++) put_point(w, s->pts[v]);
      if (s->vert[r] < s->vert[r + 1]) put_point(w, s->pts[s->vert[r]]);
      wg_jw_end_array(w);
    }
    wg_jw_end_array(w);
  }
  wg_jw_end_array(w);
  wg_jw_end_object(w);
}

static void begin_feature(wg_jw *w, const wg_shapes *s, uint32_t f) {
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "type", "Feature");
  wg_jw_key(w, "geometry");
  if (f < s->n && s->part[f] < s->part[f + 1])
    put_multipolygon(w, s, f);
  else
    wg_jw_null(w);
  wg_jw_key(w, "properties");
  wg_jw_begin_object(w);
}

static void end_feature(wg_jw *w) {
  wg_jw_end_object(w);
  wg_jw_end_object(w);
}

static void put_flaw(wg_jw *w, const wg_import *in, const wg_flaw *f) {
  bool gap = f->kind == WG_FLAW_GAP;
  begin_feature(w, &in->flaws.shapes, f->shape);
  wg_jw_member_str(w, "kind", gap ? "gap" : "overlap");
  wg_jw_member_str(w, "reason", gap ? "no row covers this place" : "two rows cover this place");
  wg_jw_member_str(w, "reason_zh", gap ? "此处没有被任何图形覆盖（缝隙）" : "此处被两个图形同时覆盖（重叠）");
  wg_jw_member_num(w, "area_m2", f->area, 4);
  wg_jw_key(w, "lon");
  wg_jw_degrees(w, f->at.x);
  wg_jw_key(w, "lat");
  wg_jw_degrees(w, f->at.y);
  if (f->a < in->n) {
    wg_jw_member_str(w, "code", in->row[f->a].code);
    wg_jw_member_int(w, "row", (int64_t)in->row[f->a].row);
  }
  if (f->b < in->n) {
    wg_jw_member_str(w, "code_2", in->row[f->b].code);
    wg_jw_member_int(w, "row_2", (int64_t)in->row[f->b].row);
  }
  end_feature(w);
}

static void put_refusal(wg_jw *w, const wg_import *in, const wg_refusal *r) {
  begin_feature(w, &in->refused_shapes, r->shape);
  wg_jw_member_str(w, "kind", "refused");
  wg_jw_member_str(w, "refused", wg_refuse_name(r->why));
  wg_jw_member_int(w, "row", (int64_t)r->row);
  wg_jw_member_str(w, "code", r->code);
  wg_jw_member_str(w, "reason", r->en);
  wg_jw_member_str(w, "reason_zh", r->zh);
  end_feature(w);
}

static bool flush(wg_buf *b, FILE *to, size_t at) {
  bool ok = wg_buf_status(b) == WG_OK;
  if (ok && b->len >= at) {
    ok = fwrite(b->data, 1, b->len, to) == b->len;
    wg_buf_reset(b);
  }
  return ok;
}

static bool write_all(const wg_import *in, FILE *to) {
  wg_buf b;
  wg_jw w;
  wg_buf_init(&b, FEATURE_MAX);
  wg_jw_init(&w, &b);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "type", "FeatureCollection");
  wg_jw_key(&w, "features");
  wg_jw_begin_array(&w);
  bool ok = true;
  for (uint32_t i = 0; ok && i < in->flaws.n; i++) {
    put_flaw(&w, in, &in->flaws.flaw[i]);
    ok = flush(&b, to, PIECE);
  }
  for (uint32_t i = 0; ok && i < in->n_refused; i++) {
    put_refusal(&w, in, &in->refused[i]);
    ok = flush(&b, to, PIECE);
  }
  wg_jw_end_array(&w);
  wg_jw_end_object(&w);
  wg_buf_add_char(&b, '\n');
  ok = ok && flush(&b, to, 0);
  wg_buf_deinit(&b);
  return ok;
}

wg_status wg_import_write_report(const wg_import *in, const char *path, wg_err *err) {
  char temp[4096];
  if (snprintf(temp, sizeof temp, "%s.%ld.tmp", path, (long)getpid()) >= (int)sizeof temp)
    return wg_fail(err, WG_INVALID, "--report", WG_T("the path is too long", "路径过长"));
  struct stat there;
  if (!stat(path, &there) && !S_ISREG(there.st_mode))
    return wg_fail(err, WG_INVALID, "--report", WG_T("%.200s is not a plain file", "%.200s 不是普通文件"),
                   path);
  FILE *to = fopen(temp, "wb");
  bool ok = to && write_all(in, to);
  int why = errno;
  if (to && fclose(to) && ok) ok = false, why = errno;
  if (ok && rename(temp, path)) ok = false, why = errno;
  if (ok) return WG_OK;
  if (to) unlink(temp);
  return wg_fail(err, why == ENOSPC ? WG_NO_SPACE : WG_IO, "--report",
                 WG_T("the report %.200s cannot be written: %s", "无法写入报告 %.200s：%s"), path,
                 strerror(why));
}
