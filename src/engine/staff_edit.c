#include "engine/staff_edit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void put_text(wg_hasher *h, const char *text) { wg_hasher_field(h, text, text ? strlen(text) : 0); }

void wg_staff_version(const wg_roster *r, const wg_staff *s, const uint32_t *post, uint32_t n,
                      char out[WG_VERSION_LEN]) {
  wg_hasher h;
  wg_hasher_begin(&h);
  wg_hasher_int(&h, s->id);
  put_text(&h, s->code);
  put_text(&h, s->name);
  put_text(&h, s->phone);
  put_text(&h, s->org);
  wg_hasher_int(&h, s->full_time);
  for (uint32_t i = 0; i < n; i++) {
    const wg_post *p = &r->post[post[i]];
    uint32_t first = 0, shifts = 0;
    put_text(&h, p->network);
    put_text(&h, p->grid);
    wg_hasher_int(&h, p->kind);
    wg_roster_shifts(r, p->id, &first, &shifts);
    wg_hasher_int(&h, shifts);
    for (uint32_t k = first; k < first + shifts; k++) {
      wg_hasher_int(&h, r->shift[k].weekdays);
      wg_hasher_int(&h, r->shift[k].from);
      wg_hasher_int(&h, r->shift[k].to);
    }
  }
  wg_version_end(&h, out);
}

void wg_stand_in_version(const wg_stand_in *x, char out[WG_VERSION_LEN]) {
  wg_hasher h;
  wg_hasher_begin(&h);
  wg_hasher_int(&h, x->id);
  wg_hasher_int(&h, x->staff);
  wg_hasher_int(&h, x->by);
  wg_hasher_int(&h, x->from);
  wg_hasher_int(&h, x->until);
  wg_version_end(&h, out);
}

/* --- people -----------------------------------------------------------------------------------------------
 */

/* The roster as this transaction has it, and one person in it. */
struct now {
  wg_roster roster;
  const wg_staff *staff;
  uint32_t *post, n_posts;
};

static wg_status load(wg_txn *txn, wg_roster *r, wg_err *err) {
  wg_status st = txn->store->roster_load(txn->store, txn->arena, r, err);
  return st ? st : wg_roster_index(r, err);
}

static wg_status find(wg_staff_edit *x, wg_txn *txn, struct now *now, wg_err *err) {
  char version[WG_VERSION_LEN];
  wg_status st = load(txn, &now->roster, err);
  if (st) return st;
  now->staff = wg_roster_staff(&now->roster, x->id);
  if (!now->staff) return wg_fail(err, WG_NOT_FOUND, "id", WG_T("there is no such person", "没有该人员"));
  now->n_posts = 0;
  now->post = wg_arena_alloc(txn->arena, ((size_t)now->roster.n_posts + 1) * sizeof *now->post);
  if (!now->post) return WG_NO_MEMORY;
  for (uint32_t i = 0; i < now->roster.n_posts; i++)
    if (now->roster.post[i].staff == x->id) now->post[now->n_posts++] = i;
  wg_staff_version(&now->roster, now->staff, now->post, now->n_posts, version);
  return wg_edit_fresh(&x->edit, version, err);
}

static wg_status check_org(wg_txn *txn, const char *code, wg_err *err) {
  wg_org *org = NULL;
  uint32_t n = 0, i = 0;
  if (!code[0]) return WG_OK;
  wg_status st = txn->store->orgs_load(txn->store, txn->arena, &org, &n, err);
  while (!st && i < n && strcmp(org[i].code, code) != 0) i++;
  if (st || i < n) return st;
  return wg_fail_code(err, WG_NOT_FOUND, "unknown-org", "org",
                      WG_T("there is no organisation %s", "没有单位 %s"), code);
}

static wg_status emit(wg_staff_edit *x, wg_txn *txn, const char *kind, wg_err *err) {
  char subject[40];
  snprintf(subject, sizeof subject, "staff/%" PRId64, x->id);
  return wg_edit_emit(&x->edit, txn, kind, subject, err);
}

static wg_status write_staff(wg_staff_edit *x, wg_txn *txn, wg_staff *s, const char *kind, wg_err *err) {
  wg_status st = txn->store->staff_put(txn->store, s, err);
  x->id = s->id;
  if (st) return st;
  wg_jw *w = wg_edit_begin(&x->edit);
  wg_jw_member_str(w, "code", s->code);
  wg_jw_member_bool(w, "full_time", s->full_time);
  wg_edit_private(&x->edit, "name", s->name);
  wg_jw_member_str(w, "org", s->org[0] ? s->org : NULL);
  wg_edit_private(&x->edit, "phone", s->phone);
  wg_edit_reason(&x->edit);
  return emit(x, txn, kind, err);
}

