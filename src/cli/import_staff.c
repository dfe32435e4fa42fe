/* wangge import staff FILE: people, their posts and shifts. One row is one post of one person (or a person
 * without a post); a person's posts in the file replace those it had. All rows, or nothing. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/csv.h"
#include "base/text.h"
#include "cli/import_common.h"
#include "cli/text_index.h"
#include "store/sqlite.h"

enum { POSTS_MAX = 64, SHIFTS_MAX = 128, NAME_MAX_BYTES = 120, PHONE_MAX = 24, ROWS_MAX = 1000000 };

typedef struct person {
  wg_staff staff;
  uint64_t row; /* of the first mention */
  wg_post *post;
  wg_shift *shift;
  int n_posts, n_shifts;
} person;

struct staff_import {
  const char *db, *network, *path, *layer, *encoding;
  const char *told[9];
  bool dry_run, skip_bad;
  wg_arena arena;
  wg_tally tally;
  wg_table_about about; /* its texts live as long as the table */
  int column[9];
  wg_roster roster; /* those there are */
  wg_plan *plan;    /* of each network that the file names */
  uint32_t n_plans;
  person *person;
  uint32_t n, cap, next_code;
  wg_text_index by_key, known; /* of the file, of the roster */
  uint64_t posts;
};

enum { CODE, NAME, PHONE, ORG, POST, GRID, NETWORK, SHIFTS, FULL_TIME };

static const char *const code_names[] = {"code",     "staff_code", "worker_code", "工号", "人员编码",
                                         "人员编号", "编号",       "编码",        NULL};
static const char *const name_names[] = {"name", "姓名", "人员姓名", "网格员", "网格员姓名", NULL};
static const char *const phone_names[] = {"phone",  "mobile",   "tel",      "telephone", "电话", "手机",
                                          "手机号", "手机号码", "联系电话", "联系方式",  NULL};
static const char *const org_names[] = {"org",      "organisation", "organization", "department", "单位",
                                        "单位编码", "部门",         "部门编码",     "组织编码",   NULL};
static const char *const post_names[] = {"post", "role", "position", "岗位", "职务", "角色", NULL};
static const char *const grid_names[] = {"grid",     "grid_code", "gridcode", "网格",         "网格编码",
                                         "网格代码", "网格编号",  "所属网格", "所属网格编码", NULL};
static const char *const network_names[] = {"network", "网络", "体系", "网格体系", NULL};
static const char *const shift_names[] = {"shifts", "shift", "班次", "值班", "值班时间", "排班", NULL};
static const char *const full_names[] = {"full_time", "fulltime", "专职", "是否专职", "专兼职", "全职", NULL};

/* --- what there is ------------------------------------------------------------------------------------- */

static const wg_plan *plan_of(struct staff_import *x, const char *network) {
  for (uint32_t i = 0; i < x->n_plans; i++)
    if (!strcmp(x->plan[i].network, network)) return &x->plan[i];
  return NULL;
}

static wg_status load_plans(struct staff_import *x, wg_store *s, wg_err *err) {
  const char *const *codes = NULL;
  wg_status st = s->networks(s, &x->arena, &codes, err);
  uint32_t n = 0;
  while (!st && codes[n]) n++;
  x->plan = wg_arena_alloc(&x->arena, (n + 1) * sizeof *x->plan);
  if (!x->plan) return WG_NO_MEMORY;
  for (; !st && x->n_plans < n; x->n_plans++)
    st = s->plan_load(s, &x->arena, codes[x->n_plans], 0, &x->plan[x->n_plans], err);
  return st;
}

/* Codes are given to those without one: S000001, … behind the highest that there is. */
static wg_status look_at_roster(struct staff_import *x) {
  for (uint32_t i = 0; i < x->roster.n_staff; i++) {
    const wg_staff *p = &x->roster.staff[i];
    int64_t n;
    if (p->code[0] == 'S' && wg_text_int(p->code + 1, &n) && n >= x->next_code && n < 100000000)
      x->next_code = (uint32_t)n;
    const char *key = wg_arena_printf(&x->arena, "%s\n%s", p->name, p->phone);
    if (!key || wg_text_index_put(&x->known, key, i)) return WG_NO_MEMORY;
  }
  return WG_OK;
}

