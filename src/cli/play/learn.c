/* What the player learns from the API before it plays, as any program would. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/play/play.h"

/* --- the desks ------------------------------------------------------------------------------------------ */

/* A session that has ended is begun again at the next greeting. */
static int ask(play *p, int desk, const char *path) {
  int code = play_call(p->link, p->desk[desk], path, NULL);
  if (code == 401) p->desk[desk][0] = '\0';
  return code;
}

static int ask_me(play *p, bool *is_demo) {
  int code = ask(p, PLAY_HOTLINE, "/api/v1/me");
  wg_json *me = code == 200 ? play_answer(p->link, &p->scratch) : NULL, *server = NULL;
  const char *zone = NULL;
  if (!me || wg_json_obj(me, "server", WG_REQUIRED, &server, NULL)) return code == 200 ? PLAY_LOST : code;
  wg_json_bool(server, "demo", WG_OPTIONAL, is_demo, NULL);
  wg_json_str(server, "timezone", WG_OPTIONAL, 64, &zone, NULL);
  if (!p->zone && zone) wg_zone_open(zone, &p->zone, NULL);
  return p->zone ? 200 : PLAY_LOST;
}

int play_greet(play *p, bool *is_demo) {
  static const char *const names[PLAY_DESKS] = {"dispatcher", "department", "leader"};
  int code = 200;
  *is_demo = false;
  for (int d = 0; d < PLAY_DESKS; d++) {
    if (p->desk[d][0]) continue;
    code = play_sign_in(p->link, names[d], p->desk[d]);
    if (code != 200) return code;
    /* nothing more is sent to a server that is no demo */
    if (d == 0 && ((code = ask_me(p, is_demo)) != 200 || !*is_demo)) {
      p->desk[d][0] = '\0';
      return code;
    }
  }
  *is_demo = true;
  return code;
}

/* --- lists ---------------------------------------------------------------------------------------------- */

typedef bool (*item_fn)(play *p, const wg_json *item); /* false: enough */

static int read_list(play *p, const char *path, const char *member, item_fn fn) {
  char next[400];
  snprintf(next, sizeof next, "%s", path);
  while (next[0]) {
    int code = ask(p, PLAY_HOTLINE, next);
    wg_json *page = code == 200 ? play_answer(p->link, &p->scratch) : NULL, *items = NULL;
    const char *more = NULL;
    if (code != 200) return code;
    if (!page || wg_json_arr(page, member, WG_REQUIRED, 1000, &items, NULL)) return PLAY_LOST;
    for (size_t i = 0; i < wg_json_len(items); i++)
      if (!fn(p, wg_json_at(items, i))) return 200;
    wg_json_str(page, "next", WG_OPTIONAL, sizeof next - 1, &more, NULL);
    snprintf(next, sizeof next, "%s", more ? more : "");
    wg_arena_clear(&p->scratch);
  }
  return 200;
}

static const char *chinese(play *p, const wg_json *item) {
  wg_json *names = NULL;
  if (wg_json_obj(item, "name", WG_REQUIRED, &names, NULL)) return NULL;
  char *map = wg_json_dump(&p->scratch, names);
  return map ? wg_arena_strdup(&p->keep, wg_name_pick(&p->scratch, map, "zh")) : NULL;
}

static bool code_of(const wg_json *item, const char *name, char out[WG_CODE_LEN]) {
  const char *text = NULL;
  if (wg_json_str(item, name, WG_REQUIRED, WG_CODE_LEN - 1, &text, NULL)) return false;
  snprintf(out, WG_CODE_LEN, "%s", text);
  return true;
}

static bool take_kind(play *p, const wg_json *item) {
  play_kind *k = p->kind + p->n_kinds;
  int64_t severity = 1;
  bool retired = false;
  const char *name = NULL;
  wg_class class_ = WG_ORDINARY;
  wg_json_bool(item, "retired", WG_OPTIONAL, &retired, NULL);
  wg_json_int(item, "severity", WG_OPTIONAL, 1, 3, &severity, NULL);
  if (!wg_json_str(item, "class", WG_OPTIONAL, 32, &name, NULL) && name) wg_class_parse(name, &class_);
  if (retired || !code_of(item, "code", k->code) || !(k->name = chinese(p, item))) return true;
  k->urgent = severity == 3;
  k->share = demo_how_often(k->code, (int)severity, class_);
  return ++p->n_kinds < PLAY_KINDS;
}

/* The outer ring of the first part: where somebody walks. */
static bool take_ring(play *p, play_plot *plot, const wg_json *feature) {
  wg_json *geometry = NULL, *at = NULL;
  const char *type = "";
  if (wg_json_obj(feature, "geometry", WG_REQUIRED, &geometry, NULL) ||
      wg_json_str(geometry, "type", WG_REQUIRED, 40, &type, NULL) ||
      wg_json_arr(geometry, "coordinates", WG_REQUIRED, 100000, &at, NULL))
    return false;
  at = wg_json_at(at, 0);
  if (at && strcmp(type, "MultiPolygon") == 0) at = wg_json_at(at, 0);
  size_t n = at ? wg_json_len(at) : 0;
  if (n < 4 || n > PLAY_POINTS - p->n_points) return false;
  plot->first = p->n_points;
  plot->n = (uint32_t)n - 1; /* the last is the first again */
  for (uint32_t i = 0; i < plot->n; i++) {
    const wg_json *xy = wg_json_at(at, i);
    if (wg_json_len(xy) < 2 || !wg_json_is_number(wg_json_at(xy, 0)) || !wg_json_is_number(wg_json_at(xy, 1)))
      return false;
    play_point q = {wg_json_number(wg_json_at(xy, 0)), wg_json_number(wg_json_at(xy, 1))};
    p->point[plot->first + i] = q;
    plot->centre.lon += q.lon / plot->n;
    plot->centre.lat += q.lat / plot->n;
  }
  p->n_points += plot->n;
  return true;
}

