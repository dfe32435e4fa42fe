/* wangge user add NAME: an account, or one more grant for it. The password comes on standard input. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/jw.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/account.h"
#include "cli/cli.h"
#include "engine/account.h"
#include "engine/device.h"
#include "engine/profile.h"
#include "store/sqlite.h"

struct adding {
  const char *name, *role, *area, *org, *from, *until;
  wg_account account;
  bool there;        /* the account exists: only a grant is added */
  int n_grants;      /* that it has already */
  bool unknown_area; /* there is no area at all yet: this one is made, marked unnamed, as imports do */
  wg_grant grant;
};

static wg_status check_words(struct adding *x, wg_err *err) {
  wg_status bad = wg_account_name_check(x->name, err);
  if (bad) return bad;
  if (!wg_role_parse(x->role, &x->grant.role))
    return wg_fail(
        err, WG_INVALID, "role",
        WG_T("there is no role \"%.30s\"; roles: admin security auditor planner dispatcher leader department "
             "worker wall",
             "没有角色“%.30s”；可用角色：admin security auditor planner dispatcher leader department worker "
             "wall"),
        x->role);
  if (!wg_text_code(x->area))
    return wg_fail(err, WG_INVALID, "area", WG_T("--area is no code", "--area 不是有效编码"));
  if (x->org && !wg_text_code(x->org))
    return wg_fail(err, WG_INVALID, "org", WG_T("--org is no code", "--org 不是有效编码"));
  const struct {
    const char *flag, *text;
    int64_t *out;
  } times[] = {{"--from", x->from, &x->grant.from}, {"--until", x->until, &x->grant.until}};
  for (int k = 0; k < 2; k++)
    if (times[k].text && !wg_time_parse(times[k].text, times[k].out))
      return wg_fail(err, WG_INVALID, times[k].flag + 2,
                     WG_T("%s must be a time with zone, like 2026-11-24T08:30:00+08:00",
                          "%s 应为带时区的时间，例如 2026-11-24T08:30:00+08:00"),
                     times[k].flag);
  snprintf(x->grant.area, sizeof x->grant.area, "%s", x->area);
  snprintf(x->grant.org, sizeof x->grant.org, "%s", x->org ? x->org : "");
  return WG_OK;
}

enum { NEAR = 4 };

/* A slip of the pen must not become an area: refused, with the codes that stand beside it. */
static wg_status refuse_area(const char *code, const wg_areas *areas, wg_err *err) {
  char near[NEAR * (WG_CODE_LEN + 2) + 1] = "";
  uint32_t at = 0, from;
  while (at < areas->n && strcmp(areas->item[at].code, code) < 0) at++;
  from = at > NEAR / 2 ? at - NEAR / 2 : 0;
  if (from + NEAR > areas->n) from = areas->n > NEAR ? areas->n - NEAR : 0;
  for (uint32_t i = from, n = 0; i < areas->n && i < from + NEAR; i++)
    n += (uint32_t)snprintf(near + n, sizeof near - n, "%s%s", n ? ", " : "", areas->item[i].code);
  return wg_fail_code(err, WG_NOT_FOUND, "area-unknown", "area",
                      WG_T("there is no area %s; near it are %s. If it is new, bring it in first with "
                           "`wangge import areas`",
                           "没有区划 %s；相近的有 %s。如为新区划，请先用 `wangge import areas` 导入"),
                      code, near);
}

/* With exclusive administrators the command does not make one person two of them either. */
static wg_status check_three(const struct adding *x, wg_store *s, wg_arena *arena,
                             const wg_account_book *book, wg_err *err) {
  wg_grant all[WG_VIEWER_GRANTS + 1];
  bool exclusive = false;
  int n = 0;
  const wg_grant *g = wg_account_book_grants(book, x->account.id, &n);
  wg_status st = wg_exclusive_now(s, arena, &exclusive, err);
  if (st || !x->there) return st;
  if (n > WG_VIEWER_GRANTS) n = WG_VIEWER_GRANTS;
  for (int i = 0; i < n; i++) all[i] = g[i];
  all[n] = x->grant;
  return wg_exclusive_check(exclusive, all, n + 1, err);
}

static wg_status find_account(struct adding *x, wg_store *s, wg_arena *arena, wg_err *err) {
  wg_account_book book;
  wg_areas areas = {0};
  wg_status st = wg_account_book_load(s, arena, &book, err);
  for (uint32_t i = 0; !st && i < book.n; i++)
    if (strcmp(book.item[i].name, x->name) == 0) {
      x->account = book.item[i];
      x->there = true;
    }
  if (!st && x->there) st = wg_device_refuse(s, arena, x->account.id, err);
  x->n_grants = 0;
  if (!st && x->there) wg_account_book_grants(&book, x->account.id, &x->n_grants);
  if (!st) st = check_three(x, s, arena, &book, err);
  if (!st && x->n_grants >= WG_VIEWER_GRANTS)
    return wg_fail(
        err, WG_UNPROCESSABLE, "role",
        WG_T("account %s has %d grants already, and no more count", "账号 %s 已有 %d 项授权，达到上限"),
        x->name, x->n_grants);
  if (!st) st = s->areas_load(s, arena, &areas, err);
  if (!st) st = wg_areas_index(arena, &areas, err);
  x->unknown_area = !st && wg_areas_find(&areas, x->area) == WG_NO_INDEX;
  return x->unknown_area && areas.n ? refuse_area(x->area, &areas, err) : st;
}