static wg_status create(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_staff_edit *x = (wg_staff_edit *)edit;
  wg_roster r;
  wg_staff s = x->staff;
  wg_status st = load(txn, &r, err);
  for (uint32_t i = 0; !st && i < r.n_staff; i++)
    if (strcmp(r.staff[i].code, s.code) == 0)
      st = wg_fail_code(err, WG_CONFLICT, "code-taken", "code",
                        WG_T("there is a person of this code already", "已有同编码的人员"));
  if (!st) st = check_org(txn, s.org, err);
  return st ? st : write_staff(x, txn, &s, "staff.added", err);
}

wg_status wg_staff_create(wg_engine *e, wg_staff_edit *x, wg_err *err) {
  x->edit.write = create;
  return wg_edit_do(e, &x->edit, err);
}

static wg_status change(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_staff_edit *x = (wg_staff_edit *)edit;
  struct now now;
  wg_status st = find(x, txn, &now, err);
  if (st) return st;
  wg_staff s = x->staff;
  s.id = now.staff->id;
  memcpy(s.code, now.staff->code, sizeof s.code);
  if (strcmp(s.org, now.staff->org) != 0) st = check_org(txn, s.org, err);
  return st ? st : write_staff(x, txn, &s, "staff.changed", err);
}

wg_status wg_staff_change(wg_engine *e, wg_staff_edit *x, wg_err *err) {
  x->edit.write = change;
  return wg_edit_do(e, &x->edit, err);
}

/* --- posts ------------------------------------------------------------------------------------------------
 */

static bool grid_there(const wg_picture *p, const wg_post *post) {
  const wg_network *n = wg_picture_network(p, post->network, NULL);
  return n && wg_plan_find(&n->plan, post->grid) != WG_NO_INDEX;
}

static bool same_place(const wg_post *a, const wg_post *b) {
  return strcmp(a->network, b->network) == 0 && strcmp(a->grid, b->grid) == 0;
}

/* A grid of an earlier plan may stay where it was. */
static wg_status check_posts(const wg_staff_edit *x, const wg_txn *txn, const struct now *now, wg_err *err) {
  for (int i = 0; i < x->n_posts; i++) {
    const wg_post *p = &x->posts[i];
    char field[40];
    bool had = false;
    snprintf(field, sizeof field, "posts.%d.grid", i);
    for (uint32_t k = 0; k < now->n_posts; k++) had = had || same_place(p, &now->roster.post[now->post[k]]);
    if (!had && !grid_there(txn->picture, p))
      return wg_fail_code(err, WG_NOT_FOUND, "unknown-grid", field,
                          WG_T("there is no grid %s in network %s", "没有网格 %s（网络 %s）"), p->grid,
                          p->network);
    for (int k = 0; k < i; k++)
      if (p->kind == x->posts[k].kind && same_place(p, &x->posts[k]))
        return wg_fail_code(err, WG_UNPROCESSABLE, "duplicate", field,
                            WG_T("posts %d and %d are the same", "第 %d 项与第 %d 项岗位相同"), k, i);
  }
  return WG_OK;
}

/* Serves the grid after the edit: as manager, or in any post that can answer for it. */
static bool serves(const wg_staff_edit *x, const wg_post *place, wg_post_kind up_to) {
  for (int i = 0; i < x->n_posts; i++)
    if (x->posts[i].kind <= up_to && same_place(&x->posts[i], place)) return true;
  return false;
}

static bool other_manager(const struct now *now, const wg_post *place) {
  uint32_t first = 0, n = 0;
  wg_roster_posts(&now->roster, place->network, place->grid, &first, &n);
  for (uint32_t i = first; i < first + n; i++)
    if (now->roster.post[i].kind == WG_POST_MANAGER && now->roster.post[i].staff != place->staff) return true;
  return false;
}

static void touch_places(wg_staff_edit *x, wg_txn *txn, const struct now *now) {
  for (uint32_t k = 0; k < now->n_posts; k++) {
    const wg_post *p = &now->roster.post[now->post[k]];
    bool again = false; /* two posts in one grid are one place */
    for (uint32_t j = 0; j < k; j++) {
      const wg_post *before = &now->roster.post[now->post[j]];
      again = again || (same_place(p, before) && before->kind <= WG_POST_LEAD);
    }
    if (p->kind == WG_POST_MANAGER && !serves(x, p, WG_POST_MANAGER) && !other_manager(now, p) &&
        grid_there(txn->picture, p))
      wg_touch(&x->edit.touches[WG_T_GRIDS], x->edit.arena, p->grid);
    if (p->kind <= WG_POST_LEAD && !again && !serves(x, p, WG_POST_LEAD))
      wg_edit_touch_incidents(&x->edit, txn,
                              &(wg_touch_filter){.staff = p->staff, .network = p->network, .grid = p->grid});
  }
}

