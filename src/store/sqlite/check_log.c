/* The chain: every event's hash over its stored bytes and the hash before it; every side row against the hash
 * that its event's body names; every hash named against what is stored. */
#include <string.h>

#include "check.h"
#include "names.h"

enum { WG_SIDE_MOST = 64 }; /* side rows of one event; a writer makes a few */

struct side {
  char field[64];
  bool erased, named;
  unsigned char hash[WG_HASH_LEN];
};

struct walk {
  struct check *c;
  sqlite3_stmt *sides;
  bool more; /* `sides` stands on a row */
  struct side side[WG_SIDE_MOST];
  int n;
  int64_t seq, at; /* of the event before */
  int64_t head;    /* the last seq, as event_head says */
  unsigned char hash[WG_HASH_LEN];
};

/* --- side rows ---------------------------------------------------------------------------------------------
 */

static const char *text(sqlite3_stmt *st, int i, bool *whole) {
  const char *t = (const char *)sqlite3_column_text(st, i);
  *whole &= t && strlen(t) == (size_t)sqlite3_column_bytes(st, i);
  return t ? t : "";
}

#define EVENT_COLUMNS "seq, at, actor, kind, subject, body, algorithm, prev_hash, hash"

/* A row of EVENT_COLUMNS; the texts live as long as the row. False when no writer can have left it so. */
static bool read_event(sqlite3_stmt *st, wg_event *e, const char **algorithm) {
  bool whole = true;
  *e = (wg_event){.seq = col_int(st, 0), .at = col_int(st, 1), .actor = col_int(st, 2)};
  e->kind = text(st, 3, &whole);
  e->subject = text(st, 4, &whole);
  e->body = text(st, 5, &whole);
  *algorithm = text(st, 6, &whole);
  whole &= col_bytes(st, 7, e->prev_hash, WG_HASH_LEN);
  return col_bytes(st, 8, e->hash, WG_HASH_LEN) && whole;
}

static bool hash_holds(const wg_event *e) {
  unsigned char hash[WG_HASH_LEN];
  wg_event_hash(e, hash);
  return memcmp(hash, e->hash, WG_HASH_LEN) == 0;
}

/* An erased text is in order only when the event that it points to says so. Where that event itself was
 * changed or is gone, the fault is there. */
static wg_status check_erasure(struct walk *w, int64_t seq, const char *field, int64_t by) {
  sqlite3_stmt *st;
  wg_event e;
  const char *algorithm;
  bool row;
  char subject[40], quoted[72];
  sqlite3_snprintf(sizeof subject, subject, "event/%lld", (long long)seq);
  sqlite3_snprintf(sizeof quoted, quoted, "\"%s\"", field);
  wg_status status = db_stmt(w->c->db, "SELECT " EVENT_COLUMNS " FROM event WHERE seq = ?", &st, w->c->err);
  if (!status) bind_int(st, 1, by);
  if (!status) status = db_step(w->c->db, st, &row, w->c->err);
  if (status) return status;
  bool intact = row && read_event(st, &e, &algorithm) && hash_holds(&e);
  bool says = intact && by > seq && strcmp(e.kind, "personal.erased") == 0 &&
              strcmp(e.subject, subject) == 0 && strstr(e.body, quoted);
  sqlite3_reset(st);
  w->c->out->erased += says;
  if (!says)
    check_found(w->c, intact || by <= seq || by > w->head ? seq : by,
                "event %lld: its text %s is gone, and no event says that it was erased",
                "日志 %lld：其个人信息 %s 已消失，且没有删除它的日志", (long long)seq, field);
  return WG_OK;
}

static wg_status read_side(struct walk *w) {
  sqlite3_stmt *st = w->sides;
  int64_t seq = col_int(st, 0);
  unsigned char salt[WG_SALT_LEN];
  struct side *s = &w->side[w->n < WG_SIDE_MOST ? w->n++ : WG_SIDE_MOST - 1];
  memset(s, 0, sizeof *s);
  col_code(st, 1, s->field, sizeof s->field);
  s->erased = col_null(st, 3);
  bool by = !col_null(st, 4), salted = !col_null(st, 2);
  if (s->erased && !salted && by) return check_erasure(w, seq, s->field, col_int(st, 4));
  if (s->erased || by || !col_bytes(st, 2, salt, sizeof salt)) {
    check_found(w->c, seq, "event %lld: the side row of %s is neither whole nor erased",
                "日志 %lld：%s 的附属行既不完整也未按规定删除", (long long)seq, s->field);
    s->named = true; /* said once */
    return WG_OK;
  }
  wg_hash_salted(salt, sqlite3_column_blob(st, 3), (size_t)sqlite3_column_bytes(st, 3), s->hash);
  return WG_OK;
}

/* Side rows of the event `seq` into w->side; those of events that are not there are told of. */
static wg_status sides_of(struct walk *w, int64_t seq) {
  w->n = 0;
  while (w->more && col_int(w->sides, 0) <= seq) {
    wg_status status = WG_OK;
    if (col_int(w->sides, 0) == seq)
      status = read_side(w);
    else
      check_found(w->c, col_int(w->sides, 0), "a text stands for event %lld, which is not there",
                  "存在属于日志 %lld 的个人信息，但该日志不存在", (long long)col_int(w->sides, 0));
    if (!status) status = db_step(w->c->db, w->sides, &w->more, w->c->err);
    if (status) return status;
  }
  return WG_OK;
}

/* --- names in the body ---------------------------------------------------------------------- */

static wg_status has_content(struct walk *w, const unsigned char hash[WG_HASH_LEN], bool *has) {
  sqlite3_stmt *st;
  wg_status status = db_stmt(w->c->db, "SELECT 1 FROM content WHERE hash = ?", &st, w->c->err);
  if (status) return status;
  bind_blob(st, 1, hash, WG_HASH_LEN);
  status = db_step(w->c->db, st, has, w->c->err);
  sqlite3_reset(st);
  return status;
}

