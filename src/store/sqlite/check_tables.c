/* Tables against what they must agree with: content against its hashes, grids against content, spatial
 * indexes against rows. */
#include <string.h>

#include "base/compress.h"
#include "blob.h"
#include "check.h"
#include "plan_bytes.h"

/* --- content -------------------------------------------------------------------------------- */

static bool plain_whole(const char *coding, const void *bytes, size_t n, int64_t size,
                        const unsigned char *hash) {
  unsigned char again[WG_HASH_LEN];
  if (strcmp(coding, "") == 0) {
    wg_hash(bytes, n, again);
    return n == (size_t)size && memcmp(again, hash, WG_HASH_LEN) == 0;
  }
  if (strcmp(coding, "gzip") != 0 || size < 0 || size > 1000000000) return false;
  wg_buf buf;
  wg_buf_init(&buf, (size_t)size + 4096);
  bool whole = wg_gunzip(bytes, n, (size_t)size + 1, &buf) == WG_OK && buf.len == (size_t)size;
  if (whole) wg_hash(buf.data, buf.len, again);
  wg_buf_deinit(&buf);
  return whole && memcmp(again, hash, WG_HASH_LEN) == 0;
}

static wg_status one_content(struct check *c, sqlite3_stmt *st) {
  unsigned char hash[WG_HASH_LEN], stored[WG_HASH_LEN], again[WG_HASH_LEN];
  const char *coding = (const char *)sqlite3_column_text(st, 3);
  const void *bytes = sqlite3_column_blob(st, 5);
  size_t n = (size_t)sqlite3_column_bytes(st, 5);
  bool whole = col_bytes(st, 1, hash, WG_HASH_LEN) && col_bytes(st, 4, stored, WG_HASH_LEN);
  wg_hash(bytes, n, again);
  whole = whole && memcmp(again, stored, WG_HASH_LEN) == 0;
  if (!whole || !plain_whole(coding ? coding : "", bytes, n, col_int(st, 2), hash))
    check_found(c, 0, "content %lld is not what its hash says", "内容 %lld 与其哈希不符",
                (long long)col_int(st, 0));
  return WG_OK;
}

wg_status check_contents(struct check *c) {
  return check_rows(c, "SELECT id, hash, size, coding, stored_hash, bytes FROM content ORDER BY id",
                    one_content);
}

/* --- plans ---------------------------------------------------------------------------------- */

static bool same_text(sqlite3_stmt *st, int i, const char *want) {
  const char *t = (const char *)sqlite3_column_text(st, i);
  return t && strcmp(t, want ? want : "") == 0 && strlen(t) == (size_t)sqlite3_column_bytes(st, i);
}

/* Bit for bit. */
static bool same_number(double a, double b) {
  uint64_t x, y;
  memcpy(&x, &a, sizeof x);
  memcpy(&y, &b, sizeof y);
  return x == y;
}

static bool same_grid(sqlite3_stmt *st, const wg_plan *plan, uint32_t i, wg_buf *blob) {
  const wg_grid *g = &plan->grid[i];
  wg_buf_reset(blob);
  blob_polygon(&plan->shapes, i, blob);
  return same_text(st, 0, g->code) && same_text(st, 1, g->area) && same_text(st, 2, g->kind) &&
         same_text(st, 3, g->names) && same_number(col_real(st, 4), g->area_m2) && !wg_buf_status(blob) &&
         (size_t)sqlite3_column_bytes(st, 5) == blob->len &&
         memcmp(sqlite3_column_blob(st, 5), blob->data, blob->len) == 0;
}

static wg_status grids_of(struct check *c, const wg_plan *plan) {
  sqlite3_stmt *st;
  wg_buf blob;
  uint32_t i = 0;
  bool row = true;
  wg_buf_init(&blob, 1000000000);
  wg_status status = db_stmt(
      c->db, "SELECT code, area, kind, names, area_m2, geometry FROM grid WHERE plan = ? ORDER BY code", &st,
      c->err);
  if (!status) bind_int(st, 1, plan->id);
  for (; !status; i++) {
    status = db_step(c->db, st, &row, c->err);
    if (status || !row) break;
    if (i < plan->n && same_grid(st, plan, i, &blob)) continue;
    check_found(c, 0, "plan %s version %lld: the row of grid %s is not what was published",
                "%s 方案第 %lld 版：网格 %s 的行与发布内容不符", plan->network, (long long)plan->version,
                (const char *)sqlite3_column_text(st, 0));
  }
  if (!status && i < plan->n)
    check_found(c, 0, "plan %s version %lld has %u grid rows of %u", "%s 方案第 %lld 版只有 %u / %u 个网格行",
                plan->network, (long long)plan->version, i, plan->n);
  wg_buf_deinit(&blob);
  return status;
}

