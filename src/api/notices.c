/* What an account was told, whom nothing has reached, and an account's own phrases. */
#include "engine/notices.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "api/narrow.h"
#include "base/text.h"
#include "domain/life.h"
#include "domain/notify.h"
#include "engine/webhook_edit.h"

enum { IDS = 500, PHRASES = 100, PHRASE_CHARS = 500, PHRASES_BYTES = 200 << 10 };

static void write_title(wg_jw *w, const char *kind) {
  const wg_telling *t = wg_telling_of(kind);
  wg_jw_key(w, "title");
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "zh", t ? t->zh : kind);
  wg_jw_member_str(w, "en", t ? t->en : kind);
  wg_jw_end_object(w);
}

static void write_matter(wg_jw *w, const wg_picture *p, const wg_incident *i) {
  const wg_category *c = wg_picture_category(p, i->category);
  wg_jw_key(w, "incident");
  wg_jw_begin_object(w);
  wg_write_id(w, "id", i->id);
  wg_jw_member_str(w, "number", i->number);
  wg_jw_member_str(w, "state", wg_state_name(i->state));
  wg_jw_key(w, "category");
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "code", i->category);
  wg_jw_member_raw(w, "name", c ? c->names : "{}");
  wg_jw_member_bool(w, "retired", c ? c->retired : true);
  wg_jw_end_object(w);
  wg_jw_key(w, "area");
  wg_write_area(w, p, i->area);
  wg_jw_end_object(w);
}

/* --- one's own ---------------------------------------------------------------------------------------------
 */

struct list {
  wg_request *q;
  wg_store *store;
  wg_jw w;
  int seen;
  int64_t last;
  wg_status failed;
};

/* The incident, when the asker may (still) see it. */
static bool seen_matter(struct list *l, int64_t id, wg_incident *out) {
  const wg_asker *a = wg_asker_of(l->q);
  const char *const *orgs = NULL;
  wg_status st = l->store->incident_get(l->store, &l->q->arena, id, out, NULL);
  if (!st) st = l->store->incident_orgs(l->store, &l->q->arena, id, &orgs, NULL);
  if (st && st != WG_NOT_FOUND) l->failed = st;
  return !st && wg_may_see(a->picture, a->viewer, out, orgs, a->now);
}

static wg_status write_notice(void *ctx, const void *row) {
  struct list *l = ctx;
  const wg_notice *n = row;
  wg_incident i;
  l->seen++;
  l->last = n->id;
  if (!seen_matter(l, n->incident, &i)) return l->failed;
  wg_jw_begin_object(&l->w);
  wg_write_id(&l->w, "id", n->id);
  wg_jw_member_int(&l->w, "seq", n->seq);
  wg_jw_member_time(&l->w, "at", n->at);
  wg_jw_member_str(&l->w, "kind", n->kind);
  write_title(&l->w, n->kind);
  wg_jw_member_bool(&l->w, "read", n->read_at != 0);
  write_matter(&l->w, wg_asker_of(l->q)->picture, &i);
  wg_jw_end_object(&l->w);
  return wg_buf_status(l->w.buf);
}

static wg_status write_count(void *ctx, const void *row) {
  struct list *l = ctx;
  const wg_notice_count *n = row;
  wg_incident i;
  wg_jw_begin_object(&l->w);
  wg_jw_member_str(&l->w, "kind", n->kind);
  write_title(&l->w, n->kind);
  wg_jw_member_int(&l->w, "n", n->n);
  wg_jw_member_int(&l->w, "seq", n->seq);
  wg_jw_member_time(&l->w, "at", n->at);
  if (seen_matter(l, n->incident, &i))
    write_matter(&l->w, wg_asker_of(l->q)->picture, &i);
  else
    wg_jw_member_raw(&l->w, "incident", NULL);
  wg_jw_end_object(&l->w);
  return l->failed ? l->failed : wg_buf_status(l->w.buf);
}

wg_status wg_h_notices(wg_request *q, wg_response *r) {
  const wg_asker *a = wg_asker_of(q);
  wg_notices *notices = wg_engine_notices(atomic_load(&a->app->engine));
  struct list l = {.q = q};
  int limit = 0;
  int64_t unread = 0, after = 0;
  uint64_t version;
  int64_t told = wg_notices_seq(notices);
  wg_status st = wg_query_int(q, "unread", 0, 1, &unread);
  if (!st) st = wg_query_int(q, "after", 1, INT64_MAX, &after);
  if (!st) st = wg_query_limit(q, &limit);
  if (!st) st = wg_mine_store(q->pool_mine, &l.store, &q->err);
  if (st) return st;
  int64_t account = a->nameless ? 0 : a->viewer->account; /* a screen is told of nothing */
  wg_jw_init(&l.w, &r->body);
  wg_jw_begin_object(&l.w);
  wg_jw_key(&l.w, "items");
  wg_jw_begin_array(&l.w);
  st = l.store->notices(l.store, &q->arena, account, unread == 1, after, limit, write_notice, &l, &q->err);
  wg_jw_end_array(&l.w);
  wg_jw_member_str(&l.w, "next",
                   l.seen == limit ? wg_next_link(q, wg_arena_printf(&q->arena, "%" PRId64, l.last)) : NULL);
  wg_jw_member_int(&l.w, "unread", wg_notices_unread(notices, account, &version));
  wg_jw_key(&l.w, "counts");
  wg_jw_begin_array(&l.w);
  if (!st) st = l.store->notice_counts(l.store, &q->arena, account, write_count, &l, &q->err);
  wg_jw_end_array(&l.w);
  wg_jw_end_object(&l.w);
  if (st) return st;
  if (!after) wg_notices_told(notices, account, told);
  return wg_answer(r, 200);
}

