/* Accounts and what they may: for those who keep them, those who give rights, and those who check both. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "api/app.h"
#include "engine/account_edit.h"

/* --- out --------------------------------------------------------------------------------------------------
 */

static bool sees_staff(const wg_asker *a) {
  return a->viewer && wg_may(&a->picture->land->areas, a->viewer, WG_V_SEE_STAFF, NULL, a->now);
}

static void write_grant(wg_jw *w, const wg_picture *p, const wg_grant *g) {
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "role", wg_role_name(g->role));
  wg_jw_key(w, "area");
  wg_write_area(w, p, g->area);
  wg_jw_member_str(w, "org", g->org[0] ? g->org : NULL);
  wg_write_time(w, "from", g->from);
  wg_write_time(w, "until", g->until);
  wg_jw_end_object(w);
}

/* Who stands behind the account: the name only for those who may see staff. */
static void write_staff_ref(wg_jw *w, const wg_asker *a, int64_t staff) {
  const wg_staff *s = staff ? wg_roster_staff(&a->picture->people->roster, staff) : NULL;
  wg_jw_key(w, "staff");
  if (!staff) {
    wg_jw_null(w);
    return;
  }
  wg_jw_begin_object(w);
  wg_write_id(w, "id", staff);
  wg_jw_member_str(w, "name", s && sees_staff(a) ? s->name : NULL);
  wg_jw_end_object(w);
}

static const wg_grant *grants_of(const wg_picture *p, int64_t account, int *n) {
  wg_account_book book = {p->accounts->item, p->accounts->grant, p->accounts->n, p->accounts->n_grants};
  return wg_account_book_grants(&book, account, n);
}

static wg_status write_item(wg_request *q, wg_jw *w, const wg_account *acc) {
  wg_asker *a = wg_asker_of(q);
  wg_store *s = NULL;
  int64_t last = 0;
  int n = 0;
  const wg_grant *g = grants_of(a->picture, acc->id, &n);
  char version[WG_VERSION_LEN];
  wg_status st = wg_mine_store(q->pool_mine, &s, &q->err);
  if (!st) st = s->last_sign_in(s, acc->id, &last, &q->err);
  if (st) return st;
  wg_account_version(acc, g, n, version);
  wg_write_id(w, "id", acc->id);
  wg_jw_member_str(w, "name", acc->name);
  write_staff_ref(w, a, acc->staff);
  wg_jw_member_bool(w, "disabled", acc->disabled);
  wg_jw_member_bool(w, "demo", acc->demo);
  wg_jw_key(w, "grants");
  wg_jw_begin_array(w);
  for (int i = 0; i < n; i++) write_grant(w, a->picture, &g[i]);
  wg_jw_end_array(w);
  wg_write_time(w, "last_sign_in", last);
  wg_jw_member_str(w, "version", version);
  return WG_OK;
}

/* One account, with what only this answer tells: a password that is shown once, how many log-ins ended. */
static wg_status answer_one(wg_request *q, wg_response *r, int code, int64_t id, const char *password,
                            int64_t ended) {
  const wg_account *acc = wg_picture_account(wg_asker_of(q)->picture, id);
  if (!acc) return wg_fail(&q->err, WG_NOT_FOUND, "id", WG_T("there is no such account", "没有该账号"));
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_status st = write_item(q, &w, acc);
  if (password) wg_jw_member_str(&w, "password", password);
  if (ended >= 0) wg_jw_member_int(&w, "ended", ended);
  wg_jw_end_object(&w);
  return st ? st : wg_answer(r, code);
}

/* --- lists ------------------------------------------------------------------------------------------------
 */

struct filter {
  const char *text, *role;
  wg_role role_;
  uint32_t area;
  int64_t after;
  int limit;
};

static wg_status read_filter(wg_request *q, struct filter *f) {
  f->role = wg_request_query(q, "role");
  wg_status st = wg_query_text(q, "q", &f->text);
  if (!st) st = wg_query_area(q, "area", &f->area);
  if (!st) st = wg_query_int(q, "after", 1, INT64_MAX, &f->after);
  if (!st) st = wg_query_limit(q, &f->limit);
  if (st) return st;
  if (!f->role || wg_role_parse(f->role, &f->role_)) return WG_OK;
  return wg_fail(&q->err, WG_INVALID, "role", WG_T("there is no role \"%.30s\"", "没有角色“%.30s”"), f->role);
}

static bool named(const wg_asker *a, const wg_account *acc, const char *text) {
  const wg_staff *s = acc->staff ? wg_roster_staff(&a->picture->people->roster, acc->staff) : NULL;
  return strcasestr(acc->name, text) || (s && sees_staff(a) && strcasestr(s->name, text));
}

