/* Plans: versions of the grids of a network. Rows are for GIS programs and SQL; a version is loaded from its
 * canonical bytes, whose hash is checked each time. check() compares the two. */
#include <string.h>

#include "base/time.h"
#include "blob.h"
#include "db.h"
#include "plan_bytes.h"

enum { WG_PLAN_MOST = 1000000000 };

static wg_status on_networks(wg_store *s, wg_arena *a, const char *const **codes, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  int64_t n = 0, i = 0;
  wg_status status = db_int(db, "SELECT count(DISTINCT network) FROM plan", &n, err);
  if (status) return status;
  const char **list = wg_arena_alloc(a, (size_t)(n + 1) * sizeof *list);
  if (!list) return db_no_memory(err);
  status = db_stmt(db, "SELECT DISTINCT network FROM plan ORDER BY network", &st, err);
  while (!status) {
    bool row;
    status = db_step(db, st, &row, err);
    if (status || !row) break;
    if (i < n) list[i++] = col_str(st, 0, a);
  }
  *codes = list;
  return status;
}

static wg_status check_plan(const wg_plan *plan, wg_err *err) {
  const wg_shapes *s = &plan->shapes;
  if (s->n != plan->n)
    return wg_fail(err, WG_INTERNAL, NULL,
                   WG_T("a plan of %u grids has %u shapes", "方案有 %u 个网格，却有 %u 个图形"), plan->n,
                   s->n);
  for (uint32_t f = 0; f < plan->n; f++) {
    const char *code = plan->grid[f].code;
    if (f && strcmp(plan->grid[f - 1].code, code) >= 0)
      return wg_fail(err, WG_UNPROCESSABLE, "code",
                     WG_T("grid code %s is out of order or given twice", "网格代码 %s 次序有误或重复"), code);
    if (s->part[f] == s->part[f + 1])
      return wg_fail(err, WG_UNPROCESSABLE, "geometry", WG_T("grid %s has no polygon", "网格 %s 没有多边形"),
                     code);
    for (uint32_t p = s->part[f]; p < s->part[f + 1]; p++) {
      bool thin = s->ring[p] == s->ring[p + 1];
      for (uint32_t r = s->ring[p]; r < s->ring[p + 1]; r++) thin |= s->vert[r + 1] - s->vert[r] < 3;
      if (thin)
        return wg_fail(err, WG_UNPROCESSABLE, "geometry",
                       WG_T("grid %s has a ring of fewer than 3 points", "网格 %s 有不足 3 点的环"), code);
    }
  }
  return WG_OK;
}

static wg_status insert_grids(struct db *db, const wg_plan *plan, wg_err *err) {
  sqlite3_stmt *st;
  wg_buf buf;
  wg_buf_init(&buf, WG_PLAN_MOST);
  wg_status status = db_stmt(
      db, "INSERT INTO grid (plan, code, area, kind, names, area_m2, geometry) VALUES (?, ?, ?, ?, ?, ?, ?)",
      &st, err);
  for (uint32_t i = 0; !status && i < plan->n; i++) {
    const wg_grid *g = &plan->grid[i];
    wg_buf_reset(&buf);
    blob_polygon(&plan->shapes, i, &buf);
    if (wg_buf_status(&buf)) status = db_no_memory(err);
    if (status) break;
    bind_int(st, 1, plan->id);
    bind_text(st, 2, g->code);
    bind_text(st, 3, g->area);
    bind_text(st, 4, g->kind);
    bind_text(st, 5, g->names);
    bind_real(st, 6, g->area_m2);
    bind_blob(st, 7, buf.data, buf.len);
    status = db_run(db, st, err);
  }
  wg_buf_deinit(&buf);
  return status;
}

static wg_status insert_plan(struct db *db, wg_plan *plan, const unsigned char content[WG_HASH_LEN],
                             wg_err *err) {
  sqlite3_stmt *st;
  wg_status status = db_stmt(db,
                             "INSERT INTO plan (network, version, valid_from, source, grids, content) "
                             "VALUES (?, ?, ?, ?, ?, ?)",
                             &st, err);
  if (status) return status;
  bind_text(st, 1, plan->network);
  bind_int(st, 2, plan->version);
  bind_int(st, 3, plan->valid_from);
  bind_text(st, 4, plan->source);
  bind_int(st, 5, plan->n);
  bind_blob(st, 6, content, WG_HASH_LEN);
  status = db_run(db, st, err);
  plan->id = sqlite3_last_insert_rowid(db->h);
  return status;
}