/* The content's hash must stand in an event about this very version. */
static wg_status plan_named(struct check *c, const wg_plan *plan, const unsigned char hash[WG_HASH_LEN]) {
  sqlite3_stmt *st;
  bool row;
  char subject[96], hex[2 * WG_HASH_LEN + 1];
  sqlite3_snprintf(sizeof subject, subject, "plan/%s/%lld", plan->network, (long long)plan->version);
  wg_hex(hash, WG_HASH_LEN, hex);
  wg_status status =
      db_stmt(c->db, "SELECT 1 FROM event WHERE subject = ? AND instr(body, ?) > 0", &st, c->err);
  if (status) return status;
  bind_text(st, 1, subject);
  bind_text(st, 2, hex);
  status = db_step(c->db, st, &row, c->err);
  sqlite3_reset(st);
  if (!status && !row)
    check_found(c, 0, "plan %s version %lld: no event names its content",
                "%s 方案第 %lld 版：没有日志载明其内容", plan->network, (long long)plan->version);
  return status;
}

static wg_status one_plan(struct check *c, sqlite3_stmt *st) {
  wg_arena a;
  wg_plan plan = {.id = col_int(st, 0), .version = col_int(st, 2)};
  unsigned char hash[WG_HASH_LEN];
  const void *bytes;
  size_t n = 0;
  wg_arena_init(&a);
  col_code(st, 1, plan.network, sizeof plan.network);
  bool whole = col_bytes(st, 4, hash, WG_HASH_LEN);
  wg_status status =
      whole ? c->db->store.content_get(&c->db->store, &a, hash, &bytes, &n, c->err) : WG_CORRUPT;
  if (!status) status = plan_decode(bytes, n, &a, &plan);
  if (!status && plan.n != (uint64_t)col_int(st, 3)) status = WG_CORRUPT;
  if (!status) status = grids_of(c, &plan);
  if (!status) status = plan_named(c, &plan, hash);
  if (status == WG_CORRUPT || status == WG_NOT_FOUND) {
    check_found(c, 0, "plan %s version %lld: its content is missing or damaged",
                "%s 方案第 %lld 版：内容缺失或已损坏", plan.network, (long long)plan.version);
    status = WG_OK;
  }
  wg_arena_clear(&a);
  return status;
}

wg_status check_plans(struct check *c) {
  return check_rows(c, "SELECT id, network, version, grids, content FROM plan ORDER BY id", one_plan);
}

/* --- areas, spatial indexes ----------------------------------------------------------------- */

static wg_status bad_area(struct check *c, sqlite3_stmt *st) {
  wg_shapes s;
  wg_shapes_init(&s);
  wg_status status = blob_polygon_read(sqlite3_column_blob(st, 1), (size_t)sqlite3_column_bytes(st, 1), &s);
  wg_shapes_deinit(&s);
  if (status == WG_NO_MEMORY) return db_no_memory(c->err);
  if (status)
    check_found(c, 0, "area %s: its polygon is damaged", "区域 %s：多边形已损坏",
                (const char *)sqlite3_column_text(st, 0));
  return WG_OK;
}

static wg_status bad_count(struct check *c, sqlite3_stmt *st) {
  if (col_int(st, 1) != col_int(st, 2))
    check_found(c, 0, "index %s has %lld entries where %lld belong", "索引 %s 有 %lld 项，应为 %lld 项",
                (const char *)sqlite3_column_text(st, 0), (long long)col_int(st, 1),
                (long long)col_int(st, 2));
  return WG_OK;
}

static wg_status bad_rtree(struct check *c, sqlite3_stmt *st) {
  const char *text = (const char *)sqlite3_column_text(st, 0);
  if (text && strcmp(text, "ok") != 0) check_found(c, 0, "spatial index: %s", "空间索引：%s", text);
  return WG_OK;
}

wg_status check_land(struct check *c) {
  static const struct {
    const char *sql;
    wg_status (*each)(struct check *, sqlite3_stmt *);
  } parts[] = {
      {"SELECT code, geometry FROM area WHERE geometry IS NOT NULL", bad_area},
      {"SELECT 'idx_grid_geometry', (SELECT count(*) FROM idx_grid_geometry), (SELECT count(*) FROM grid "
       "WHERE "
       "id <= (SELECT done FROM watermark WHERE name = 'grid'))",
       bad_count},
      {"SELECT 'idx_area_geometry', (SELECT count(*) FROM idx_area_geometry), (SELECT count(*) FROM area "
       "WHERE "
       "geometry IS NOT NULL)",
       bad_count},
      {"SELECT 'place_text', (SELECT count(*) FROM place_text), (SELECT count(*) FROM place)", bad_count},
      {"SELECT rtreecheck('idx_incident_geometry')", bad_rtree},
      {"SELECT rtreecheck('idx_grid_geometry')", bad_rtree},
      {"SELECT rtreecheck('idx_area_geometry')", bad_rtree},
  };
  wg_status status = WG_OK;
  for (size_t i = 0; !status && i < sizeof parts / sizeof *parts; i++)
    status = check_rows(c, parts[i].sql, parts[i].each);
  return status;
}