static wg_status read_ids(wg_request *q, const wg_json *body, const int64_t **out, int *n) {
  wg_json *list = NULL;
  wg_status st = wg_json_arr(body, "ids", WG_OPTIONAL, IDS, &list, &q->err);
  *n = st || !list ? 0 : (int)wg_json_len(list);
  int64_t *id = wg_arena_alloc(&q->arena, ((size_t)*n + 1) * sizeof *id);
  if (!st && !id) return WG_NO_MEMORY;
  for (int k = 0; !st && k < *n; k++) {
    const char *text = wg_json_text(wg_json_at(list, (size_t)k));
    st = wg_id_read(q, "ids", text ? text : "", &id[k]);
  }
  *out = id;
  return st;
}

wg_status wg_h_notices_read(wg_request *q, wg_response *r) {
  const wg_asker *a = wg_asker_of(q);
  wg_notices_reading x = {.account = a->viewer->account};
  wg_json *body = NULL;
  wg_status st = wg_json_parse_object(&q->arena, q->body, q->body_len, &body, &q->err);
  if (!st) st = wg_json_only(body, (const char *[]){"ids", "up_to", NULL}, &q->err);
  if (!st) st = read_ids(q, body, &x.id, &x.n);
  if (!st) st = wg_json_int(body, "up_to", WG_OPTIONAL, 1, INT64_MAX, &x.up_to, &q->err);
  if (!st && (x.n > 0) == (x.up_to > 0))
    st = wg_fail(&q->err, WG_INVALID, "ids",
                 WG_T("send ids, or up_to (the seq up to which all is read)",
                      "请给出 ids，或 up_to（该序号及以前全部标为已读）"));
  if (!st) st = wg_notices_read(atomic_load(&a->app->engine), &x, &q->err);
  if (st) return st;
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_member_int(&w, "unread", x.unread);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}

/* --- whom nothing reached ----------------------------------------------------------------------------------
 */

static void write_unreached(struct list *l, const wg_unreached *u, const wg_incident *i) {
  const wg_asker *a = wg_asker_of(l->q);
  const wg_account *account = wg_picture_account(a->picture, u->account);
  wg_jw_begin_object(&l->w);
  wg_jw_key(&l->w, "account");
  wg_jw_begin_object(&l->w);
  wg_write_id(&l->w, "id", u->account);
  wg_jw_member_str(&l->w, "name", account ? account->name : "");
  wg_jw_end_object(&l->w);
  int64_t staff = account ? account->staff : 0;
  wg_jw_key(&l->w, "staff");
  wg_write_staff(&l->w, a->picture, staff, NULL,
                 staff && wg_sees_person(a, staff) ? WG_SHOW_PHONE : WG_SHOW_NAME);
  wg_jw_member_time(&l->w, "at", u->at);
  wg_jw_member_str(&l->w, "kind", u->kind);
  write_title(&l->w, u->kind);
  write_matter(&l->w, a->picture, i);
  wg_jw_end_object(&l->w);
}

wg_status wg_h_unreached(wg_request *q, wg_response *r) {
  const wg_asker *a = wg_asker_of(q);
  const wg_areas *areas = &a->picture->land->areas;
  struct list l = {.q = q};
  int limit = 0;
  wg_narrow narrow = {0};
  wg_status st = wg_narrow_read(q, WG_BY_AREA, &narrow);
  if (!st) st = wg_query_limit(q, &limit);
  if (!st) st = wg_mine_store(q->pool_mine, &l.store, &q->err);
  wg_unreached *all = wg_arena_alloc(&q->arena, WG_UNREACHED * sizeof *all);
  if (st || !all) return st ? st : WG_NO_MEMORY;
  int n = wg_notices_unreached(wg_engine_notices(atomic_load(&a->app->engine)), all, WG_UNREACHED);
  wg_jw_init(&l.w, &r->body);
  wg_jw_begin_object(&l.w);
  wg_jw_key(&l.w, "items");
  wg_jw_begin_array(&l.w);
  for (int k = 0; k < n && l.seen < limit; k++) {
    wg_incident i;
    if (!seen_matter(&l, all[k].incident, &i) ||
        !wg_may_on(a->picture, a->viewer, WG_V_DIRECT, &i, NULL, a->now))
      continue;
    if (!wg_narrow_area(&narrow, areas, wg_incident_area(a->picture, &i))) continue;
    write_unreached(&l, &all[k], &i);
    l.seen++;
  }
  wg_jw_end_array(&l.w);
  wg_jw_member_str(&l.w, "next", NULL);
  wg_jw_end_object(&l.w);
  return l.failed ? l.failed : wg_answer(r, 200);
}

