/* Daily heads: a line of JSON with sorted members and "signature" as its last. Signed is the line without
 * that member, byte for byte. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json.h"
#include "base/jw.h"
#include "engine/proof.h"

enum { HEAD_MAX = 2000, EVENTS_MOST = 200000000 };
static const char mark[] = ",\"signature\":\"";

static void member_hex(wg_jw *w, const char *name, const unsigned char *bytes) {
  char hex[2 * WG_HASH_LEN + 1];
  wg_hex(bytes, WG_HASH_LEN, hex);
  wg_jw_member_str(w, name, hex);
}

wg_status wg_head_write(const wg_head *h, const unsigned char secret[WG_SIGN_SECRET], wg_buf *out) {
  unsigned char signature[WG_SIGN_LEN], key[WG_SIGN_PUBLIC];
  char text[100];
  wg_jw w;
  wg_sign_public(secret, key);
  wg_buf_reset(out);
  wg_jw_init(&w, out);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "algorithm", WG_HASH_NAME);
  wg_jw_member_int(&w, "at", h->at);
  wg_jw_member_str(&w, "date", h->date);
  wg_jw_member_int(&w, "first", h->first);
  member_hex(&w, "hash", h->hash);
  member_hex(&w, "key", key);
  member_hex(&w, "root", h->root);
  wg_jw_member_int(&w, "seq", h->seq);
  wg_jw_end_object(&w);
  if (wg_buf_status(out)) return wg_buf_status(out);
  wg_sign(secret, out->data, out->len, signature);
  wg_base64(signature, sizeof signature, text, sizeof text);
  out->len--;
  wg_buf_printf(out, "%s%s\"}\n", mark, text);
  return wg_buf_status(out);
}

static wg_status no_head(const char *path, wg_err *err) {
  return wg_fail(err, WG_INVALID, "head", WG_T("%s is no head of a log", "%s 不是日志链头文件"), path);
}

/* The signed bytes: the line with the last member cut out. */
static bool signature_holds(const char *text, size_t n, const unsigned char *key) {
  char copy[HEAD_MAX + 2];
  unsigned char signature[WG_SIGN_LEN];
  size_t got = 0;
  if (n > HEAD_MAX) return false;
  const char *at = memmem(text, n, mark, sizeof mark - 1);
  const char *value = at ? at + sizeof mark - 1 : NULL,
             *end = value ? memchr(value, '"', n - (size_t)(value - text)) : NULL;
  if (!end || !wg_unbase64(value, (size_t)(end - value), signature, sizeof signature, &got) ||
      got != WG_SIGN_LEN)
    return false;
  size_t length = (size_t)(at - text);
  memcpy(copy, text, length);
  copy[length++] = '}';
  return wg_sign_verify(key, copy, length, signature);
}

static wg_status read_hex(const wg_json *o, const char *name, unsigned char *out, wg_err *err) {
  const char *hex = NULL;
  wg_status st = wg_json_str(o, name, WG_REQUIRED, 64, &hex, err);
  return st || wg_unhex(hex, out, WG_HASH_LEN) ? st : WG_INVALID;
}

