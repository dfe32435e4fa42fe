#include "engine/edit.h"

#include <string.h>

enum { BODY_MAX = 256 << 10 };

void wg_version_end(wg_hasher *h, char out[WG_VERSION_LEN]) {
  unsigned char hash[WG_HASH_LEN];
  wg_hasher_end(h, hash);
  wg_hex(hash, WG_VERSION_DIGITS / 2, out);
}

void wg_touch(wg_touched *t, wg_arena *arena, const char *name) {
  t->n++;
  if (name && t->n_names < WG_TOUCHED_NAMES && (t->name[t->n_names] = wg_arena_strdup(arena, name)))
    t->n_names++;
}

static wg_status may_still(const wg_edit *x, const wg_txn *txn, wg_err *err) {
  const wg_viewer *v = wg_picture_viewer(txn->picture, x->actor);
  if (wg_may(&txn->picture->land->areas, v, x->verb, NULL, txn->now)) return WG_OK;
  return wg_fail(err, WG_FORBIDDEN, "",
                 WG_T("this account has no right to this any more", "该账号已没有此项权限"));
}

static void reset(wg_edit *x) {
  memset(x->touches, 0, sizeof x->touches);
  x->n_priv = x->n_content = 0;
}

static wg_status run(wg_command *c, wg_txn *txn) {
  wg_edit *x = (wg_edit *)c;
  wg_status st = may_still(x, txn, &c->err);
  if (st) return st;
  reset(x);
  wg_buf_init(&x->body, BODY_MAX);
  st = x->write(x, txn, &c->err);
  wg_buf_deinit(&x->body);
  return st;
}

wg_status wg_edit_do(wg_engine *e, wg_edit *x, wg_err *err) {
  x->command.run = run;
  wg_status st = wg_engine_do(e, &x->command);
  if (st) *err = x->command.err;
  return st;
}

wg_status wg_edit_fresh(const wg_edit *x, const char *version, wg_err *err) {
  if (!version && !x->version) return WG_OK;
  if (version && x->version && strcmp(version, x->version) == 0) return WG_OK;
  return wg_fail_code(err, WG_CONFLICT, "stale-version", "version",
                      version && x->version ? "it was changed meanwhile; read it again"
                      : version             ? "it is there already; read it, and send the version you saw"
                                            : "it is not there (any more); read the list again",
                      version && x->version ? "内容已被他人更改，请重新读取"
                      : version             ? "已存在；请先读取，并附上所见版本"
                                            : "已不存在，请重新读取列表");
}

const char *wg_touch_name(wg_touch_kind kind) {
  static const char *const name[WG_TOUCHES] = {"open_incidents", "grids_without_manager", "accounts", "staff",
                                               "categories"};
  return (unsigned)kind < WG_TOUCHES ? name[kind] : "";
}

wg_status wg_edit_orphans(const wg_edit *x, wg_err *err) {
  int64_t all = 0;
  for (int k = 0; k < WG_TOUCHES; k++) all += x->touches[k].n;
  if (x->confirm || !all) return WG_OK;
  return wg_fail_code(
      err, WG_CONFLICT, "would-orphan", "confirm",
      WG_T("this would leave something without its owner: open incidents %lld, grids without a "
           "manager %lld, accounts %lld, staff %lld, categories %lld; send \"confirm\": true "
           "to go on",
           "此操作会使下列内容失去归属：未办结事件 %lld，无管理员网格 %lld，账号 %lld，人员 "
           "%lld，事项 %lld；如需继续请附 \"confirm\": true"),
      (long long)x->touches[WG_T_INCIDENTS].n, (long long)x->touches[WG_T_GRIDS].n,
      (long long)x->touches[WG_T_ACCOUNTS].n, (long long)x->touches[WG_T_STAFF].n,
      (long long)x->touches[WG_T_CATEGORIES].n);
}

struct open_of {
  wg_edit *x;
  const wg_txn *txn;
  const wg_viewer *viewer;
  const wg_touch_filter *filter;
};