/* A few plots are hot, many quiet: log-normal, as in the database; small ones are in town. */
static bool take_plot(play *p, const wg_json *feature) {
  play_plot *plot = p->plot + p->n_plots;
  wg_json *properties = NULL;
  double m2 = 1e6;
  *plot = (play_plot){0};
  if (wg_json_obj(feature, "properties", WG_REQUIRED, &properties, NULL) ||
      !code_of(properties, "code", plot->code) || !(plot->name = chinese(p, properties)) ||
      !take_ring(p, plot, feature))
    return true;
  wg_json_num(properties, "area_m2", WG_OPTIONAL, 0, 1e13, &m2, NULL);
  plot->heat = exp(0.9 * demo_gauss(&p->rng)) * (m2 < 300000 ? 1 : 0.3);
  return ++p->n_plots < PLAY_PLOTS;
}

static uint32_t find_plot(const play *p, const char *code) {
  uint32_t lo = 0, hi = p->n_plots; /* the list comes in the order of codes */
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    int c = strcmp(p->plot[mid].code, code);
    if (!c) return mid;
    if (c < 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  return UINT32_MAX;
}

/* Those who walk a grid of ours: its managers and information officers. */
static bool take_person(play *p, const wg_json *item) {
  play_person *who = p->person + p->n_people;
  wg_json *posts = NULL;
  const char *id = "", *kind = "";
  char grid[WG_CODE_LEN];
  *who = (play_person){.plot = UINT32_MAX};
  if (!code_of(item, "code", who->code) ||
      wg_json_str(item, "id", WG_REQUIRED, sizeof who->id - 1, &id, NULL) ||
      wg_json_arr(item, "posts", WG_REQUIRED, 10000, &posts, NULL))
    return true;
  snprintf(who->id, sizeof who->id, "%s", id);
  for (size_t i = 0; i < wg_json_len(posts) && who->plot == UINT32_MAX; i++) {
    const wg_json *post = wg_json_at(posts, i);
    if (!wg_json_str(post, "post", WG_REQUIRED, 40, &kind, NULL) && code_of(post, "grid", grid) &&
        (strcmp(kind, "manager") == 0 || strcmp(kind, "officer") == 0))
      who->plot = find_plot(p, grid);
  }
  if (who->plot != UINT32_MAX) p->n_people++;
  return p->n_people < PLAY_PEOPLE;
}

static void shuffle_people(play *p) {
  for (uint32_t i = p->n_people; i > 1; i--) {
    uint32_t j = demo_below(&p->rng, i);
    play_person keep = p->person[i - 1];
    p->person[i - 1] = p->person[j];
    p->person[j] = keep;
  }
}

int play_learn(play *p) {
  wg_arena_clear(&p->keep);
  p->n_plots = p->n_points = p->n_kinds = p->n_people = 0;
  p->plot = wg_arena_alloc(&p->keep, PLAY_PLOTS * sizeof *p->plot);
  p->point = wg_arena_alloc(&p->keep, PLAY_POINTS * sizeof *p->point);
  p->kind = wg_arena_alloc(&p->keep, PLAY_KINDS * sizeof *p->kind);
  p->person = wg_arena_alloc(&p->keep, (PLAY_PEOPLE + 1) * sizeof *p->person);
  if (!p->plot || !p->point || !p->kind || !p->person) return PLAY_LOST;
  int code = read_list(p, "/api/v1/categories?limit=500", "items", take_kind);
  if (code == 200) code = read_list(p, "/api/v1/grids?format=geojson&limit=200", "features", take_plot);
  if (code == 200) code = read_list(p, "/api/v1/staff?limit=500", "items", take_person);
  if (code == 200) shuffle_people(p);
  p->learned = code == 200 && p->n_plots && p->n_kinds;
  return code;
}

/* As one who may not see telephones: else every look would be a line of the access log. */
int play_duty(play *p, const play_person *who, bool *on) {
  char path[WG_CODE_LEN + 40];
  const char *id = "";
  *on = false;
  snprintf(path, sizeof path, "/api/v1/grids/%s", p->plot[who->plot].code);
  int code = ask(p, PLAY_OTHER_SYSTEM, path);
  wg_json *grid = code == 200 ? play_answer(p->link, &p->scratch) : NULL, *posts = NULL;
  if (!grid || wg_json_arr(grid, "posts", WG_OPTIONAL, 10000, &posts, NULL)) return code;
  for (size_t i = 0; posts && i < wg_json_len(posts) && !*on; i++) {
    const wg_json *post = wg_json_at(posts, i);
    const char *kind = "";
    if (!wg_json_str(post, "id", WG_REQUIRED, 24, &id, NULL) && strcmp(id, who->id) == 0 &&
        !wg_json_str(post, "post", WG_REQUIRED, 40, &kind, NULL) && strcmp(kind, "lead") != 0)
      wg_json_bool(post, "on_duty", WG_OPTIONAL, on, NULL);
  }
  return code;
}
