/* The log of sign-ins, exports and reads of personal data: written behind the answer, by the one writer; told
 * to syslog after that; searched. */
#include "engine/access.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/app.h"
#include "base/log.h"
#include "base/text.h"
#include "base/time.h"

/* --- syslog
 * ------------------------------------------------------------------------------------------------- */

struct line {
  wg_access is;
  char name[65], address[64], what[32], detail[160];
};

static void tell(void *what, void *mine) {
  struct line *l = what;
  (void)mine;
  wg_access_syslog(&l->is);
  free(l);
}

void wg_tell_access(wg_app *app, const wg_access *x) {
  wg_picture *p = wg_engine_picture(atomic_load(&app->engine));
  struct line *l = p->settings->access_log_syslog ? calloc(1, sizeof *l) : NULL;
  wg_picture_drop(p);
  if (!l) return;
  snprintf(l->name, sizeof l->name, "%s", x->name);
  snprintf(l->address, sizeof l->address, "%s", x->address);
  snprintf(l->what, sizeof l->what, "%s", x->what);
  snprintf(l->detail, sizeof l->detail, "%s", x->detail);
  l->is = (wg_access){.account = x->account,
                      .name = l->name,
                      .address = l->address,
                      .what = l->what,
                      .detail = l->detail,
                      .ok = x->ok};
  if (!wg_pool_submit(app->slow, tell, l)) return;
  wg_warn("api", "syslog was not told of %s by account %s: too much waits", x->what, x->name);
  free(l);
}

/* --- writing
 * ------------------------------------------------------------------------------------------------ */

struct note {
  wg_command command;
  wg_app *app;
  int64_t account;
  char name[65], address[64], what[32], detail[160];
};

static wg_status write_note(wg_command *c, wg_txn *txn) {
  struct note *n = (struct note *)c;
  return txn->store->access_log(txn->store, txn->now, n->account, n->name, n->address, n->what, n->detail,
                                true, &c->err);
}

static void note_done(wg_command *c, wg_status st) {
  struct note *n = (struct note *)c;
  if (st)
    wg_error("api", "%s by account %s was not logged: %s", n->what, n->name, c->err.en);
  else
    wg_tell_access(n->app, &(wg_access){.account = n->account,
                                        .name = n->name,
                                        .address = n->address,
                                        .what = n->what,
                                        .detail = n->detail,
                                        .ok = true});
  free(n);
}

wg_status wg_note_access(wg_request *q, const char *what) {
  wg_asker *a = wg_asker_of(q);
  struct note *n = calloc(1, sizeof *n);
  if (!n) return WG_NO_MEMORY;
  n->command = (wg_command){.run = write_note, .done = note_done};
  n->app = a->app;
  n->account = a->viewer->account;
  snprintf(n->name, sizeof n->name, "%s", a->viewer->name);
  snprintf(n->address, sizeof n->address, "%s", q->address);
  snprintf(n->what, sizeof n->what, "%s", what);
  snprintf(n->detail, sizeof n->detail, "%.150s", q->url);
  for (size_t k = strlen(n->detail); k && !wg_text_utf8(n->detail, k);)
    n->detail[--k] = 0; /* not half a letter */
  wg_status st = wg_engine_submit(atomic_load(&a->app->engine), &n->command);
  if (st) {
    q->err = n->command.err;
    free(n);
  }
  return st;
}

wg_status wg_note_export(wg_request *q) {
  wg_asker *a = wg_asker_of(q);
  if (!wg_may(&a->picture->land->areas, a->viewer, WG_V_EXPORT, NULL, a->now))
    return wg_fail(&q->err, WG_FORBIDDEN, "format",
                   WG_T("account %s has no right to export", "账号 %s 没有导出权限"), a->viewer->name);
  return wg_note_access(q, "export");
}

/* --- searching
 * ---------------------------------------------------------------------------------------------- */

struct page {
  wg_request *q;
  wg_jw w;
};

/* Of an account in the viewer's area by one of its grants; of nobody, and of accounts without a grant: for
 * those who see what lies in no area. */
static bool may_see_line(const wg_asker *a, int64_t account) {
  const wg_areas *areas = &a->picture->land->areas;
  const wg_viewer *of = account ? wg_picture_viewer(a->picture, account) : NULL;
  for (int g = 0; of && g < of->n_grants; g++) {
    wg_target t = {.area = of->grant[g].area};
    if (wg_may(areas, a->viewer, WG_V_AUDIT, &t, a->now)) return true;
  }
  wg_target none = {.area = WG_NO_INDEX};
  return wg_may(areas, a->viewer, WG_V_AUDIT, &none, a->now);
}

static wg_status write_line(void *ctx, const void *row) {
  struct page *p = ctx;
  const wg_access *x = row;
  char text[24];
  if (!may_see_line(wg_asker_of(p->q), x->account)) return WG_OK;
  wg_jw_begin_object(&p->w);
  snprintf(text, sizeof text, "%" PRId64, x->id);
  wg_jw_member_str(&p->w, "id", text);
  wg_jw_member_time(&p->w, "at", x->at);
  snprintf(text, sizeof text, "%" PRId64, x->account);
  wg_jw_member_str(&p->w, "account", x->account ? text : NULL);
  wg_jw_member_str(&p->w, "name", x->name);
  wg_jw_member_str(&p->w, "address", x->address);
  wg_jw_member_str(&p->w, "what", x->what);
  wg_jw_member_str(&p->w, "detail", x->detail);
  wg_jw_member_bool(&p->w, "ok", x->ok);
  wg_jw_end_object(&p->w);
  return wg_buf_status(p->w.buf);
}

static wg_status read_search(wg_request *q, wg_access_query *f) {
  int64_t ok = -1;
  f->q = wg_request_query(q, "q");
  wg_status st = wg_query_time(q, "since", &f->since);
  if (!st) st = wg_query_time(q, "until", &f->until);
  if (!st) st = wg_query_int(q, "account", 1, INT64_MAX, &f->account);
  if (!st) st = wg_query_code(q, "what", &f->what);
  if (!st) st = wg_query_int(q, "ok", 0, 1, &ok);
  if (!st) st = wg_query_int(q, "after", 1, INT64_MAX, &f->before_id);
  if (!st) st = wg_query_limit(q, &f->limit);
  f->ok = (int)ok;
  if (!st && f->q && strlen(f->q) > 200)
    st = wg_fail(&q->err, WG_INVALID, "q", WG_T("q has at most 200 bytes", "q 最多 200 个字节"));
  return st;
}

wg_status wg_h_access_log(wg_request *q, wg_response *r) {
  struct page p = {.q = q};
  wg_access_query f = {0};
  wg_store *store = NULL;
  int64_t next = 0;
  wg_status st = read_search(q, &f);
  if (!st) st = wg_note_access(q, "read-log"); /* who watches is watched */
  if (!st) st = wg_mine_store(q->pool_mine, &store, &q->err);
  if (st) return st;
  wg_jw_init(&p.w, &r->body);
  r->body.max = 4 << 20;
  wg_jw_begin_object(&p.w);
  wg_jw_key(&p.w, "items");
  wg_jw_begin_array(&p.w);
  st = store->access_list(store, &q->arena, &f, write_line, &p, &next, &q->err);
  if (st) {
    wg_buf_reset(&r->body);
    return st;
  }
  wg_jw_end_array(&p.w);
  wg_jw_member_str(&p.w, "next", next ? wg_next_link(q, wg_arena_printf(&q->arena, "%" PRId64, next)) : NULL);
  wg_jw_end_object(&p.w);
  return wg_answer(r, 200);
}