static bool wanted(const wg_asker *a, const struct filter *f, const wg_account *acc) {
  const wg_areas *areas = &a->picture->land->areas;
  if (acc->id <= f->after || (f->text && !named(a, acc, f->text))) return false;
  if (!f->role && f->area == WG_NO_INDEX) return true;
  int n = 0;
  const wg_grant *g = grants_of(a->picture, acc->id, &n);
  for (int i = 0; i < n; i++)
    if ((!f->role || g[i].role == f->role_) &&
        (f->area == WG_NO_INDEX || wg_area_under(areas, wg_areas_find(areas, g[i].area), f->area)))
      return true;
  return false;
}

wg_status wg_h_accounts(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  const wg_accounts *all = a->picture->accounts;
  struct filter f = {0};
  wg_status st = read_filter(q, &f);
  if (!st) st = wg_note_access(q, "read-accounts");
  if (st) return st;
  wg_jw w;
  wg_jw_init(&w, &r->body);
  r->body.max = 16 << 20;
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "items");
  wg_jw_begin_array(&w);
  int n = 0;
  int64_t last = 0;
  bool more = false;
  for (uint32_t i = 0; !st && i < all->n && !more; i++) {
    if (!wanted(a, &f, &all->item[i])) continue;
    more = n++ == f.limit;
    if (more) break;
    last = all->item[i].id;
    wg_jw_begin_object(&w);
    st = write_item(q, &w, &all->item[i]);
    wg_jw_end_object(&w);
  }
  wg_jw_end_array(&w);
  wg_jw_member_str(&w, "next", more ? wg_next_link(q, wg_arena_printf(&q->arena, "%" PRId64, last)) : NULL);
  wg_jw_end_object(&w);
  return st ? st : wg_answer(r, 200);
}

wg_status wg_h_account(wg_request *q, wg_response *r) {
  int64_t id = 0;
  wg_status st = wg_id_read(q, "id", q->param[0], &id);
  return st ? st : answer_one(q, r, 200, id, NULL, -1);
}

/* --- edits ------------------------------------------------------------------------------------------------
 */

static wg_engine *engine_of(wg_request *q) { return atomic_load(&wg_asker_of(q)->app->engine); }

typedef wg_status (*run_fn)(wg_engine *e, wg_account_edit *x, wg_err *err);

static wg_status run(wg_request *q, wg_response *r, run_fn fn, wg_account_edit *x, int code,
                     const char *password, bool tell_ended) {
  wg_status st = fn(engine_of(q), x, &q->err);
  if (st) return wg_edit_refused(q, r, st, &x->edit);
  wg_asker_renew(wg_asker_of(q));
  return answer_one(q, r, code, x->id, password, tell_ended ? (int64_t)x->ended : -1);
}

/* "staff": an id, or null: nobody. */
static wg_status read_staff(wg_request *q, const wg_json *body, wg_account_edit *x) {
  const char *text = NULL;
  if (wg_json_nulls(body, "staff")) x->staff = 0;
  wg_status st = wg_json_str(body, "staff", WG_OPTIONAL, 20, &text, &q->err);
  return st || !text ? st : wg_id_read(q, "staff", text, &x->staff);
}

/* The password sent, else one drawn here; hashed. */
static wg_status make_password(wg_request *q, const char *sent, char drawn[WG_PASSWORD_DRAWN],
                               char hash[WG_PASSWORD_LEN]) {
  if (sent && strlen(sent) < WG_PASSWORD_MIN)
    return wg_fail(&q->err, WG_INVALID, "password",
                   WG_T("a password needs at least %d bytes", "密码至少 %d 个字节"), WG_PASSWORD_MIN);
  if (!sent) wg_password_draw(drawn);
  return wg_password_hash(sent ? sent : drawn, hash);
}

wg_status wg_h_account_create(wg_request *q, wg_response *r) {
  wg_account_edit x = {.staff = -1, .disabled = -1};
  wg_json *body = NULL;
  const char *sent = NULL;
  char drawn[WG_PASSWORD_DRAWN] = "", hash[WG_PASSWORD_LEN];
  wg_status st =
      wg_edit_read(q, (const char *[]){"name", "password", "staff", NULL}, WG_EDIT_NEW, &body, &x.edit);
  if (!st) st = wg_json_str(body, "name", WG_REQUIRED, 64, &x.name, &q->err);
  if (!st) st = wg_account_name_check(x.name, &q->err);
  if (!st) st = wg_json_str(body, "password", WG_OPTIONAL, WG_PASSWORD_MAX, &sent, &q->err);
  if (!st) st = read_staff(q, body, &x);
  if (!st) st = make_password(q, sent, drawn, hash);
  if (st) return st;
  x.hash = hash;
  st = run(q, r, wg_account_create, &x, 201, sent ? NULL : drawn, false);
  if (!st && r->code == 201)
    wg_response_header(q, r, "Location", wg_arena_printf(&q->arena, "/api/v1/accounts/%" PRId64, x.id));
  return st;
}

