/* Positions, places, base map, backup. */
#ifndef WG_TESTS_STORE_SUITE_GROUND_H
#define WG_TESTS_STORE_SUITE_GROUND_H

#include <unistd.h>

#include "suite.h"

static wg_position fixed(int64_t staff, const char *device, int64_t counter, int64_t at, int32_t x) {
  wg_position p = {.staff = staff,
                   .counter = counter,
                   .at = {x, 290000000},
                   .raw_lon = 119.5,
                   .raw_lat = 29.5,
                   .crs = "wgs84",
                   .accuracy_m = 5,
                   .speed = 1.5f,
                   .heading = -1,
                   .fixed_at = at,
                   .received_at = at + 100};
  snprintf(p.device, sizeof p.device, "%s", device);
  return p;
}

struct last_got {
  wg_position p[8];
  int n;
};

static wg_status keep_position(void *ctx, const void *row) {
  struct last_got *g = ctx;
  g->p[g->n++] = *(const wg_position *)row;
  return WG_OK;
}

static void ground_orders_positions_by_counter(void **state) {
  struct fix *f = *state;
  wg_position p[] = {fixed(2, "d2", 1, 1000, 10), fixed(1, "d1", 5, 1000, 20), fixed(1, "d1", 4, 9000, 30),
                     fixed(1, "d1", 5, 9000, 40), fixed(1, "d1", 6, 2000, 50)};
  struct last_got g = {.n = 0};
  OK(f->s->positions_put(f->s, p, 5, &f->err));
  assert_false(f->s->in_transaction(f->s));
  OK(f->other->positions_last(f->other, &f->a, keep_position, &g, &f->err));
  assert_int_equal(g.n, 2);
  assert_int_equal(g.p[0].staff, 1);
  assert_int_equal(g.p[0].at.x, 50); /* the highest counter, not the latest clock */
  assert_int_equal(g.p[0].counter, 6);
  assert_int_equal(g.p[1].at.x, 10);
  assert_string_equal(g.p[1].device, "d2");
  assert_string_equal(g.p[1].crs, "wgs84");
  assert_true(g.p[1].speed > 1.49f && g.p[1].speed < 1.51f && g.p[1].heading < 0);

  wg_position second = fixed(1, "other", 1, 5000, 60), ahead = fixed(1, "third", 1, 9000000, 70);
  ahead.received_at = 3000; /* a clock that runs ahead */
  OK(f->s->positions_put(f->s, &second, 1, &f->err));
  OK(f->s->positions_put(f->s, &ahead, 1, &f->err));
  g.n = 0;
  OK(f->other->positions_last(f->other, &f->a, keep_position, &g, &f->err));
  assert_int_equal(g.n, 2); /* one row a person */
  assert_int_equal(g.p[0].at.x, 60);
}

/* --- places
 * -----------------------------------------------------------------------------------------------------------
 */

struct place_got {
  char name[10][64];
  int n;
};

static wg_status keep_place(void *ctx, const void *row) {
  struct place_got *g = ctx;
  snprintf(g->name[g->n++], 64, "%s", ((const wg_place *)row)->name);
  return WG_OK;
}

static struct place_got look(struct fix *f, const char *text, int limit) {
  struct place_got g = {.n = 0};
  OK(f->other->places_find(f->other, &f->a, text, limit, keep_place, &g, &f->err));
  return g;
}