static void write_posts(wg_jw *w, const wg_staff_edit *x) {
  wg_jw_key(w, "posts");
  wg_jw_begin_array(w);
  for (int i = 0; i < x->n_posts; i++) {
    wg_jw_begin_object(w);
    wg_jw_member_str(w, "grid", x->posts[i].grid);
    wg_jw_member_str(w, "network", x->posts[i].network);
    wg_jw_member_str(w, "post", wg_post_name(x->posts[i].kind));
    wg_jw_key(w, "shifts");
    wg_jw_begin_array(w);
    for (int k = 0; k < x->n_shifts; k++) {
      if (x->shifts[k].post != i) continue;
      wg_jw_begin_object(w);
      wg_jw_member_int(w, "days", x->shifts[k].weekdays);
      wg_jw_member_int(w, "from", x->shifts[k].from);
      wg_jw_member_int(w, "to", x->shifts[k].to);
      wg_jw_end_object(w);
    }
    wg_jw_end_array(w);
    wg_jw_end_object(w);
  }
  wg_jw_end_array(w);
}

static wg_status post(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_staff_edit *x = (wg_staff_edit *)edit;
  struct now now;
  wg_status st = find(x, txn, &now, err);
  if (!st) st = check_posts(x, txn, &now, err);
  if (!st) touch_places(x, txn, &now);
  if (!st) st = wg_edit_orphans(edit, err);
  if (!st)
    st = txn->store->posts_replace(txn->store, x->id, x->posts, x->n_posts, x->shifts, x->n_shifts, err);
  if (st) return st;
  wg_jw *w = wg_edit_begin(edit);
  write_posts(w, x);
  wg_edit_reason(edit);
  return emit(x, txn, "staff.posts", err);
}

wg_status wg_staff_post(wg_engine *e, wg_staff_edit *x, wg_err *err) {
  x->edit.write = post;
  return wg_edit_do(e, &x->edit, err);
}

/* --- standing in ------------------------------------------------------------------------------------------
 */

static wg_status emit_stand_in(wg_edit *edit, wg_txn *txn, const wg_stand_in *s, const char *kind,
                               wg_err *err) {
  char subject[40];
  snprintf(subject, sizeof subject, "staff/%" PRId64, s->staff);
  wg_jw *w = wg_edit_begin(edit);
  wg_jw_member_int(w, "by", s->by);
  if (s->from) wg_jw_member_int(w, "from", s->from);
  wg_edit_reason(edit);
  if (s->until) wg_jw_member_int(w, "until", s->until);
  return wg_edit_emit(edit, txn, kind, subject, err);
}

static wg_status add(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_stand_in_edit *x = (wg_stand_in_edit *)edit;
  wg_roster r;
  wg_status st = load(txn, &r, err);
  const struct {
    const char *field;
    int64_t id;
  } who[] = {{"staff", x->x.staff}, {"by", x->x.by}};
  for (int k = 0; !st && k < 2; k++)
    if (!wg_roster_staff(&r, who[k].id))
      st = wg_fail_code(err, WG_NOT_FOUND, "unknown-staff", who[k].field,
                        WG_T("there is no staff %lld", "没有人员 %lld"), (long long)who[k].id);
  for (uint32_t i = 0; !st && i < r.n_stand_ins; i++)
    if (r.stand_in[i].staff == x->x.staff && r.stand_in[i].by == x->x.by && r.stand_in[i].from == x->x.from)
      st = wg_fail_code(err, WG_CONFLICT, "duplicate", "from",
                        WG_T("this is arranged already", "已有相同的代岗安排"));
  if (!st) st = txn->store->stand_in_put(txn->store, &x->x, err);
  return st ? st : emit_stand_in(edit, txn, &x->x, "roster.stand-in", err);
}

wg_status wg_stand_in_add(wg_engine *e, wg_stand_in_edit *x, wg_err *err) {
  x->edit.write = add;
  return wg_edit_do(e, &x->edit, err);
}

static wg_status end(wg_edit *edit, wg_txn *txn, wg_err *err) {
  wg_stand_in_edit *x = (wg_stand_in_edit *)edit;
  wg_roster r;
  char version[WG_VERSION_LEN];
  uint32_t i = 0;
  wg_status st = load(txn, &r, err);
  while (!st && i < r.n_stand_ins && r.stand_in[i].id != x->x.id) i++;
  if (!st && i == r.n_stand_ins)
    st = wg_fail(err, WG_NOT_FOUND, "id", WG_T("there is no such arrangement", "没有该代岗安排"));
  if (st) return st;
  wg_stand_in_version(&r.stand_in[i], version);
  st = wg_edit_fresh(edit, version, err);
  if (!st) st = txn->store->stand_in_delete(txn->store, x->x.id, err);
  return st ? st : emit_stand_in(edit, txn, &r.stand_in[i], "roster.stand-in-ended", err);
}

wg_status wg_stand_in_end(wg_engine *e, wg_stand_in_edit *x, wg_err *err) {
  x->edit.write = end;
  return wg_edit_do(e, &x->edit, err);
}