wg_status wg_h_account_change(wg_request *q, wg_response *r) {
  wg_account_edit x = {.staff = -1, .disabled = -1};
  wg_json *body = NULL;
  bool disabled = false;
  wg_status st = wg_id_read(q, "id", q->param[0], &x.id);
  if (!st)
    st = wg_edit_read(q, (const char *[]){"name", "disabled", "staff", NULL}, WG_EDIT_SEEN, &body, &x.edit);
  if (!st) st = wg_json_str(body, "name", WG_OPTIONAL, 64, &x.name, &q->err);
  if (!st) st = wg_json_bool(body, "disabled", WG_OPTIONAL, &disabled, &q->err);
  if (!st && wg_json_has(body, "disabled")) x.disabled = disabled;
  if (!st) st = read_staff(q, body, &x);
  return st ? st : run(q, r, wg_account_change, &x, 200, NULL, false);
}

static wg_status read_grant(wg_request *q, wg_json *row, wg_grant *g) {
  const char *role = NULL, *area = "", *org = "";
  if (!wg_json_is_object(row))
    return wg_fail(&q->err, WG_INVALID, "", WG_T("a grant is an object", "授权项应为对象"));
  wg_status st = wg_json_only(row, (const char *[]){"role", "area", "org", "from", "until", NULL}, &q->err);
  if (!st) st = wg_json_str(row, "role", WG_REQUIRED, 32, &role, &q->err);
  if (!st && !wg_role_parse(role, &g->role))
    st = wg_fail(&q->err, WG_INVALID, "role", WG_T("there is no role \"%.30s\"", "没有角色“%.30s”"), role);
  if (!st) st = wg_json_str(row, "area", WG_OPTIONAL, WG_CODE_LEN - 1, &area, &q->err);
  if (!st) st = wg_json_str(row, "org", WG_OPTIONAL, WG_CODE_LEN - 1, &org, &q->err);
  if (!st) st = wg_json_time(row, "from", WG_OPTIONAL, &g->from, &q->err);
  if (!st) st = wg_json_time(row, "until", WG_OPTIONAL, &g->until, &q->err);
  if (st) return st;
  snprintf(g->area, sizeof g->area, "%s", area);
  snprintf(g->org, sizeof g->org, "%s", org);
  return WG_OK;
}

static wg_status read_grants(wg_request *q, const wg_json *body, wg_account_edit *x) {
  wg_json *list = NULL;
  wg_status st = wg_json_arr(body, "grants", WG_REQUIRED, WG_VIEWER_GRANTS, &list, &q->err);
  if (st) return st;
  x->n_grants = (int)wg_json_len(list);
  wg_grant *g = wg_arena_alloc(&q->arena, (size_t)x->n_grants * sizeof *g + 1);
  if (!g) return WG_NO_MEMORY;
  for (int i = 0; !st && i < x->n_grants; i++) {
    st = read_grant(q, wg_json_at(list, (size_t)i), &g[i]);
    if (!st) continue;
    char field[sizeof q->err.field]; /* which of them */
    snprintf(field, sizeof field, "grants.%d%s%.40s", i, q->err.field[0] ? "." : "", q->err.field);
    memcpy(q->err.field, field, sizeof field);
  }
  x->grants = g;
  return st;
}

wg_status wg_h_account_grants(wg_request *q, wg_response *r) {
  wg_account_edit x = {.staff = -1, .disabled = -1};
  wg_json *body = NULL;
  wg_status st = wg_id_read(q, "id", q->param[0], &x.id);
  if (!st) st = wg_edit_read(q, (const char *[]){"grants", NULL}, WG_EDIT_SEEN, &body, &x.edit);
  if (!st) st = read_grants(q, body, &x);
  return st ? st : run(q, r, wg_account_grant, &x, 200, NULL, false);
}

wg_status wg_h_account_password(wg_request *q, wg_response *r) {
  wg_account_edit x = {.staff = -1, .disabled = -1};
  wg_json *body = NULL;
  char drawn[WG_PASSWORD_DRAWN], hash[WG_PASSWORD_LEN];
  wg_status st = wg_id_read(q, "id", q->param[0], &x.id);
  if (!st) st = wg_edit_read(q, NULL, WG_EDIT_SEEN, &body, &x.edit);
  if (!st) st = make_password(q, NULL, drawn, hash);
  if (st) return st;
  x.hash = hash;
  return run(q, r, wg_account_reset_password, &x, 200, drawn, true);
}

wg_status wg_h_account_sign_out(wg_request *q, wg_response *r) {
  wg_account_edit x = {.staff = -1, .disabled = -1};
  wg_json *body = NULL;
  wg_status st = wg_id_read(q, "id", q->param[0], &x.id);
  if (!st) st = wg_edit_read(q, NULL, WG_EDIT_SEEN, &body, &x.edit);
  return st ? st : run(q, r, wg_account_sign_out, &x, 200, NULL, true);
}