static wg_status make_area(const char *code, wg_store *s, wg_arena *arena, wg_err *err) {
  wg_area area = {.names = "{}"};
  char parent[WG_CODE_LEN];
  snprintf(area.code, sizeof area.code, "%s", code);
  wg_profile profile;
  wg_status st = wg_profile_load(s, arena, &profile, err);
  if (!st && wg_profile_parent(&profile, code, parent)) {
    snprintf(area.parent, sizeof area.parent, "%s", parent);
    snprintf(area.level, sizeof area.level, "%s", wg_profile_level_code(&profile, code));
  }
  wg_event e = {.at = wg_now_ms(), .kind = "area.made", .subject = "area", .body = "{}"};
  char body[80], subject[48];
  snprintf(subject, sizeof subject, "area/%s", code);
  snprintf(body, sizeof body, "{\"code\":\"%s\",\"named\":false}", code);
  e.subject = subject;
  e.body = body;
  if (!st) st = s->area_put(s, &area, NULL, 0, err);
  return st ? st : s->event_append(s, &e, NULL, 0, err);
}

/* Account and grant with their event, in one transaction. */
static wg_status write_account(struct adding *x, wg_store *s, wg_arena *arena, wg_err *err) {
  char subject[40];
  wg_buf body;
  wg_jw w;
  wg_buf_init(&body, 4096);
  wg_status st = s->begin(s, err);
  bool was_there = x->there;
  if (!st)
    st = find_account(x, s, arena, err); /* another may have been faster while the password was typed */
  if (!st && x->there && !was_there)
    st = wg_fail(err, WG_CONFLICT, "name",
                 WG_T("account %s was added by somebody else just now; for one more grant run this again",
                      "账号 %s 刚刚已由他人新增；如需追加授权请再次运行"),
                 x->name);
  if (!st && x->unknown_area) st = make_area(x->area, s, arena, err);
  if (!st && !x->there) st = s->account_put(s, &x->account, err);
  x->grant.account = x->account.id;
  if (!st) st = s->grant_put(s, &x->grant, err);
  wg_jw_init(&w, &body);
  wg_grant_body(&w, &x->grant);
  snprintf(subject, sizeof subject, "account/%" PRId64, x->account.id);
  wg_event e = {.at = wg_now_ms(),
                .kind = x->there ? "account.granted" : "account.added",
                .subject = subject,
                .body = wg_buf_str(&body)};
  if (!st) st = s->event_append(s, &e, NULL, 0, err);
  if (!st) st = s->commit(s, err);
  if (st && s->in_transaction(s)) s->rollback(s);
  wg_buf_deinit(&body);
  return st;
}

int wg_cmd_user_add(int argc, char **argv) {
  struct adding x = {0};
  const char *db = NULL;
  const wg_flag flags[] = {{"--db", &db, NULL, true},        {"--role", &x.role, NULL, true},
                           {"--area", &x.area, NULL, true},  {"--org", &x.org, NULL, false},
                           {"--from", &x.from, NULL, false}, {"--until", &x.until, NULL, false},
                           {NULL, NULL, NULL, false}};
  int n;
  int bad = wg_cli_args(argc, argv, flags, &x.name, 1, &n, 1);
  if (bad) return bad;
  wg_err err = {0};
  wg_status st = check_words(&x, &err);
  if (st) return wg_cli_bad_value(&err, st);
  wg_arena arena;
  wg_arena_init(&arena);
  wg_store *s = NULL;
  char password[WG_PASSWORD_ROOM];
  st = wg_sqlite_open(db, true, false, &s, &err);
  if (!st) st = find_account(&x, s, &arena, &err);
  if (!st && !x.there) {
    snprintf(x.account.name, sizeof x.account.name, "%s", x.name);
    st = wg_read_password(password, &err);
    if (!st) st = wg_password_hash(password, x.account.password);
  }
  if (!st) st = write_account(&x, s, &arena, &err);
  if (s) s->close(s);
  wg_arena_clear(&arena);
  if (st) return wg_cli_fail(&err, st);
  if (x.unknown_area)
    wg_cli_say("area %s was not known: made, without a name; import the areas to name it",
               "区划 %s 尚未导入：已新建，暂无名称；导入区划后即有名称", x.area);
  if (x.there)
    wg_cli_say("account %s is now also %s in %s (its password is as before)",
               "账号 %s 新增角色 %s，范围 %s（密码不变）", x.name, x.role, x.area);
  else
    wg_cli_say("account %s added: %s in %s", "已新增账号 %s：角色 %s，范围 %s", x.name, x.role, x.area);
  return WG_EXIT_OK;
}
