/* Figures of the store: intake in groups, bulk insert, lists, plans, backup, check.
 * Run: bench_store [rows, default 200000] [folder, default .] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/time.h"
#include "store/sqlite.h"

#define MUST(call)                                                                                           \
  do {                                                                                                       \
    if (call) {                                                                                              \
      fprintf(stderr, "%s:%d: %s\n%s\n", __FILE__, __LINE__, #call, err.en);                                 \
      exit(1);                                                                                               \
    }                                                                                                        \
  } while (0)

static wg_err err;
static uint64_t seed = 88172645463325252u;
static uint32_t rnd(uint32_t n) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return (uint32_t)((seed >> 20) % n);
}

enum { AREAS = 440, GRIDS = 1300, CATEGORIES = 80, WORKERS = 1300 };

static void report(wg_store *s, int64_t k, bool client) {
  wg_incident i = {
      .state = WG_S_REPORTED, .severity = 1, .has_position = true, .accuracy_m = 8, .version = 1};
  uint32_t g = rnd(GRIDS);
  i.at = (wg_pt){(int32_t)(1195000000 + rnd(5000000)), (int32_t)(290000000 + rnd(4000000))};
  i.raw_lon = i.at.x / 1e7;
  i.raw_lat = i.at.y / 1e7;
  snprintf(i.crs, sizeof i.crs, "wgs84");
  snprintf(i.category, sizeof i.category, "c%02u", rnd(CATEGORIES));
  snprintf(i.network, sizeof i.network, "base");
  snprintf(i.area, sizeof i.area, "99010100%04u", g * AREAS / GRIDS);
  snprintf(i.grid, sizeof i.grid, "99010100%04u%03u", g * AREAS / GRIDS, g % 3 + 1);
  i.plan_version = 1;
  i.assigned = (wg_assignment){WG_ASSIGN_ON_DUTY, g + 1, WG_POST_OFFICER, 0};
  i.responsible = g + 1;
  i.received_at = i.occurred_at = 1770000000000 + k * 15000;
  i.sent_at = i.raw_occurred_at = i.received_at;
  i.accept_due = i.received_at + 3600000;
  i.handle_due = i.received_at + 86400000;
  i.reporter = 1 + rnd(WORKERS);
  char id[40];
  snprintf(id, sizeof id, "%08x-%04x-4%03x-9%03x-%08x%04x", rnd(1u << 31), rnd(65536), rnd(4096), rnd(4096),
           rnd(1u << 31), rnd(65536));
  i.client_id = client ? id : "";
  i.source = "field";
  int64_t serial;
  MUST(s->incident_serial(s, i.area, 20260101 + (int)(k / 6000), &serial, &err));
  snprintf(i.number, sizeof i.number, "%s-20260101-%04lld", i.area, (long long)serial);
  MUST(s->incident_insert(s, &i, &err));
  char text[120], h[2 * WG_HASH_LEN + 1], body[900], subject[40];
  snprintf(text, sizeof text, "路边有一堆垃圾无人清理，影响通行，请尽快处理。编号 %lld", (long long)k);
  wg_private p = {.field = "description", .text = text};
  wg_private_seal(&p);
  wg_hex(p.hash, WG_HASH_LEN, h);
  snprintf(body, sizeof body,
           "{\"accuracy_m\":8,\"area\":\"%s\",\"category\":\"%s\",\"crs\":\"wgs84\",\"description\":\"%s\","
           "\"grid\":\"%s\","
           "\"how\":0,\"lat\":%d,\"lon\":%d,\"network\":\"base\",\"number\":\"%s\",\"plan_version\":1,"
           "\"responsible\":%lld,"
           "\"state\":\"reported\",\"version\":1}",
           i.area, i.category, h, i.grid, i.at.y, i.at.x, i.number, (long long)i.responsible);
  snprintf(subject, sizeof subject, "incident/%lld", (long long)i.id);
  wg_event e = {.at = i.received_at,
                .actor = i.reporter,
                .kind = "incident.reported",
                .subject = subject,
                .body = body};
  MUST(s->event_append(s, &e, &p, 1, &err));
  if (rnd(10) == 0) return; /* a tenth stays open */
  i.state = WG_S_CLOSED;
}

static double since(int64_t t) { return (double)(wg_monotonic_us() - t) / 1e6; }