static wg_status on_plan_version(wg_store *s, const char *network, int64_t *out, wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  bool row = false;
  wg_status status = db_stmt(db, "SELECT max(version) FROM plan WHERE network = ?", &st, err);
  if (status) return status;
  bind_text(st, 1, network);
  status = db_step(db, st, &row, err);
  *out = row ? col_int(st, 0) : 0;
  sqlite3_reset(st);
  return status;
}

static wg_status on_plan_put(wg_store *s, wg_plan *plan, unsigned char content[WG_HASH_LEN], wg_err *err) {
  struct db *db = db_of(s);
  wg_buf bytes;
  wg_buf_init(&bytes, WG_PLAN_MOST);
  wg_status status = db_need_txn(db, err);
  if (!status) status = check_plan(plan, err);
  if (!status) {
    plan_encode(plan, &bytes);
    status = wg_buf_status(&bytes);
    if (status) status = status == WG_TOO_LARGE ? db_fail(db, SQLITE_TOOBIG, err) : db_no_memory(err);
  }
  if (!status) status = s->content_put(s, bytes.data, bytes.len, content, err);
  wg_buf_deinit(&bytes);
  int64_t newest = 0;
  if (!status) status = on_plan_version(s, plan->network, &newest, err);
  plan->version = newest + 1;
  if (!status) status = insert_plan(db, plan, content, err);
  if (!status) status = insert_grids(db, plan, err);
  return status;
}

/* Of a network without a plan then: unknown, or only younger than that time. */
static wg_status no_plan(struct db *db, const char *network, wg_err *err) {
  sqlite3_stmt *st;
  bool row = false;
  wg_status status = db_stmt(db,
                             "SELECT sum(network = ?), group_concat(network, ', ') FROM "
                             "(SELECT DISTINCT network FROM plan ORDER BY network)",
                             &st, err);
  if (status) return status;
  bind_text(st, 1, network);
  status = db_step(db, st, &row, err);
  if (status) return status;
  const char *all = row ? (const char *)sqlite3_column_text(st, 1) : NULL;
  if (!all)
    status = wg_fail(
        err, WG_NOT_FOUND, "network",
        WG_T("there is no network %s: no grids have been imported yet", "没有网格体系 %s：尚未导入任何网格"),
        network);
  else if (!col_int(st, 0))
    status = wg_fail(err, WG_NOT_FOUND, "network",
                     WG_T("the network %s is unknown; there are: %s", "没有网格体系 %s；现有体系：%s"),
                     network, all);
  else
    status =
        wg_fail(err, WG_NOT_FOUND, "network",
                WG_T("the network %s has no plan at that time", "网格体系 %s 在该时间没有方案"), network);
  sqlite3_reset(st);
  return status;
}

static wg_status on_plan_load(wg_store *s, wg_arena *a, const char *network, int64_t at, wg_plan *out,
                              wg_err *err) {
  struct db *db = db_of(s);
  sqlite3_stmt *st;
  bool row = false;
  memset(out, 0, sizeof *out);
  wg_status status =
      db_stmt(db,
              "SELECT id, version, valid_from, source, content FROM plan WHERE network = ? AND "
              "valid_from <= ? ORDER BY valid_from DESC, version DESC LIMIT 1",
              &st, err);
  if (status) return status;
  bind_text(st, 1, network);
  bind_int(st, 2, at ? at : wg_now_ms());
  status = db_step(db, st, &row, err);
  if (status) return status;
  if (!row) return no_plan(db, network, err);
  unsigned char hash[WG_HASH_LEN];
  sqlite3_snprintf(sizeof out->network, out->network, "%s", network);
  out->id = col_int(st, 0);
  out->version = col_int(st, 1);
  out->valid_from = col_int(st, 2);
  out->source = col_str(st, 3, a);
  bool whole = col_bytes(st, 4, hash, WG_HASH_LEN);
  sqlite3_reset(st);
  if (!out->source) return db_no_memory(err);
  if (!whole) return db_corrupt(err, "plan");
  /* The unpacked bytes are not kept beside what is decoded from them. */
  wg_arena mine;
  wg_arena_init(&mine);
  const void *bytes = NULL;
  size_t n = 0;
  status = s->content_get(s, &mine, hash, &bytes, &n, err);
  if (!status) {
    status = plan_decode(bytes, n, a, out);
    if (status) status = status == WG_NO_MEMORY ? db_no_memory(err) : db_corrupt(err, "plan");
  }
  wg_arena_clear(&mine);
  return status;
}

void db_fill_plan(wg_store *s) {
  s->networks = on_networks;
  s->plan_put = on_plan_put;
  s->plan_load = on_plan_load;
  s->plan_version = on_plan_version;
}