static wg_status named(void *ctx, const char *field, size_t n, const char *hex) {
  struct walk *w = ctx;
  unsigned char hash[WG_HASH_LEN];
  bool has = false;
  names_unhex(hex, hash);
  for (int i = 0; i < w->n; i++) {
    struct side *s = &w->side[i];
    if (strlen(s->field) != n || memcmp(s->field, field, n) != 0) continue;
    if (!s->erased && memcmp(s->hash, hash, WG_HASH_LEN) != 0) continue;
    s->named = true;
    return WG_OK;
  }
  wg_status status = has_content(w, hash, &has);
  if (status || has) return status;
  for (int i = 0; i < w->n; i++) /* a changed text is told of by its field */
    if (strlen(w->side[i].field) == n && memcmp(w->side[i].field, field, n) == 0) w->side[i].named = true;
  check_found(w->c, w->seq, "event %lld: what its %.*s names is missing or changed",
              "日志 %lld：其 %.*s 所指的内容缺失或已被改动", (long long)w->seq, (int)n, field);
  return WG_OK;
}

static wg_status check_body(struct walk *w, const char *body, size_t n) {
  wg_status status = names_each(body, n, named, w);
  for (int i = 0; !status && i < w->n; i++)
    if (!w->side[i].named)
      check_found(w->c, w->seq, "event %lld: its body does not name the text %s",
                  "日志 %lld：正文未载明个人信息 %s 的哈希", (long long)w->seq, w->side[i].field);
  return status;
}

/* --- the chain ------------------------------------------------------------------------------ */

static void check_links(struct walk *w, const wg_event *e, bool whole, const char *algorithm) {
  if (e->seq != w->seq + 1)
    check_found(w->c, w->seq + 1, "events %lld to %lld are missing", "日志 %lld 至 %lld 缺失",
                (long long)w->seq + 1, (long long)e->seq - 1);
  if (strcmp(algorithm, WG_HASH_NAME) != 0) {
    check_found(w->c, e->seq, "event %lld: its hash algorithm \"%s\" is not known",
                "日志 %lld：未知的哈希算法“%s”", (long long)e->seq, algorithm);
    return;
  }
  if (!whole || !hash_holds(e))
    check_found(w->c, e->seq, "event %lld: it was changed after it was written", "日志 %lld：写入后被改动",
                (long long)e->seq);
  else if (memcmp(e->prev_hash, w->hash, WG_HASH_LEN) != 0)
    check_found(w->c, e->seq, "event %lld: it does not follow from the one before",
                "日志 %lld：与前一条不衔接", (long long)e->seq);
  else if (e->at < w->at)
    check_found(w->c, e->seq, "event %lld: its time is before that of the one before",
                "日志 %lld：时间早于前一条", (long long)e->seq);
}

static wg_status check_event(struct walk *w, sqlite3_stmt *st) {
  wg_event e;
  const char *algorithm;
  bool whole = read_event(st, &e, &algorithm);
  check_links(w, &e, whole, algorithm);
  w->seq = e.seq;
  w->at = e.at;
  memcpy(w->hash, e.hash, WG_HASH_LEN);
  w->c->out->events++;
  w->c->attached += strcmp(e.kind, "incident.attached") == 0;
  if (tally_event(&w->c->incidents, e.subject, e.seq)) return db_no_memory(w->c->err);
  wg_status status = sides_of(w, e.seq);
  return status ? status : check_body(w, e.body, strlen(e.body));
}

static wg_status check_head(struct walk *w) {
  struct head h;
  sqlite3_stmt *st;
  bool row;
  wg_status status = db_stmt(w->c->db, "SELECT seq, at, hash FROM event_head", &st, w->c->err);
  if (!status) status = db_step(w->c->db, st, &row, w->c->err);
  if (status) return status;
  h.seq = row ? col_int(st, 0) : -1;
  h.at = row ? col_int(st, 1) : 0;
  bool same = row && col_bytes(st, 2, h.hash, WG_HASH_LEN) && memcmp(h.hash, w->hash, WG_HASH_LEN) == 0;
  sqlite3_reset(st);
  if (h.seq > w->seq)
    check_found(w->c, w->seq + 1, "events %lld to %lld, the last ones, are missing",
                "末尾的日志 %lld 至 %lld 缺失", (long long)w->seq + 1, (long long)h.seq);
  else if (h.seq != w->seq || h.at != w->at || !same)
    check_found(w->c, w->seq ? w->seq : 1, "the head does not agree with the last event, %lld",
                "链头与最后一条日志 %lld 不一致", (long long)w->seq);
  return WG_OK;
}

wg_status check_log(struct check *c) {
  struct walk w = {.c = c};
  sqlite3_stmt *st;
  wg_status status = db_int(c->db, "SELECT seq FROM event_head", &w.head, c->err);
  if (!status)
    status = db_stmt(c->db, "SELECT seq, field, salt, text, erased_by FROM event_private ORDER BY seq, field",
                     &w.sides, c->err);
  if (!status) status = db_step(c->db, w.sides, &w.more, c->err);
  if (!status) status = db_stmt(c->db, "SELECT " EVENT_COLUMNS " FROM event ORDER BY seq", &st, c->err);
  while (!status) {
    bool row;
    status = db_step(c->db, st, &row, c->err);
    if (status || !row) break;
    status = check_event(&w, st);
    if (status) sqlite3_reset(st);
  }
  if (!status) status = sides_of(&w, INT64_MAX);
  if (!status) status = check_head(&w);
  if (w.more) sqlite3_reset(w.sides);
  return status;
}