wg_status wg_head_read(const char *path, wg_head *h, wg_err *err) {
  wg_arena arena;
  wg_mapped m;
  wg_json *o = NULL;
  const char *date = "", *algorithm = "";
  wg_status st = wg_map_file(path, &m, err);
  if (st) return st;
  memset(h, 0, sizeof *h);
  wg_arena_init(&arena);
  st = m.n > HEAD_MAX ? WG_INVALID
                      : wg_json_parse_object(&arena, m.n ? (const char *)m.bytes : "", m.n, &o, err);
  if (!st) st = wg_json_str(o, "algorithm", WG_REQUIRED, 40, &algorithm, err);
  if (!st) st = wg_json_str(o, "date", WG_OPTIONAL, 10, &date, err);
  if (!st) st = wg_json_int(o, "first", WG_REQUIRED, 1, EVENTS_MOST, &h->first, err);
  if (!st) st = wg_json_int(o, "seq", WG_REQUIRED, h->first, EVENTS_MOST, &h->seq, err);
  if (!st) st = wg_json_int(o, "at", WG_REQUIRED, INT64_MIN, INT64_MAX, &h->at, err);
  if (!st) st = read_hex(o, "hash", h->hash, err);
  if (!st) st = read_hex(o, "root", h->root, err);
  if (!st) st = read_hex(o, "key", h->key, err);
  snprintf(h->date, sizeof h->date, "%s", date);
  if (!st && strcmp(algorithm, WG_HASH_NAME) != 0) st = WG_INVALID;
  bool holds = !st && signature_holds((const char *)m.bytes, m.n, h->key);
  wg_unmap_file(&m);
  wg_arena_clear(&arena);
  if (st) return no_head(path, err);
  if (holds) return WG_OK;
  return wg_fail(err, WG_CORRUPT, "head",
                 WG_T("the head %s was changed: its signature does not hold", "链头 %s 已被改动：签名不符"),
                 path);
}

static wg_status add_leaf(void *ctx, const void *row) {
  wg_leaves *l = ctx;
  if (l->n == l->cap) return WG_CORRUPT;
  memcpy(l->leaf[l->n++], row, WG_HASH_LEN);
  return WG_OK;
}

wg_status wg_leaves_read(wg_store *s, int64_t first, int64_t last, wg_leaves *l, wg_err *err) {
  *l = (wg_leaves){.cap = last - first + 1};
  if (l->cap < 1 || l->cap > EVENTS_MOST)
    return wg_fail(err, WG_INVALID, "seq", WG_T("no such events", "没有这些日志"));
  l->leaf = malloc((size_t)l->cap * sizeof *l->leaf);
  if (!l->leaf) return WG_NO_MEMORY;
  wg_status st = s->event_hashes(s, first, last, add_leaf, l, err);
  if (!st && l->n != l->cap)
    st = wg_fail(err, WG_CORRUPT, "head",
                 WG_T("of the events %lld to %lld there are only %lld", "日志 %lld 至 %lld 只有 %lld 条"),
                 (long long)first, (long long)last, (long long)l->n);
  return st;
}

static wg_status note_time(void *ctx, const void *row) {
  *(int64_t *)ctx = ((const wg_event *)row)->at;
  return WG_OK;
}

wg_status wg_time_of_event(wg_store *s, int64_t seq, int64_t *at, wg_err *err) {
  wg_arena arena;
  wg_arena_init(&arena);
  wg_status st = s->events_since(s, &arena, seq - 1, 1, note_time, at, err);
  wg_arena_clear(&arena);
  return st;
}

wg_status wg_head_make(wg_store *s, int64_t first, int64_t seq, wg_head *out, wg_err *err) {
  wg_leaves l;
  memset(out, 0, sizeof *out);
  out->first = first;
  out->seq = seq;
  wg_status st = wg_leaves_read(s, first, seq, &l, err);
  if (!st) st = wg_time_of_event(s, seq, &out->at, err);
  if (!st) {
    wg_merkle_root((const wg_leaf *)l.leaf, l.n, out->root);
    memcpy(out->hash, l.leaf[l.n - 1], WG_HASH_LEN);
  }
  free(l.leaf);
  return st;
}

wg_status wg_head_prove(wg_store *s, const wg_head *h, wg_err *err) {
  wg_head is;
  wg_store_head now;
  wg_status st = s->head(s, &now, err);
  if (!st && now.seq < h->seq)
    return wg_fail(err, WG_CORRUPT, "head",
                   WG_T("the log ends at event %lld; the head of %s says that there was an event %lld",
                        "日志止于第 %lld 条；%s 的链头表明曾有第 %lld 条"),
                   (long long)now.seq, h->date, (long long)h->seq);
  if (!st) st = wg_head_make(s, h->first, h->seq, &is, err);
  if (st) return st;
  if (memcmp(is.hash, h->hash, WG_HASH_LEN) != 0)
    return wg_fail(
        err, WG_CORRUPT, "head",
        WG_T("event %lld has another hash than the head of %s says: the log was rewritten at or before it",
             "第 %lld 条日志的哈希与 %s 的链头不符：该条或之前的日志已被改写"),
        (long long)h->seq, h->date);
  if (memcmp(is.root, h->root, WG_HASH_LEN) == 0) return WG_OK;
  return wg_fail(
      err, WG_CORRUPT, "head",
      WG_T("the events %lld to %lld are not those of the head of %s", "日志 %lld 至 %lld 与 %s 的链头不符"),
      (long long)h->first, (long long)h->seq, h->date);
}

