/* POST /api/v1/positions: a device's fixes, in batches, in the order of its own counter. */
#include <string.h>

#include "api/app.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"

enum { BATCH_MAX = 1000, AHEAD_MS = 5 * 60000 };
#define EARLIEST_MS 946684800000ll /* 2000-01-01: a phone set to 1970 */

static wg_status read_fix(wg_request *q, const wg_json *fix, const char *device, wg_position *p) {
  static const char *const names[] = {"counter", "lon",     "lat",      "crs", "accuracy_m",
                                      "speed",   "heading", "fixed_at", NULL};
  wg_asker *a = wg_asker_of(q);
  double accuracy = -1, speed = -1, heading = -1;
  const char *crs = "wgs84";
  *p = (wg_position){.staff = a->viewer->staff, .received_at = a->now};
  strncpy(p->device, device, sizeof p->device - 1);
  if (!wg_json_is_object(fix))
    return wg_fail(&q->err, WG_INVALID, "positions",
                   WG_T("positions must be objects", "positions 的每一项应为对象"));
  wg_status st = wg_json_only(fix, names, &q->err);
  if (!st) st = wg_json_int(fix, "counter", WG_REQUIRED, 1, INT64_MAX / 2, &p->counter, &q->err);
  if (!st) st = wg_json_num(fix, "lon", WG_REQUIRED, -1e9, 1e9, &p->raw_lon, &q->err);
  if (!st) st = wg_json_num(fix, "lat", WG_REQUIRED, -1e9, 1e9, &p->raw_lat, &q->err);
  if (!st) st = wg_json_str(fix, "crs", WG_OPTIONAL, 23, &crs, &q->err);
  if (!st) st = wg_json_num(fix, "accuracy_m", WG_OPTIONAL, 0, 1e6, &accuracy, &q->err);
  if (!st) st = wg_json_num(fix, "speed", WG_OPTIONAL, 0, 1000, &speed, &q->err);
  if (!st) st = wg_json_num(fix, "heading", WG_OPTIONAL, 0, 360, &heading, &q->err);
  if (!st) st = wg_json_time(fix, "fixed_at", WG_REQUIRED, &p->fixed_at, &q->err);
  if (!st && (p->fixed_at > a->now + AHEAD_MS || p->fixed_at < EARLIEST_MS))
    st = wg_fail(&q->err, WG_INVALID, "fixed_at",
                 WG_T("fixed_at is in the future or before 2000; check the device's clock",
                      "fixed_at 在未来或早于 2000 年，请检查设备时钟"));
  if (!st) st = wg_crs_convert(a->app->crs, crs, p->raw_lon, p->raw_lat, &p->at, &q->err);
  strncpy(p->crs, crs, sizeof p->crs - 1);
  p->accuracy_m = (float)accuracy;
  p->speed = (float)speed;
  p->heading = (float)heading;
  return st;
}

struct batch {
  wg_command command;
  wg_request *q;
  wg_response *r;
  wg_deferred *token;
  wg_position *p;
  int n, fresh;    /* sent; of these news */
  int64_t counter; /* the newest of the device */
};

static wg_status write_batch(wg_command *c, wg_txn *txn) {
  struct batch *b = (struct batch *)c;
  return txn->store->positions_put(txn->store, b->p, b->fresh, &c->err);
}

static wg_status answer(const struct batch *b) {
  wg_jw w;
  wg_jw_init(&w, &b->r->body);
  wg_jw_begin_object(&w);
  wg_jw_member_int(&w, "taken", b->fresh);
  wg_jw_member_int(&w, "repeated", b->n - b->fresh);
  wg_jw_member_int(&w, "counter", b->counter);
  wg_jw_end_object(&w);
  return wg_answer(b->r, 200);
}

/* Of a batch the last one is where the device is. */
static void move_worker(const struct batch *b) {
  const wg_position *last = &b->p[b->fresh - 1];
  wg_app *app = b->q->app;
  wg_engine *engine = atomic_load(&app->engine);
  wg_pt was = {0, 0};
  bool had = false;
  wg_picture *now = wg_engine_picture(engine);
  if (wg_workers_put(wg_engine_workers(engine), now->land, last, &had, &was))
    wg_mark_moved(app, was, had, last->at);
  wg_picture_drop(now);
}

/* Writer thread, after the commit. */
static void written(wg_command *c, wg_status st) {
  struct batch *b = (struct batch *)c;
  if (st) {
    b->q->err = c->err;
  } else {
    move_worker(b);
    st = answer(b);
  }
  wg_http_complete(b->token, st); /* b and all of the request may be gone after this */
}

/* Drops what the device has sent before and what is out of order within the batch; returns how many are left.
 */
static int sift(wg_position *p, int n, int64_t counter) {
  int kept = 0;
  for (int k = 0; k < n; k++) {
    if (p[k].counter <= counter) continue;
    counter = p[k].counter;
    p[kept++] = p[k];
  }
  return kept;
}

static wg_status read_batch(wg_request *q, const char **device, wg_position **out, int *n) {
  wg_json *body = NULL, *list = NULL;
  wg_status st = wg_json_parse_object(&q->arena, q->body, q->body_len, &body, &q->err);
  if (!st) st = wg_json_only(body, (const char *[]){"device", "positions", NULL}, &q->err);
  if (!st) st = wg_json_str(body, "device", WG_REQUIRED, WG_CODE_LEN - 1, device, &q->err);
  if (!st && !wg_text_plain_code(*device))
    st = wg_fail(&q->err, WG_INVALID, "device",
                 WG_T("device must be a code (1–32 letters, digits, . _ -)",
                      "device 应为编码（1–32 个字母、数字或 . _ -）"));
  if (!st) st = wg_json_arr(body, "positions", WG_REQUIRED, BATCH_MAX, &list, &q->err);
  *n = st ? 0 : (int)wg_json_len(list);
  if (!st && !(*out = wg_arena_alloc(&q->arena, ((size_t)*n + 1) * sizeof **out))) st = WG_NO_MEMORY;
  for (int k = 0; !st && k < *n; k++) st = read_fix(q, wg_json_at(list, (size_t)k), *device, *out + k);
  return st;
}

wg_status wg_h_positions(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_engine *engine = atomic_load(&a->app->engine);
  const char *device = NULL;
  wg_position *p = NULL;
  int n = 0;
  wg_status st = read_batch(q, &device, &p, &n);
  if (st) return st;
  if (!a->viewer->staff)
    return wg_fail_code(&q->err, WG_UNPROCESSABLE, "no-worker", "",
                        WG_T("account %s stands for no worker, so it has no position to send",
                             "账号 %s 未关联人员，不能上传位置"),
                        a->viewer->name);
  struct batch *b = wg_arena_alloc(&q->arena, sizeof *b);
  if (!b) return WG_NO_MEMORY;
  int64_t counter = wg_workers_counter(wg_engine_workers(engine), a->viewer->staff, device);
  int fresh = sift(p, n, counter);
  *b = (struct batch){.command = {.run = write_batch, .done = written},
                      .q = q,
                      .r = r,
                      .p = p,
                      .n = n,
                      .fresh = fresh,
                      .counter = fresh ? p[fresh - 1].counter : counter};
  if (!fresh) return answer(b);
  b->token = wg_http_defer(q, r); /* a thread of the pool is not to wait for the disk */
  st = wg_engine_submit(engine, &b->command);
  if (st) {
    q->err = b->command.err;
    wg_http_complete(b->token, st);
  }
  return WG_OK;
}
