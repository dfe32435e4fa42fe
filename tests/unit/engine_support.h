/* A small district in a real store, for tests of the engine: two grids side by side, one worker. */
#ifndef TESTS_ENGINE_SUPPORT_H
#define TESTS_ENGINE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "base/time.h"
#include "engine/intake.h"
#include "store/sqlite.h"

typedef struct district {
  char dir[64], db[96];
  wg_engine *engine;
  int64_t account, worker;
  atomic_int rendered, woken;
} district;

#define ok(call)                                                                                             \
  do {                                                                                                       \
    wg_status st_ = (call);                                                                                  \
    if (st_) fail_msg("%s: %s %s", #call, wg_status_name(st_), err.en);                                      \
  } while (0)

static inline void square(wg_shapes *s, int32_t x0, int32_t y0, int32_t x1, int32_t y1) {
  wg_shapes_feature(s);
  wg_shapes_part(s);
  wg_shapes_ring(s);
  const wg_pt p[] = {{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}};
  for (int i = 0; i < 4; i++) wg_shapes_vertex(s, p[i]);
}

enum { X0 = 1200000000, Y0 = 300000000, STEP = 1000000 };

static inline wg_store *open_store(const district *d) {
  wg_store *s = NULL;
  wg_err err = {0};
  ok(wg_sqlite_open(d->db, true, false, &s, &err));
  return s;
}

/* Commits a plan of n grids in a row, in force since age_ms ago, as another process would. */
static inline void put_plan(district *d, wg_store *s, int n, int64_t age_ms) {
  wg_err err = {0};
  wg_plan plan = {.network = "base", .valid_from = wg_now_ms() - age_ms, .source = "test", .n = (uint32_t)n};
  plan.grid = calloc((size_t)n, sizeof *plan.grid);
  wg_shapes_init(&plan.shapes);
  for (int g = 0; g < n; g++) {
    snprintf(plan.grid[g].code, sizeof plan.grid[g].code, "99010100100100%d", g + 1);
    snprintf(plan.grid[g].area, sizeof plan.grid[g].area, "990101001001");
    snprintf(plan.grid[g].kind, sizeof plan.grid[g].kind, "basic");
    plan.grid[g].names = "{\"zh\":\"第几网格\"}";
    square(&plan.shapes, X0 + g * STEP, Y0, X0 + (g + 1) * STEP, Y0 + STEP);
  }
  unsigned char hash[WG_HASH_LEN];
  char body[96], hex[2 * WG_HASH_LEN + 1], subject[32];
  wg_event e = {.at = wg_now_ms(), .kind = "plan.published", .subject = subject, .body = body};
  ok(s->begin(s, &err));
  ok(s->plan_put(s, &plan, hash, &err));
  wg_hex(hash, WG_HASH_LEN, hex);
  snprintf(body, sizeof body, "{\"content\":\"%s\"}", hex);
  snprintf(subject, sizeof subject, "plan/base/%d", (int)plan.version);
  ok(s->event_append(s, &e, NULL, 0, &err));
  ok(s->commit(s, &err));
  wg_shapes_deinit(&plan.shapes);
  free(plan.grid);
  (void)d;
}

static inline void fill_district(district *d) {
  wg_err err = {0};
  wg_store *s = open_store(d);
  wg_area areas[] = {{.code = "990101", .level = "county", .names = "{\"zh\":\"演示区\"}", .named = true},
                     {.code = "990101001000",
                      .parent = "990101",
                      .level = "township",
                      .names = "{\"zh\":\"甲镇\"}",
                      .named = true},
                     {.code = "990101001001",
                      .parent = "990101001000",
                      .level = "village",
                      .names = "{\"zh\":\"甲村\"}",
                      .named = true}};
  wg_rules hour = {.limit[WG_C_ACCEPT][0] = {WG_U_MINUTES, 60}};
  wg_category cat[] = {{.code = "A1",
                        .group = "city",
                        .names = "{\"zh\":\"垃圾\"}",
                        .group_names = "{}",
                        .severity = 1,
                        .rules = &hour,
                        .fields = "[]"},
                       {.code = "R1",
                        .group = "safety",
                        .names = "{\"zh\":\"纠纷\"}",
                        .group_names = "{}",
                        .severity = 2,
                        .class_ = WG_RESTRICTED,
                        .fields = "[]"},
                       {.code = "OLD",
                        .group = "city",
                        .names = "{\"zh\":\"旧\"}",
                        .group_names = "{}",
                        .severity = 1,
                        .retired = true,
                        .fields = "[]"}};
  wg_staff worker = {.code = "w1", .name = "张三", .phone = "19900000001", .full_time = true};
  wg_post post = {.network = "base", .grid = "990101001001001", .kind = WG_POST_MANAGER};
  wg_account account = {.name = "desk"};
  ok(s->begin(s, &err));
  for (int i = 0; i < 3; i++) ok(s->area_put(s, &areas[i], NULL, 0, &err));
  for (int i = 0; i < 3; i++) ok(s->category_put(s, &cat[i], &err));
  ok(s->staff_put(s, &worker, &err));
  post.staff = worker.id;
  ok(s->posts_replace(s, worker.id, &post, 1, NULL, 0, &err));
  ok(s->account_put(s, &account, &err));
  wg_grant grant = {.account = account.id, .role = WG_DISPATCHER, .area = "990101"};
  ok(s->grant_put(s, &grant, &err));
  ok(s->commit(s, &err));
  put_plan(d, s, 2, 3600000);
  s->close(s);
  d->account = account.id;
  d->worker = worker.id;
}

static inline void render(void *ctx, const wg_picture *p, const wg_change *c, wg_feed_item *item) {
  district *d = ctx;
  (void)p, (void)c;
  snprintf(item->event, sizeof item->event, "%s", c->now ? "incident" : "other");
  atomic_fetch_add(&d->rendered, 1);
}
static inline void wake(void *ctx) { atomic_fetch_add(&((district *)ctx)->woken, 1); }

static inline void start_engine(district *d) {
  wg_err err = {0};
  wg_engine_config config = {.hooks = {.render = render, .wake = wake, .ctx = d}};
  config.writer = open_store(d);
  config.tender = open_store(d);
  ok(wg_engine_new(&config, &d->engine, &err));
  ok(wg_engine_start(d->engine, &err));
}

static inline void stop_engine(district *d) {
  wg_engine_free(d->engine);
  d->engine = NULL;
}

static inline int district_up(void **state) {
  district *d = calloc(1, sizeof *d);
  wg_err err = {0};
  snprintf(d->dir, sizeof d->dir, "/tmp/wg-engine-XXXXXX");
  assert_non_null(mkdtemp(d->dir));
  snprintf(d->db, sizeof d->db, "%s/t.db", d->dir);
  ok(wg_crypto_init());
  ok(wg_sqlite_create(d->db, &err));
  fill_district(d);
  start_engine(d);
  *state = d;
  return 0;
}

static inline int district_down(void **state) {
  district *d = *state;
  stop_engine(d);
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", d->dir);
  assert_int_equal(system(command), 0);
  free(d);
  return 0;
}

/* One report, and its end waited for. */
typedef struct sent {
  wg_intake in;
  wg_status status;
  char number[WG_NUMBER_LEN], grid[WG_CODE_LEN], description[64];
  int64_t id, seq, responsible;
} sent;
static inline void report_done(wg_intake *in, wg_status st) {
  sent *x = in->ctx;
  x->status = st;
  if (st) return;
  x->id = in->incident.id;
  x->seq = in->incident.seq;
  x->responsible = in->incident.responsible;
  memcpy(x->number, in->incident.number, sizeof x->number);
  memcpy(x->grid, in->incident.grid, sizeof x->grid);
}

static inline void prepare_report(const district *d, sent *x, const char *category, const char *client_id,
                                  int32_t dx, const char *text) {
  *x = (sent){0};
  x->in.report = (wg_report){.account = d->account,
                             .has_position = true,
                             .at = {X0 + dx, Y0 + STEP / 2},
                             .raw_lon = (X0 + dx) / WG_LATTICE,
                             .raw_lat = (Y0 + STEP / 2) / WG_LATTICE,
                             .crs = "wgs84",
                             .accuracy_m = -1,
                             .category = category,
                             .network = "base",
                             .client_id = client_id,
                             .source = "api",
                             .description = text};
  wg_hash(text, strlen(text), x->in.report.hash);
  x->in.finished = report_done;
  x->in.ctx = x;
  wg_intake_init(&x->in);
}

static inline wg_status report(const district *d, sent *x, const char *category, const char *client_id,
                               int32_t dx, const char *text) {
  prepare_report(d, x, category, client_id, dx, text);
  return wg_engine_do(d->engine, &x->in.command);
}

/* Calls check until it holds; fails after 10 s. */
#define eventually(check)                                                                                    \
  do {                                                                                                       \
    int64_t until_ = wg_monotonic_us() + 10000000;                                                           \
    while (!(check) && wg_monotonic_us() < until_) sched_yield();                                            \
    if (!(check)) fail_msg("never came true: %s", #check);                                                   \
  } while (0)

#endif