/* --- phrases -----------------------------------------------------------------------------------------------
 */

static wg_status write_phrase(wg_request *q, wg_jw *w, const wg_json *item, const char *member) {
  const char *text = NULL, *action = NULL;
  wg_status st = wg_json_str(item, member, WG_REQUIRED, 4 * PHRASE_CHARS, &text, &q->err);
  if (!st) st = wg_json_str(item, "action", WG_OPTIONAL, 64, &action, &q->err);
  if (st) return st;
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "text", text);
  wg_jw_member_str(w, "action", action);
  wg_jw_end_object(w);
  return WG_OK;
}

static wg_status write_phrases(wg_request *q, wg_response *r, const char *items, bool saved) {
  const char *member = saved ? "text" : strcmp(q->lang, "zh") == 0 ? "zh" : "en";
  wg_json *root = NULL, *list = NULL;
  wg_status st = wg_json_parse_object(&q->arena, items, strlen(items), &root, &q->err);
  if (!st) st = wg_json_arr(root, "items", WG_REQUIRED, PHRASES, &list, &q->err);
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "items");
  wg_jw_begin_array(&w);
  for (size_t k = 0; !st && k < wg_json_len(list); k++) st = write_phrase(q, &w, wg_json_at(list, k), member);
  wg_jw_end_array(&w);
  wg_jw_member_bool(&w, "saved", saved);
  wg_jw_end_object(&w);
  return st ? st : wg_answer(r, 200);
}

wg_status wg_h_phrases(wg_request *q, wg_response *r) {
  const wg_asker *a = wg_asker_of(q);
  wg_store *store = NULL;
  const char *items = NULL, *usual = a->app->config.phrases;
  wg_status st = wg_mine_store(q->pool_mine, &store, &q->err);
  if (!st) st = store->phrases_get(store, &q->arena, a->viewer->account, &items, &q->err);
  if (st) return st;
  return write_phrases(q, r, items ? items : usual ? usual : "{\"items\":[]}", items != NULL);
}

static wg_status check_phrase(wg_request *q, const wg_json *item, size_t k) {
  const char *text = NULL, *action = NULL;
  wg_action known;
  char *where = wg_arena_printf(&q->arena, "items[%zu]", k);
  if (!wg_json_is_object(item))
    return wg_fail(&q->err, WG_INVALID, where,
                   WG_T("a phrase is {text, action}", "常用语应为 {text, action}"));
  wg_status st = wg_json_only(item, (const char *[]){"text", "action", NULL}, &q->err);
  if (!st) st = wg_json_str(item, "text", WG_REQUIRED, 4 * PHRASE_CHARS, &text, &q->err);
  if (!st) st = wg_json_str(item, "action", WG_OPTIONAL, 64, &action, &q->err);
  if (st) snprintf(q->err.field, sizeof q->err.field, "%s", where ? where : "items");
  if (st) return st;
  size_t n = wg_text_chars(text);
  if (n < 1 || n > PHRASE_CHARS)
    return wg_fail(&q->err, WG_INVALID, where,
                   WG_T("a phrase has 1 to %d characters", "常用语为 1 到 %d 个字"), PHRASE_CHARS);
  if (!action || wg_action_parse(action, &known)) return WG_OK;
  return wg_fail(&q->err, WG_INVALID, where, WG_T("there is no action \"%.64s\"", "没有操作“%.64s”"), action);
}

wg_status wg_h_phrases_put(wg_request *q, wg_response *r) {
  const wg_asker *a = wg_asker_of(q);
  wg_json *body = NULL, *list = NULL;
  wg_status st = wg_json_parse_object(&q->arena, q->body, q->body_len, &body, &q->err);
  if (!st) st = wg_json_only(body, (const char *[]){"items", NULL}, &q->err);
  if (!st) st = wg_json_arr(body, "items", WG_REQUIRED, PHRASES, &list, &q->err);
  for (size_t k = 0; !st && k < wg_json_len(list); k++) st = check_phrase(q, wg_json_at(list, k), k);
  char *text = st ? NULL : wg_json_dump(&q->arena, body);
  if (!st && !text) st = WG_NO_MEMORY;
  if (!st && strlen(text) > PHRASES_BYTES)
    st = wg_fail(&q->err, WG_TOO_LARGE, "items", WG_T("these are too many words", "常用语总长度过大"));
  if (!st) st = wg_phrases_put(atomic_load(&a->app->engine), a->viewer->account, text, &q->err);
  return st ? st : write_phrases(q, r, text, true);
}