/* --- cells --------------------------------------------------------------------------------------------- */

/* "网格管理员、网格长" → its parts, trimmed; parts[i] point into copy. */
static int split(char *copy, char *parts[POSTS_MAX]) {
  static const char *const marks[] = {"、", "，", "；", ",", ";", "/", "\n"};
  for (size_t m = 0; m < sizeof marks / sizeof *marks; m++)
    for (char *at; (at = strstr(copy, marks[m]));) {
      size_t k = strlen(marks[m]);
      memset(at, 1, k);
    }
  int n = 0;
  char *save = NULL;
  for (char *p = strtok_r(copy, "\1", &save); p && n < POSTS_MAX; p = strtok_r(NULL, "\1", &save)) {
    while (*p == ' ') p++;
    size_t k = strlen(p);
    while (k && p[k - 1] == ' ') p[--k] = 0;
    if (k) parts[n++] = p;
  }
  return n;
}

static bool phone_ok(const char *phone) {
  size_t digits = 0, n = strlen(phone);
  for (size_t i = 0; i < n; i++) {
    if (phone[i] >= '0' && phone[i] <= '9')
      digits++;
    else if (!strchr("+-() ", phone[i]))
      return false;
  }
  return digits >= 3 && n <= PHONE_MAX;
}

static bool yes_no(const char *text, bool *out) {
  static const char *const yes[] = {"1",    "yes",  "y",    "true",      "是",
                                    "专职", "全职", "full", "full-time", "fulltime"};
  static const char *const no[] = {"0", "no", "n", "false", "否", "兼职", "part", "part-time", "parttime"};
  for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
    if (!strcasecmp(text, yes[i])) return *out = true, true;
  for (size_t i = 0; i < sizeof no / sizeof *no; i++)
    if (!strcasecmp(text, no[i])) return *out = false, true;
  return false;
}

/* --- persons -------------------------------------------------------------------------------------------- */

/* Who a row is about: by code, else by name and phone. In the arena. */
static const char *key_of(struct staff_import *x, const char *code, const char *name, const char *phone) {
  return code ? wg_arena_printf(&x->arena, "#%s", code) : wg_arena_printf(&x->arena, "%s\n%s", name, phone);
}

static person *new_person(struct staff_import *x, const char *key) {
  if (x->n == x->cap) {
    uint32_t cap = x->cap ? x->cap * 2 : 256;
    person *p = realloc(x->person, cap * sizeof *p);
    if (!p) return NULL;
    x->person = p;
    x->cap = cap;
  }
  if (wg_text_index_put(&x->by_key, key, x->n)) return NULL;
  person *p = &x->person[x->n++];
  *p = (person){.staff = {.full_time = true}};
  return p;
}

/* One row, read and checked, before it changes anything. */
typedef struct staff_row {
  const char *code, *name, *phone, *org;
  bool full_time, has_full_time;
  char *grid[POSTS_MAX], *post[POSTS_MAX];
  int n_grids, n_posts, n_shifts;
  const char *network;
  wg_shift shift[SHIFTS_MAX];
} staff_row;

#define REFUSE(...) return wg_tally_refuse(&x->tally, row->number, __VA_ARGS__)

/* A refused row has tally.refused raised. */
static wg_status check_person(struct staff_import *x, const wg_table_row *row, staff_row *r) {
  r->code = wg_cell(row, x->column[CODE]);
  r->name = wg_cell(row, x->column[NAME]);
  r->phone = wg_cell(row, x->column[PHONE]);
  r->org = wg_cell(row, x->column[ORG]);
  const char *full = wg_cell(row, x->column[FULL_TIME]);
  if (!r->phone) r->phone = "";
  if (!r->name) REFUSE(WG_T("has no name", "没有姓名"));
  if (strlen(r->name) > NAME_MAX_BYTES)
    REFUSE(WG_T("has a name longer than %d bytes", "的姓名超过 %d 字节"), NAME_MAX_BYTES);
  if (x->column[CODE] >= 0 && !r->code) REFUSE(WG_T("has no code", "没有编码"));
  if (r->code && !wg_text_code(r->code))
    REFUSE(WG_T("has \"%.40s\", which is no code", "的“%.40s”不是有效编码"), r->code);
  if (*r->phone && !phone_ok(r->phone)) REFUSE(WG_T("has a phone number that is none", "的电话号码无效"));
  if (r->org && !wg_text_code(r->org))
    REFUSE(WG_T("has an organisation \"%.40s\" that is no code", "的单位“%.40s”不是有效编码"), r->org);
  r->has_full_time = full != NULL;
  if (full && !yes_no(full, &r->full_time))
    REFUSE(WG_T("has \"%.40s\" where yes or no is expected", "的“%.40s”应为 是/否 或 专职/兼职"), full);
  return WG_OK;
}

