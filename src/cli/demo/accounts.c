/* Accounts: one for each role, named after it, and one for each of the district's workers, named by the code
 * in the list of staff: theirs are the phones that send positions and reports. All have one password, which
 * is public; therefore they work on this machine only, and its hash is made once for all workers. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/jw.h"
#include "cli/demo/fill.h"
#include "engine/account.h"

static wg_status account_event(demo_fill *f, int64_t id, const wg_grant *g) {
  char subject[40];
  wg_buf body;
  wg_jw w;
  wg_buf_init(&body, 1024);
  wg_jw_init(&w, &body);
  wg_grant_body(&w, g);
  snprintf(subject, sizeof subject, "account/%" PRId64, id);
  wg_status st = demo_event(f, f->start, "account.added", subject, wg_buf_str(&body));
  wg_buf_deinit(&body);
  return st;
}

/* The worker's grid lies in the main town; its grant reaches its township. */
static void place_worker(const demo_fill *f, wg_account *acc, wg_grant *g) {
  const demo_land *l = f->land;
  acc->staff = f->worker_staff;
  for (uint32_t i = 0; i < f->roster.n_posts; i++) {
    if (f->roster.post[i].staff != f->worker_staff) continue;
    uint32_t grid = wg_plan_find(&f->plan, f->roster.post[i].grid);
    const demo_community *c = l->areas.community + l->areas.community_of[l->areas.cell[grid]];
    snprintf(g->area, sizeof g->area, "%s", l->areas.township[c->township].code);
    snprintf(g->org, sizeof g->org, "%s", g->area);
    return;
  }
}

static wg_status put_account(demo_fill *f, wg_account *acc, wg_grant *g) {
  wg_status st = f->store->account_put(f->store, acc, f->err);
  g->account = acc->id;
  if (!st) st = f->store->grant_put(f->store, g, f->err);
  return st ? st : account_event(f, acc->id, g);
}

/* The role's own account, and its line in the list that the server prints. */
static wg_status put_role(demo_fill *f, wg_role role, const char *hash, wg_jw *list) {
  wg_account acc = {.demo = true};
  wg_grant g = {.role = role, .area = DEMO_ROOT};
  snprintf(acc.name, sizeof acc.name, "%s", wg_role_name(role));
  snprintf(acc.password, sizeof acc.password, "%s", hash);
  if (role == WG_DEPARTMENT) snprintf(g.org, sizeof g.org, "dept-urban");
  if (role == WG_DISPATCHER || role == WG_LEADER) snprintf(g.org, sizeof g.org, "centre");
  if (role == WG_WORKER) place_worker(f, &acc, &g);
  wg_status st = put_account(f, &acc, &g);
  if (role == WG_WORKER) f->worker = acc.id;
  if (role == WG_DISPATCHER) f->dispatcher = acc.id;
  wg_jw_begin_object(list);
  wg_jw_member_str(list, "name", acc.name);
  wg_jw_member_str(list, "password", DEMO_PASSWORD);
  wg_jw_member_str(list, "role", acc.name);
  wg_jw_end_object(list);
  return st;
}

/* Everyone in the list of staff, in the order of their codes. */
static wg_status put_workers(demo_fill *f, const char *hash) {
  wg_status st = WG_OK;
  for (uint32_t i = 0; !st && i < f->roster.n_staff && i < DEMO_WORKER_ACCOUNTS; i++) {
    const wg_staff *s = f->roster.staff + i;
    wg_account acc = {.demo = true, .staff = s->id};
    wg_grant g = {.role = WG_WORKER};
    snprintf(acc.name, sizeof acc.name, "%s", s->code);
    snprintf(acc.password, sizeof acc.password, "%s", hash);
    snprintf(g.area, sizeof g.area, "%s", s->org);
    snprintf(g.org, sizeof g.org, "%s", s->org);
    st = put_account(f, &acc, &g);
  }
  return st;
}

wg_status demo_put_accounts(demo_fill *f) {
  wg_store *s = f->store;
  char hash[WG_PASSWORD_LEN];
  wg_buf list;
  wg_jw w;
  wg_buf_init(&list, 8192);
  wg_jw_init(&w, &list);
  wg_jw_begin_array(&w);
  wg_status st = WG_OK;
  for (int r = 0; !st && r < WG_ROLES; r++) {
    st = wg_password_hash(DEMO_PASSWORD, hash);
    if (!st) st = put_role(f, (wg_role)r, hash, &w);
  }
  if (!st) st = put_workers(f, hash);
  wg_jw_end_array(&w);
  if (!st) st = wg_buf_status(&list);
  if (!st) st = s->setting_put(s, "demo_accounts", wg_buf_str(&list), f->err);
  wg_buf_deinit(&list);
  return st;
}