static void ground_finds_places(void **state) {
  struct fix *f = *state;
  const struct {
    const char *name, *address;
  } item[] = {{"婺城区第一小学", "八一南街10号"},
              {"第一小学", "人民路2号"},
              {"Dongguan Road Market", "12 Dongguan Road"},
              {"学校路口", "学士街"},
              {"老宅", "第一小学对面"},
              {"Café Été", "x"}};
  wg_place p = {.kind = "poi", .has_position = true, .at = {1196000000, 290000001}, .area = "a1"};
  OK(f->s->begin(f->s, &f->err));
  for (size_t i = 0; i < sizeof item / sizeof *item; i++) {
    p.id = 0;
    p.name = item[i].name;
    p.address = item[i].address;
    OK(f->s->place_put(f->s, &p, &f->err));
  }
  OK(f->s->commit(f->s, &f->err));
  struct place_got g = look(f, "第一小学", 10);
  assert_int_equal(g.n, 3);
  assert_string_equal(g.name[0], "第一小学");       /* begins with it */
  assert_string_equal(g.name[1], "婺城区第一小学"); /* holds it */
  assert_string_equal(g.name[2], "老宅");           /* its address does */
  assert_int_equal(look(f, "第一小学", 2).n, 2);
  assert_int_equal(look(f, "学", 10).n, 4);
  assert_string_equal(look(f, "学校", 10).name[0], "学校路口");
  assert_int_equal(look(f, "校学", 10).n, 0); /* order counts */
  assert_string_equal(look(f, "dongg", 10).name[0], "Dongguan Road Market");
  assert_string_equal(look(f, "ROAD market", 10).name[0], "Dongguan Road Market");
  assert_string_equal(look(f, "八一南街 10号", 10).name[0], "婺城区第一小学");
  assert_string_equal(look(f, "cafe", 10).name[0], "Café Été");
  const char *const hostile[] = {
      "", " ", "\"", "\" OR *", "name:第", "(", "NEAR(", "-", "*", "'; DROP TABLE place; --", "^第", "{a b}"};
  for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
    look(f, hostile[i], 10); /* no error, whatever is typed */

  assert_int_equal(look(f, "wcqdyxx", 10).n, 1); /* initials, from the beginning of a name */
  assert_string_equal(look(f, "dyx", 10).name[0], "第一小学");
  assert_int_equal(look(f, "qdyxx", 10).n, 0);
  wg_place called = {.kind = "poi", .name = "人民广场", .address = "y", .alias = "红太阳;八一、老 城心"};
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->place_put(f->s, &called, &f->err));
  OK(f->s->commit(f->s, &f->err));
  const char *const by[] = {"红太阳", "老 城心", "hty", "lcx", "rmgc", "人民广"};
  for (size_t i = 0; i < sizeof by / sizeof *by; i++) {
    assert_int_equal(look(f, by[i], 10).n, 1);
    assert_string_equal(look(f, by[i], 10).name[0], "人民广场");
  }
  OK(f->other->place_get(f->other, &f->a, called.id, &called, &f->err));
  assert_string_equal(called.alias, "红太阳;八一、老 城心");
  called.alias = "";
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->place_put(f->s, &called, &f->err));
  OK(f->s->commit(f->s, &f->err));
  assert_int_equal(look(f, "hty", 10).n, 0);

  wg_place far = {
      .kind = "poi", .name = "甲", .address = "天省地市玄区黄镇宇村宙社洪里荒路日街月巷盈弄昃号辰楼宿室"};
  char much[400] = "";
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->place_put(f->s, &far, &f->err));
  OK(f->s->commit(f->s, &f->err));
  assert_int_equal(look(f, far.address, 10).n, 1);
  snprintf(much, sizeof much, "%s%s", far.address,
           far.address); /* its first words count: each costs a walk */
  assert_int_equal(look(f, much, 10).n, 1);

  wg_place got;
  OK(f->other->place_get(f->other, &f->a, p.id, &got, &f->err));
  assert_string_equal(got.name, "Café Été");
  assert_string_equal(got.area, "a1");
  assert_int_equal(got.at.y, 290000001);
  FAILS(WG_NOT_FOUND, f->s->place_get(f->s, &f->a, 9999, &got, &f->err));
  got.name = "Bistro";
  got.has_position = false;
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->place_put(f->s, &got, &f->err));
  OK(f->s->commit(f->s, &f->err));
  assert_int_equal(look(f, "cafe", 10).n, 0); /* the old words are gone */
  assert_int_equal(look(f, "bistro", 10).n, 1);
  OK(f->s->begin(f->s, &f->err));
  for (int k = 0; k < 6000; k++) { /* very many hold the word, one of the last begins with it */
    wg_place many = {.kind = "poi", .name = k == 5990 ? "超市" : "大超市", .address = "x"};
    OK(f->s->place_put(f->s, &many, &f->err));
  }
  OK(f->s->commit(f->s, &f->err));
  assert_string_equal(look(f, "超市", 1).name[0], "超市");
  OK(f->other->place_get(f->other, &f->a, got.id, &got, &f->err));
  assert_false(got.has_position);
  must_be_whole(f, f->s);
}