static wg_status check_posts(struct staff_import *x, const wg_table_row *row, staff_row *r) {
  const char *grids = wg_cell(row, x->column[GRID]), *posts = wg_cell(row, x->column[POST]),
             *shifts = wg_cell(row, x->column[SHIFTS]), *network = wg_cell(row, x->column[NETWORK]);
  r->network = network ? network : x->network;
  char *copy = wg_arena_strdup(&x->arena, grids ? grids : ""),
       *copy_2 = wg_arena_strdup(&x->arena, posts ? posts : "manager");
  if (!copy || !copy_2) return WG_NO_MEMORY;
  r->n_grids = split(copy, r->grid);
  r->n_posts = r->n_grids ? split(copy_2, r->post) : 0;
  if (!r->n_grids && posts) REFUSE(WG_T("has a post but no grid", "有岗位但没有网格"));
  if (!wg_text_code(r->network))
    REFUSE(WG_T("has a network \"%.40s\" that is no code", "的网格体系“%.40s”不是有效编码"), r->network);
  const wg_plan *plan = plan_of(x, r->network);
  for (int i = 0; i < r->n_grids; i++)
    if (!plan || wg_plan_find(plan, r->grid[i]) == WG_NO_INDEX)
      REFUSE(WG_T("names grid %.40s, which network %.32s has not", "的网格 %.40s 在网格体系 %.32s 中不存在"),
             r->grid[i], r->network);
  for (int i = 0; i < r->n_posts; i++) {
    wg_post_kind kind;
    if (!wg_post_parse(r->post[i], &kind))
      REFUSE(
          WG_T("has an unknown post \"%.40s\": manager, officer, lead, police, cadre, judicial, other",
               "的岗位“%.40s”未知：应为网格管理员、网格信息员、网格长、社区民警、村（社区）干部、司法、其他"),
          r->post[i]);
  }
  wg_err why = {0};
  if (shifts && wg_shifts_parse(shifts, r->shift, SHIFTS_MAX, &r->n_shifts, &why)) {
    wg_status st =
        wg_tally_refuse(&x->tally, row->number,
                        WG_T("has shifts that cannot be read: %.80s", "的班次无法识别：%.80s"), shifts);
    return st;
  }
  return WG_OK;
}

static wg_status add_posts(struct staff_import *x, const wg_table_row *row, person *p, const staff_row *r) {
  int n = r->n_grids * r->n_posts;
  if (!n) return WG_OK;
  if (p->n_posts + n > POSTS_MAX || p->n_shifts + n * r->n_shifts > SHIFTS_MAX)
    REFUSE(WG_T("gives one person more than %d posts or %d shifts", "使同一人超过 %d 个岗位或 %d 个班次"),
           POSTS_MAX, SHIFTS_MAX);
  if (!p->post) p->post = wg_arena_alloc(&x->arena, POSTS_MAX * sizeof *p->post);
  if (!p->shift && r->n_shifts) p->shift = wg_arena_alloc(&x->arena, SHIFTS_MAX * sizeof *p->shift);
  if (!p->post || (r->n_shifts && !p->shift)) return WG_NO_MEMORY;
  for (int g = 0; g < r->n_grids; g++)
    for (int k = 0; k < r->n_posts; k++) {
      wg_post *post = &p->post[p->n_posts];
      *post = (wg_post){0};
      wg_post_parse(r->post[k], &post->kind);
      snprintf(post->network, sizeof post->network, "%s", r->network);
      snprintf(post->grid, sizeof post->grid, "%s", r->grid[g]);
      for (int i = 0; i < p->n_posts; i++)
        if (p->post[i].kind == post->kind && !strcmp(p->post[i].grid, post->grid) &&
            !strcmp(p->post[i].network, post->network))
          REFUSE(WG_T("gives the same post in grid %.40s twice", "重复了网格 %.40s 的同一岗位"), post->grid);
      for (int s = 0; s < r->n_shifts; s++) {
        wg_shift *shift = &p->shift[p->n_shifts++];
        *shift = r->shift[s];
        shift->post = p->n_posts;
      }
      p->n_posts++;
      x->posts++;
    }
  return WG_OK;
}