/* Processor time of this process, in seconds: steady where other programs share the machine. */
static double cpu(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
         (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void intake(wg_store *s, int64_t from, int64_t n, int batch, bool client, const char *what) {
  int64_t t = wg_monotonic_us(), tending = 0;
  double used = cpu();
  for (int64_t k = 0; k < n;) {
    MUST(s->begin(s, &err));
    for (int b = 0; b < batch && k < n; b++, k++) {
      MUST(s->savepoint(s, &err));
      report(s, from + k, client);
      MUST(s->release(s, &err));
    }
    MUST(s->commit(s, &err));
    if (k / 20000 != (k - batch) / 20000) {
      int64_t u = wg_monotonic_us();
      MUST(s->tend(s, &err));
      tending += wg_monotonic_us() - u;
    }
  }
  double all = since(t);
  printf("%-20s %7.0f /s, %7.0f /s without tending (%lld in groups of %d: %.2f s, tending %.2f s, processor "
         "%.2f s)\n",
         what, (double)n / all, (double)n / (all - (double)tending / 1e6), (long long)n, batch, all,
         (double)tending / 1e6, cpu() - used);
}

static wg_status count(void *ctx, const void *row) {
  (void)row;
  ++*(int *)ctx;
  return WG_OK;
}

static void list(wg_store *s, const char *what, wg_incident_query q) {
  q.limit = 1000;
  double best = 1e9, first = 0;
  int n = 0;
  for (int k = 0; k < 5; k++) {
    wg_arena a;
    wg_arena_init(&a);
    n = 0;
    int64_t t = wg_monotonic_us();
    MUST(s->incidents(s, &a, &q, count, &n, &err));
    double ms = (double)(wg_monotonic_us() - t) / 1e3;
    if (!k) first = ms;
    if (ms < best) best = ms;
    wg_arena_clear(&a);
  }
  printf("  list %-38s %5d rows %8.2f ms (first %.2f)\n", what, n, best, first);
}

static void lists(wg_store *s) {
  static char code[4096][16];
  static const char *all[4097], *one[2], *three[4];
  for (int i = 0; i < 4096; i++) {
    snprintf(code[i], sizeof code[i], "99010100%04d", i);
    all[i] = code[i];
  }
  one[0] = code[7];
  memcpy(three, all, 3 * sizeof *three);
  list(s, "everything", (wg_incident_query){.top_class = WG_SEALED});
  list(s, "one community", (wg_incident_query){.top_class = WG_SEALED, .areas = one});
  list(s, "three communities", (wg_incident_query){.top_class = WG_SEALED, .areas = three});
  list(s, "4096 area codes", (wg_incident_query){.top_class = WG_SEALED, .areas = all});
  list(s, "4096 area codes, closed",
       (wg_incident_query){.top_class = WG_SEALED, .areas = all, .states = 1u << WG_S_CLOSED});
  list(s, "4096 area codes, a category",
       (wg_incident_query){.top_class = WG_SEALED, .areas = all, .category = "c07"});
  list(s, "a grid", (wg_incident_query){.top_class = WG_SEALED, .grid = "990101000007002"});
  list(s, "a community and category",
       (wg_incident_query){.top_class = WG_SEALED, .areas = one, .category = "c07"});
  list(s, "since (newest hour)",
       (wg_incident_query){.top_class = WG_SEALED, .since = 1770000000000 + 200000ll * 15000});
  list(s, "mine (worker)",
       (wg_incident_query){.top_class = WG_ORDINARY, .mine = true, .party_account = 7, .party_staff = 9});
  list(s, "own area or mine",
       (wg_incident_query){.top_class = WG_ORDINARY, .areas = one, .party_account = 7, .party_staff = 9});
  list(s, "an unknown area", (wg_incident_query){.top_class = WG_SEALED, .area = "nowhere"});
  list(s, "a state nobody has", (wg_incident_query){.top_class = WG_SEALED, .states = 1u << WG_S_REVIEW});
}

static void ring(wg_plan *p, int32_t x, int32_t y, int32_t step, int n) {
  (void)wg_shapes_feature(&p->shapes);
  (void)wg_shapes_part(&p->shapes);
  (void)wg_shapes_ring(&p->shapes);
  int side = n / 4;
  for (int k = 0; k < n; k++) {
    int e = k / side, r = k % side;
    int32_t w = (int32_t)rnd(200);
    wg_pt q = e == 0   ? (wg_pt){x + r * step, y - w}
              : e == 1 ? (wg_pt){x + side * step + w, y + r * step}
              : e == 2 ? (wg_pt){x + (side - r) * step, y + side * step + w}
                       : (wg_pt){x - w, y + (side - r) * step};
    (void)wg_shapes_vertex(&p->shapes, q);
  }
}

static void plans(wg_store *s, int n) {
  wg_plan p = {.network = "base", .valid_from = 1, .source = "bench"};
  p.n = (uint32_t)n;
  p.grid = calloc((size_t)n, sizeof *p.grid);
  wg_shapes_init(&p.shapes);
  for (int i = 0; i < n; i++) {
    snprintf(p.grid[i].code, sizeof p.grid[i].code, "990101%09d", i);
    snprintf(p.grid[i].area, sizeof p.grid[i].area, "990101%06d", i / 4);
    snprintf(p.grid[i].kind, sizeof p.grid[i].kind, "basic");
    p.grid[i].names = "{\"zh\":\"第一网格\"}";
    p.grid[i].area_m2 = 12345.678 + i;
    ring(&p, 1190000000 + i % 320 * 30000, 290000000 + i / 320 * 30000, 2000, 52);
  }
  unsigned char hash[WG_HASH_LEN];
  int64_t t = wg_monotonic_us();
  MUST(s->begin(s, &err));
  MUST(s->plan_put(s, &p, hash, &err));
  char hex[2 * WG_HASH_LEN + 1], body[100];
  wg_hex(hash, WG_HASH_LEN, hex);
  snprintf(body, sizeof body, "{\"content\":\"%s\"}", hex);
  wg_event e = {.at = 1, .kind = "plan.published", .subject = "plan/base/1", .body = body};
  MUST(s->event_append(s, &e, NULL, 0, &err));
  double put = since(t);
  MUST(s->commit(s, &err));
  double commit = since(t);
  t = wg_monotonic_us();
  MUST(s->tend(s, &err));
  printf("plan of %d grids x 52 vertices: put %.2f s, committed %.2f s, tended %.2f s\n", n, put, commit,
         since(t));
  wg_arena a;
  wg_arena_init(&a);
  t = wg_monotonic_us();
  wg_plan q;
  MUST(s->plan_load(s, &a, "base", 0, &q, &err));
  printf("plan load: %.2f s, %u grids, %u vertices\n", since(t), q.n, q.shapes.n_pts);
  wg_arena_clear(&a);
  wg_shapes_deinit(&p.shapes);
  free(p.grid);
}

static void say(void *ctx, const char *en, const char *zh) {
  (void)ctx, (void)zh;
  printf("  ! %s\n", en);
}

static void wipe(const char *path) {
  static const char *const ends[] = {"", "-wal", "-shm", ".lock"};
  for (int i = 0; i < 4; i++) {
    char name[440];
    snprintf(name, sizeof name, "%s%s", path, ends[i]);
    unlink(name);
  }
}

int main(int argc, char **argv) {
  int64_t n = argc > 1 ? atoll(argv[1]) : 200000;
  char path[400], copy[420];
  snprintf(path, sizeof path, "%s/bench-store.db", argc > 2 ? argv[2] : ".");
  snprintf(copy, sizeof copy, "%s.bak", path);
  wipe(path);
  MUST(wg_sqlite_create(path, &err));
  wg_store *s;
  MUST(wg_sqlite_open(path, true, false, &s, &err));
  intake(s, 0, 50000, 256, true, "intake, empty file");
  intake(s, 50000, n, 1000, false, "bulk");
  sync(); /* what earlier phases left to the kernel is not charged to this one */
  intake(s, 50000 + n, 50000, 256, true, "intake, full file");
  MUST(s->tend(s, &err));
  lists(s);
  plans(s, 100000);
  int64_t t = wg_monotonic_us();
  MUST(s->backup(s, copy, NULL, NULL, &err));
  printf("backup: %.2f s\n", since(t));
  t = wg_monotonic_us();
  wg_check_report r;
  MUST(s->check(s, &r, say, NULL, &err));
  printf("check: %.2f s, %lld events, first bad %lld, %d problems\n", since(t), (long long)r.events,
         (long long)r.first_bad_seq, r.problems);
  s->close(s);
  wipe(path);
  wipe(copy);
  return 0;
}