static wg_status keep_feature(void *ctx, const void *row) {
  const wg_basemap_feature *x = row;
  int *n = ctx;
  assert_string_equal(x->kind, *n ? "water" : "road");
  assert_int_equal(x->n_bytes, *n ? 0 : 3);
  if (!*n) {
    assert_memory_equal(x->bytes, "a\0b", 3);
    assert_string_equal(x->class_, "primary");
    assert_string_equal(x->names, "{\"zh\":\"人民路\"}");
    assert_int_equal(x->geometry, 2);
  }
  ++*n;
  return WG_OK;
}

static void ground_keeps_the_base_map(void **state) {
  struct fix *f = *state;
  wg_basemap_feature road = {"road", "primary", "{\"zh\":\"人民路\"}", 2, (const unsigned char *)"a\0b", 3},
                     water = {"water", "", "", 3, NULL, 0};
  int n = 0;
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->basemap_put(f->s, &road, &f->err));
  OK(f->s->basemap_put(f->s, &water, &f->err));
  OK(f->s->commit(f->s, &f->err));
  OK(f->other->basemap_load(f->other, &f->a, keep_feature, &n, &f->err));
  assert_int_equal(n, 2);
  OK(f->s->begin(f->s, &f->err));
  OK(f->s->basemap_clear(f->s, &f->err));
  OK(f->s->commit(f->s, &f->err));
  n = 0;
  OK(f->other->basemap_load(f->other, &f->a, count_row, &n, &f->err));
  assert_int_equal(n, 0);
}

/* --- backup
 * -------------------------------------------------------------------------------------------------------------
 */

struct busy {
  struct fix *f;
  int calls;
  double last;
};

/* Between two steps of the copy another connection commits. */
static void write_meanwhile(void *ctx, double share) {
  struct busy *b = ctx;
  struct fix *f = b->f;
  assert_true(share >= b->last && share <= 1);
  b->last = share;
  b->calls++;
  OK(f->other->begin(f->other, &f->err));
  note(f, f->other, "test/meanwhile", "{}");
  OK(f->other->commit(f->other, &f->err));
  OK(f->other->tend(f->other, &f->err));
}

static void ground_backs_up_while_serving(void **state) {
  struct fix *f = *state;
  wg_store *copy;
  wg_store_head head;
  enum { BIG = 10000000 }; /* several steps long, and it cannot be packed */
  unsigned char hash[WG_HASH_LEN], *big = malloc(BIG);
  wg_random(big, BIG);
  wg_incident i = {.number = "n", .crs = "wgs84", .version = 1, .description = "文字", .has_position = true};
  OK(f->s->begin(f->s, &f->err));
  file_incident(f, f->s, &i);
  OK(f->s->content_put(f->s, big, BIG, hash, &f->err));
  OK(f->s->commit(f->s, &f->err));
  free(big);
  char path[] = "/tmp/wg-backup-XXXXXX";
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  close(fd);
  struct busy b = {.f = f};
  OK(f->s->backup(f->s, path, write_meanwhile, &b, &f->err)); /* over a file that is there */
  assert_true(b.calls > 1);
  OK(f->maker->open_copy(path, &copy, &f->err));
  OK(copy->head(copy, &head, &f->err));
  assert_int_equal(head.seq, 1); /* the moment it began */
  must_be_whole(f, copy);
  wg_incident got;
  OK(copy->incident_get(copy, &f->a, i.id, &got, &f->err));
  assert_string_equal(got.description, "文字");
  copy->close(copy);
  unlink(path);
  OK(f->s->head(f->s, &head, &f->err));
  assert_int_equal(head.seq, 1 + b.calls); /* and none of the others waited or was lost */
  must_be_whole(f, f->s);
  FAILS(WG_NOT_FOUND, f->s->backup(f->s, "/nowhere/at/all/x.db", NULL, NULL, &f->err));
}

#define GROUND_TESTS(T)                                                                                      \
  T(ground_orders_positions_by_counter), T(ground_finds_places), T(ground_keeps_the_base_map),               \
      T(ground_backs_up_while_serving)

#endif