static wg_status take_row(struct staff_import *x, const wg_table_row *row) {
  staff_row r = {0};
  uint64_t refused = x->tally.refused;
  wg_status st = check_person(x, row, &r);
  if (st || x->tally.refused > refused) return st;
  st = check_posts(x, row, &r);
  if (st || x->tally.refused > refused) return st;
  const char *key = key_of(x, r.code, r.name, r.phone);
  if (!key) return WG_NO_MEMORY;
  uint32_t same = wg_text_index_get(&x->by_key, key);
  person *p = same == WG_TEXT_NONE ? NULL : &x->person[same];
  if (p &&
      (strcmp(p->staff.name, r.name) || (*r.phone && *p->staff.phone && strcmp(p->staff.phone, r.phone))))
    REFUSE(
        WG_T("has the code of row %llu with another name or phone", "与第 %llu 行编码相同而姓名或电话不同"),
        (unsigned long long)p->row);
  if (!p) {
    p = new_person(x, key);
    if (!p) return WG_NO_MEMORY;
    p->row = row->number;
    p->staff.name = wg_arena_strdup(&x->arena, r.name);
    p->staff.phone = "";
    uint32_t there = r.code ? (uint32_t)WG_TEXT_NONE : wg_text_index_get(&x->known, key);
    if (r.code)
      snprintf(p->staff.code, sizeof p->staff.code, "%s", r.code);
    else if (there != WG_TEXT_NONE)
      memcpy(p->staff.code, x->roster.staff[there].code, sizeof p->staff.code);
    else
      snprintf(p->staff.code, sizeof p->staff.code, "S%06u", ++x->next_code);
  }
  if (*r.phone && !*p->staff.phone) p->staff.phone = wg_arena_strdup(&x->arena, r.phone);
  if (r.org) snprintf(p->staff.org, sizeof p->staff.org, "%s", r.org);
  if (r.has_full_time) p->staff.full_time = r.full_time;
  if (!p->staff.name || !p->staff.phone) return WG_NO_MEMORY;
  st = add_posts(x, row, p, &r);
  if (!st && x->tally.refused == refused) x->tally.taken++;
  return st;
}

/* --- the whole ------------------------------------------------------------------------------------------ */

static wg_status read_table(struct staff_import *x, wg_err *err) {
  wg_table *t = NULL;
  wg_status st = wg_table_open(
      &(wg_table_options){.path = x->path, .layer = x->layer, .encoding = x->encoding}, &t, err);
  const char *const *names[] = {code_names, name_names,    phone_names, org_names, post_names,
                                grid_names, network_names, shift_names, full_names};
  static const char *const flags[] = {"--code", "--name",          "--phone",  "--org",      "--post",
                                      "--grid", "--network-field", "--shifts", "--full-time"};
  wg_wanted list[10] = {{0}};
  for (int i = 0; i < 9; i++) list[i] = (wg_wanted){flags[i], x->told[i], names[i], i == NAME, &x->column[i]};
  if (!st) st = wg_columns_wanted(t, list, err);
  if (!st) {
    x->about = *wg_table_tells(t);
    wg_print_table(&x->about);
    int n;
    const char *const *column = wg_table_columns(t, &n);
    for (int i = 0; i < 9; i++)
      if (x->column[i] >= 0) wg_cli_say("%s: field %s", "%s：字段 %s", flags[i] + 2, column[x->column[i]]);
  }
  while (!st) {
    wg_table_row row;
    st = wg_table_next(t, &row, err);
    if (st || !row.number) break;
    if (++x->tally.read > ROWS_MAX)
      st = wg_fail(err, WG_TOO_LARGE, "file", WG_T("more than %d rows", "超过 %d 行"), ROWS_MAX);
    else
      st = take_row(x, &row);
  }
  wg_table_close(t);
  return st;
}