static bool is_meant(const wg_touch_filter *f, const wg_live_row *row) {
  const char *const *org = row->orgs;
  if (f->staff && row->i.responsible != f->staff) return false;
  if (f->grid && (strcmp(row->i.grid, f->grid) != 0 || strcmp(row->i.network, f->network) != 0)) return false;
  while (f->org && org && *org && strcmp(*org, f->org) != 0) org++;
  return !f->org || (org && *org);
}

/* Counted for everyone; named only to who may see it (with exclusive administrators they may not). */
static bool touch_open(void *ctx, const wg_live_brief *b) {
  struct open_of *o = ctx;
  if (!wg_state_open((wg_state)b->state) || !is_meant(o->filter, b->row)) return true;
  wg_target t = {.area = b->area, .class_ = (wg_class)b->class_, .reporter = b->reporter};
  bool sees = wg_may(&o->txn->picture->land->areas, o->viewer, WG_V_SEE_INCIDENT, &t, o->txn->now);
  wg_touch(&o->x->touches[WG_T_INCIDENTS], o->x->arena, sees ? b->row->i.number : NULL);
  return true;
}

void wg_edit_touch_incidents(wg_edit *x, wg_txn *txn, const wg_touch_filter *filter) {
  struct open_of o = {x, txn, wg_picture_viewer(txn->picture, x->actor), filter};
  wg_live_each(wg_engine_live(txn->engine), txn->picture->land, touch_open, &o);
}

/* --- the event --------------------------------------------------------------------------------------------
 */

wg_jw *wg_edit_begin(wg_edit *x) {
  wg_buf_reset(&x->body);
  x->n_priv = x->n_content = 0;
  wg_jw_init(&x->w, &x->body);
  wg_jw_begin_object(&x->w);
  return &x->w;
}

void wg_edit_private(wg_edit *x, const char *field, const char *text) {
  char hex[2 * WG_HASH_LEN + 1];
  if (x->n_priv == WG_EDIT_PRIVATES) return;
  wg_private *p = &x->priv[x->n_priv++];
  p->field = field;
  p->text = text;
  wg_private_seal(p);
  wg_hex(p->hash, WG_HASH_LEN, hex);
  wg_jw_member_str(&x->w, field, hex);
}

void wg_edit_reason(wg_edit *x) { wg_edit_private(x, "reason", x->reason); }

wg_status wg_edit_content(wg_edit *x, wg_txn *txn, const char *field, const char *text, wg_err *err) {
  unsigned char hash[WG_HASH_LEN];
  char hex[2 * WG_HASH_LEN + 1];
  wg_status st = txn->store->content_put(txn->store, text, strlen(text), hash, err);
  if (st) return st;
  wg_hex(hash, WG_HASH_LEN, hex);
  wg_jw_member_str(&x->w, field, hex);
  x->n_content++;
  return WG_OK;
}

/* Strings of 64 lower-case hex digits: the log takes each for a hash (docs/event-log.md). */
static int hashes_in(const char *body) {
  int n = 0;
  for (const char *p = strchr(body, '"'); p; p = strchr(p + 1, '"'))
    n += strspn(p + 1, "0123456789abcdef") == 2 * WG_HASH_LEN && p[1 + 2 * WG_HASH_LEN] == '"';
  return n;
}

wg_status wg_edit_emit(wg_edit *x, wg_txn *txn, const char *kind, const char *subject, wg_err *err) {
  wg_jw_end_object(&x->w);
  wg_status st = wg_buf_status(&x->body);
  if (st == WG_TOO_LARGE)
    return wg_fail(err, WG_TOO_LARGE, "", WG_T("this is too much for one edit", "一次更改的内容过多"));
  if (st) return st;
  const char *body = wg_buf_str(&x->body);
  if (hashes_in(body) != x->n_priv + x->n_content)
    return wg_fail(err, WG_INVALID, "",
                   WG_T("a value of 64 hex digits cannot be kept: the log takes it for a hash",
                        "不能使用 64 位十六进制数字作为值：日志会将其视为哈希"));
  return wg_txn_emit(txn, kind, subject, x->actor, body, x->priv, x->n_priv, NULL, err);
}
