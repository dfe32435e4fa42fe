/* Incidents against the log (tally.h), and every index of them against the rows. An index is right when it
 * holds one entry for each that the rows give: both are read in order and added up as sums of mixed numbers,
 * so that a million rows take seconds. (Indexes are made from the rows; the sums are against accidents, not
 * forgers.) */
#include <string.h>

#include "blob.h"
#include "check.h"
#include "keys.h"

enum { SUM_CLIENT = KEY_NUMBER + 1, SUM_POINT, SUMS };

struct sum {
  int64_t n;
  uint64_t mixed;
};

struct incidents {
  struct sum want[SUMS], has[SUMS];
  int64_t keys_done, points_done; /* watermarks */
  sqlite3_stmt *blocks;           /* stands on a row of incident_block while `more` */
  bool more;
  int64_t bad_blocks;
};

static uint64_t mix(uint64_t h, uint64_t v) {
  h = (h ^ v) * 0xFF51AFD7ED558CCDu;
  return h ^ h >> 32;
}

static uint64_t mix_text(uint64_t h, const unsigned char *p, int n) {
  for (int i = 0; i < n; i++) h = mix(h, p[i]);
  return mix(h, (uint64_t)n + 0x100000000u);
}

static void add(struct sum *s, uint64_t code, int64_t id) {
  s->n++;
  s->mixed += mix(mix(0x9E3779B97F4A7C15u, code), (uint64_t)id);
}

/* A code as text or number, told apart. */
static uint64_t code_of(sqlite3_stmt *st, int i) {
  if (sqlite3_column_type(st, i) == SQLITE_INTEGER) return mix(1, (uint64_t)col_int(st, i));
  const unsigned char *text = sqlite3_column_text(st, i);
  return mix_text(2, text, text ? sqlite3_column_bytes(st, i) : 0);
}

/* --- rows ----------------------------------------------------------------------------------- */

enum {
  C_ID,
  C_VERSION,
  C_SEQ,
  C_REPORT,
  C_GEOMETRY,
  C_AREA,
  C_GRID,
  C_CATEGORY,
  C_RESPONSIBLE,
  C_REPORTER,
  C_CLIENT,
  C_RECEIVED,
  C_NUMBER
};

static void against_log(struct check *c, sqlite3_stmt *st) {
  struct tally_entry none = {0}, *e = tally_find(&c->incidents, col_int(st, C_ID));
  if (!e) e = &none;
  e->met = true;
  if (e->n == col_int(st, C_VERSION) && e->last == col_int(st, C_SEQ) && e->first == col_int(st, C_REPORT))
    return;
  check_found(c, 0,
              "incident %lld is at version %lld, seq %lld, reported in %lld; the log has %lld events of it, "
              "%lld to %lld",
              "事件 %lld 为第 %lld 版、序号 %lld、上报于 %lld；日志中有 %lld 条，%lld 至 %lld",
              (long long)col_int(st, C_ID), (long long)col_int(st, C_VERSION), (long long)col_int(st, C_SEQ),
              (long long)col_int(st, C_REPORT), (long long)e->n, (long long)e->first, (long long)e->last);
}

/* Its block must be there and span its time. Blocks and rows come in the same order. */
static wg_status against_block(struct check *c, struct incidents *x, sqlite3_stmt *st) {
  int64_t block = col_int(st, C_ID) >> WG_BLOCK_BITS, at = col_int(st, C_RECEIVED);
  wg_status status = WG_OK;
  while (!status && x->more && col_int(x->blocks, 0) < block)
    status = db_step(c->db, x->blocks, &x->more, c->err);
  if (!x->more || col_int(x->blocks, 0) != block || at < col_int(x->blocks, 1) || at > col_int(x->blocks, 2))
    x->bad_blocks++;
  return status;
}

static void want_keys(struct incidents *x, sqlite3_stmt *st) {
  int64_t id = col_int(st, C_ID);
  add(&x->want[KEY_AREA], code_of(st, C_AREA), id);
  if (sqlite3_column_bytes(st, C_GRID)) add(&x->want[KEY_GRID], code_of(st, C_GRID), id);
  add(&x->want[KEY_CATEGORY], code_of(st, C_CATEGORY), id);
  if (col_int(st, C_RESPONSIBLE)) add(&x->want[KEY_RESPONSIBLE], code_of(st, C_RESPONSIBLE), id);
  if (col_int(st, C_REPORTER)) add(&x->want[KEY_REPORTER], code_of(st, C_REPORTER), id);
  add(&x->want[KEY_NUMBER], code_of(st, C_NUMBER), id);
  const char *client = (const char *)sqlite3_column_text(st, C_CLIENT);
  if (client)
    add(&x->want[SUM_CLIENT],
        (uint64_t)client_key(col_int(st, C_REPORTER), client, (size_t)sqlite3_column_bytes(st, C_CLIENT)),
        id);
}