/* --- the folder -------------------------------------------------------------------------------------------
 */

static bool folder_of(const char *db, char out[WG_FILES_PATH]) {
  return snprintf(out, WG_FILES_PATH, "%s.heads", db) < WG_FILES_PATH - 60;
}

wg_status wg_heads_find(const char *db, int64_t seq, wg_head *out, wg_err *err) {
  char folder[WG_FILES_PATH];
  bool found = false;
  DIR *d = folder_of(db, folder) ? opendir(folder) : NULL;
  for (struct dirent *e; d && (e = readdir(d));) {
    char path[WG_FILES_PATH];
    wg_head h;
    size_t n = strlen(e->d_name);
    if (n != 15 || strcmp(e->d_name + 10, ".json") != 0) continue;
    snprintf(path, sizeof path, "%.4200s/%.20s", folder, e->d_name);
    if (wg_head_read(path, &h, NULL)) continue; /* a damaged one proves nothing */
    if (seq ? seq < h.first || seq > h.seq : found && h.seq <= out->seq) continue;
    *out = h;
    found = true;
  }
  if (d) closedir(d);
  return found ? WG_OK : wg_fail(err, WG_NOT_FOUND, "head", WG_T("there is no head yet", "尚无链头"));
}

/* The last event before the moment: times never run back, so it is sought by halves. 0: none. */
static wg_status last_before(wg_store *s, int64_t ms, int64_t *out, wg_err *err) {
  wg_store_head head;
  wg_status st = s->head(s, &head, err);
  int64_t low = 0, high = st ? 0 : head.seq;
  while (!st && low < high) {
    int64_t mid = low + (high - low + 1) / 2, at = 0;
    st = wg_time_of_event(s, mid, &at, err);
    if (at < ms)
      low = mid;
    else
      high = mid - 1;
  }
  *out = low;
  return st;
}

wg_status wg_heads_keep(wg_store *s, const char *db, const wg_zone *zone, int64_t now, wg_err *err) {
  char folder[WG_FILES_PATH], path[WG_FILES_PATH];
  unsigned char secret[WG_SIGN_SECRET];
  wg_head last = {0}, h;
  int64_t day = wg_zone_day_start(zone, now), seq = 0;
  wg_local l = wg_zone_local(zone, day - 1);
  struct stat there;
  if (!folder_of(db, folder)) return wg_files_fail(db, ENAMETOOLONG, err);
  snprintf(path, sizeof path, "%.4200s/%04d-%02d-%02d.json", folder, l.year % 10000, l.month, l.day);
  if (stat(path, &there) == 0) return WG_OK;
  wg_status st = last_before(s, day, &seq, err);
  if (!st && wg_heads_find(db, 0, &last, NULL)) last.seq = 0;
  if (st || seq <= last.seq) return st; /* nothing has happened since */
  st = wg_head_make(s, last.seq + 1, seq, &h, err);
  snprintf(h.date, sizeof h.date, "%.10s", path + strlen(folder) + 1);
  if (!st) st = wg_key_load(db, secret, err);
  if (!st && mkdir(folder, 0755) != 0 && errno != EEXIST) st = wg_files_fail(folder, errno, err);
  wg_buf b;
  wg_buf_init(&b, HEAD_MAX);
  if (!st) st = wg_head_write(&h, secret, &b);
  if (!st) st = wg_write_whole(path, b.data, b.len, 0644, err);
  wg_buf_deinit(&b);
  memset(secret, 0, sizeof secret);
  return st;
}