static wg_status write_all(void *ctx, wg_store *s, wg_err *err) {
  struct staff_import *x = ctx;
  wg_status st = WG_OK;
  for (uint32_t i = 0; !st && i < x->n; i++) {
    person *p = &x->person[i];
    st = s->staff_put(s, &p->staff, err);
    for (int k = 0; k < p->n_posts; k++) p->post[k].staff = p->staff.id;
    if (!st) st = s->posts_replace(s, p->staff.id, p->post, p->n_posts, p->shift, p->n_shifts, err);
  }
  wg_buf body;
  wg_jw w;
  wg_buf_init(&body, 4096);
  wg_jw_init(&w, &body);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "file", wg_base_name(x->path));
  if (x->about.hashed) wg_member_file_hash(&w, x->about.hash);
  wg_jw_member_int(&w, "posts", (int64_t)x->posts);
  wg_jw_member_int(&w, "refused", (int64_t)x->tally.refused);
  wg_jw_member_int(&w, "rows", (int64_t)x->tally.read);
  wg_jw_member_int(&w, "staff", x->n);
  wg_jw_end_object(&w);
  if (!st) st = wg_import_event(s, "staff.imported", "staff", &body, err);
  wg_buf_deinit(&body);
  return st;
}

static wg_status import(struct staff_import *x, wg_err *err) {
  wg_store *s = NULL;
  wg_status st = wg_sqlite_open(x->db, !x->dry_run, false, &s, err);
  if (!st) st = s->roster_load(s, &x->arena, &x->roster, err);
  if (!st) st = load_plans(x, s, err);
  if (!st) st = look_at_roster(x);
  if (!st) st = read_table(x, err);
  if (!st) {
    wg_tally_print(&x->tally);
    st = wg_tally_verdict(&x->tally, x->skip_bad, err);
  }
  if (!st && !x->dry_run) st = wg_in_transaction(s, write_all, x, err);
  if (!st)
    wg_cli_say("%u people with %" PRIu64 " posts%s", "人员 %u 名，岗位 %" PRIu64 " 个%s", x->n, x->posts,
               x->dry_run ? (wg_cli_lang()[0] == 'z' ? "（试运行，未做任何更改）"
                                                     : " (--dry-run: nothing was changed)")
                          : "");
  if (s) s->close(s);
  return st;
}

int wg_cmd_import_staff(int argc, char **argv) {
  struct staff_import x = {.network = "base"};
  const wg_flag flags[] = {{"--db", &x.db, NULL, true},
                           {"--layer", &x.layer},
                           {"--encoding", &x.encoding},
                           {"--network", &x.network},
                           {"--code", &x.told[CODE]},
                           {"--name", &x.told[NAME]},
                           {"--phone", &x.told[PHONE]},
                           {"--org", &x.told[ORG]},
                           {"--post", &x.told[POST]},
                           {"--grid", &x.told[GRID]},
                           {"--network-field", &x.told[NETWORK]},
                           {"--shifts", &x.told[SHIFTS]},
                           {"--full-time", &x.told[FULL_TIME]},
                           {"--dry-run", NULL, &x.dry_run},
                           {"--skip-bad", NULL, &x.skip_bad},
                           {NULL, NULL, NULL, false}};
  const char *file[1];
  int n, bad = wg_cli_args(argc, argv, flags, file, 1, &n, 1);
  if (bad) return bad;
  if ((bad = wg_cli_check_encoding(x.encoding))) return bad;
  if (!wg_text_code(x.network)) return wg_cli_usage_error("--network is no code", "--network 不是有效编码");
  x.path = file[0];
  wg_err err = {0};
  wg_arena_init(&x.arena);
  x.tally.arena = &x.arena;
  wg_status st = import(&x, &err);
  free(x.person);
  wg_text_index_deinit(&x.by_key);
  wg_text_index_deinit(&x.known);
  wg_arena_clear(&x.arena);
  return st ? wg_cli_fail(&err, st) : WG_EXIT_OK;
}