static wg_status one_incident(struct check *c, struct incidents *x, sqlite3_stmt *st) {
  wg_pt p;
  int64_t id = col_int(st, C_ID);
  against_log(c, st);
  if (!col_null(st, C_GEOMETRY)) {
    if (blob_point_read(sqlite3_column_blob(st, C_GEOMETRY), (size_t)sqlite3_column_bytes(st, C_GEOMETRY),
                        &p))
      check_found(c, 0, "incident %lld: its position is damaged", "事件 %lld：位置数据已损坏", (long long)id);
    if (id <= x->points_done) add(&x->want[SUM_POINT], 0, id);
  }
  if (id > x->keys_done) return WG_OK;
  want_keys(x, st);
  return against_block(c, x, st);
}

static wg_status walk_incidents(struct check *c, struct incidents *x) {
  sqlite3_stmt *st;
  bool row = true;
  wg_status status = db_int(c->db, "SELECT done FROM watermark WHERE name = 'keys'", &x->keys_done, c->err);
  if (!status)
    status = db_int(c->db, "SELECT done FROM watermark WHERE name = 'incident'", &x->points_done, c->err);
  if (!status)
    status = db_stmt(c->db, "SELECT block, low, high FROM incident_block ORDER BY block", &x->blocks, c->err);
  if (!status) status = db_step(c->db, x->blocks, &x->more, c->err);
  if (!status)
    status =
        db_stmt(c->db,
                "SELECT id, version, seq, report_seq, geometry, area, grid, category, responsible, reporter, "
                "client_id, received_at, number FROM incident ORDER BY id",
                &st, c->err);
  while (!status) {
    status = db_step(c->db, st, &row, c->err);
    if (status || !row) break;
    status = one_incident(c, x, st);
    if (status) sqlite3_reset(st);
  }
  if (x->more) sqlite3_reset(x->blocks);
  return status;
}

/* Incidents that the log knows and the table does not. */
static void lost_incidents(struct check *c) {
  for (uint64_t i = 0; i < c->incidents.cap; i++) {
    const struct tally_entry *e = &c->incidents.slot[i];
    if (!e->id || e->met) continue;
    check_found(c, 0, "event %lld is about incident %lld, which is not there",
                "日志 %lld 涉及的事件 %lld 不存在", (long long)e->first, (long long)e->id);
  }
}

/* --- indexes -------------------------------------------------------------------------------- */

static wg_status sum_up(struct check *c, const char *sql, struct sum *sums, int kinds) {
  sqlite3_stmt *st;
  wg_status status = db_stmt(c->db, sql, &st, c->err);
  while (!status) {
    bool row;
    status = db_step(c->db, st, &row, c->err);
    if (status || !row) break;
    int64_t kind = col_int(st, 0);
    uint64_t code = sqlite3_column_type(st, 1) == SQLITE_NULL ? 0
                    : kinds > 1                               ? code_of(st, 1)
                                                              : (uint64_t)col_int(st, 1);
    if (kind >= 0 && kind < kinds)
      add(&sums[kind], code, col_int(st, 2));
    else
      check_found(c, 0, "index incident_key holds a kind %lld", "索引 incident_key 含有未知类别 %lld",
                  (long long)kind);
  }
  return status;
}

static wg_status compare(struct check *c, struct incidents *x) {
  static const char *const name[SUMS] = {
      [KEY_AREA] = "incident_key (area)",         [KEY_GRID] = "incident_key (grid)",
      [KEY_CATEGORY] = "incident_key (category)", [KEY_RESPONSIBLE] = "incident_key (responsible)",
      [KEY_REPORTER] = "incident_key (reporter)", [KEY_NUMBER] = "incident_key (number)",
      [SUM_CLIENT] = "incident_client",           [SUM_POINT] = "idx_incident_geometry"};
  wg_status st = sum_up(c, "SELECT kind, code, id FROM incident_key", x->has, SUM_CLIENT);
  if (!st) st = sum_up(c, "SELECT 0, key, id FROM incident_client", &x->has[SUM_CLIENT], 1);
  if (!st) st = sum_up(c, "SELECT 0, NULL, pkid FROM idx_incident_geometry", &x->has[SUM_POINT], 1);
  for (int k = 1; !st && k < SUMS; k++)
    if (x->has[k].n != x->want[k].n || x->has[k].mixed != x->want[k].mixed)
      check_found(c, 0, "index %s does not agree with the rows (%lld entries, %lld belong)",
                  "索引 %s 与数据行不一致（现有 %lld 项，应有 %lld 项）", name[k], (long long)x->has[k].n,
                  (long long)x->want[k].n);
  if (!st && x->bad_blocks)
    check_found(c, 0, "index incident_block does not span %lld rows", "索引 incident_block 未覆盖 %lld 行",
                (long long)x->bad_blocks);
  return st;
}

wg_status check_incidents(struct check *c) {
  struct incidents x = {.blocks = NULL};
  wg_status status = walk_incidents(c, &x);
  if (status) return status;
  lost_incidents(c);
  check_part_end(c);
  return compare(c, &x);
}
