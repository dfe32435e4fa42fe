/* Workers on their rounds: each inside its own grid, from corner to corner at a walk, with a rest here and
 * there, and its phone sends where it is every few seconds. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/jw.h"
#include "cli/play/play.h"

enum { HIRE_MS = 250, ASK_MS = 20, ROUND_MS = 60000, DUTY_MS = 600000, TRIES = 12 };
static const double WALK = 1.2, METRES_LAT = 110574, METRES_LON = 111320;

play_point play_moved(play_point from, double east_m, double north_m) {
  double lon = METRES_LON * cos(from.lat * M_PI / 180);
  return (play_point){from.lon + east_m / lon, from.lat + north_m / METRES_LAT};
}

static double apart(play_point a, play_point b, double *east, double *north) {
  *east = (b.lon - a.lon) * METRES_LON * cos(a.lat * M_PI / 180);
  *north = (b.lat - a.lat) * METRES_LAT;
  return hypot(*east, *north);
}

static bool inside(const play *p, const play_plot *plot, play_point q) {
  const play_point *ring = p->point + plot->first;
  bool in = false;
  for (uint32_t i = 0, j = plot->n - 1; i < plot->n; j = i++)
    if ((ring[i].lat > q.lat) != (ring[j].lat > q.lat) &&
        q.lon <
            (ring[j].lon - ring[i].lon) * (q.lat - ring[i].lat) / (ring[j].lat - ring[i].lat) + ring[i].lon)
      in = !in;
  return in;
}

static bool walkable(const play *p, const play_plot *plot, play_point a, play_point b) {
  enum { STEPS = 24 };
  for (int i = 1; i <= STEPS; i++) {
    double k = (double)i / STEPS;
    if (!inside(p, plot, (play_point){a.lon + (b.lon - a.lon) * k, a.lat + (b.lat - a.lat) * k}))
      return false;
  }
  return true;
}

/* From the middle towards a corner of the outline; share 1 is the corner itself. */
static play_point towards(const play *p, const play_plot *plot, uint32_t corner, double share) {
  play_point c = plot->centre, q = p->point[plot->first + corner % plot->n];
  return (play_point){c.lon + (q.lon - c.lon) * share, c.lat + (q.lat - c.lat) * share};
}

play_point play_somewhere(play *p, const play_plot *plot) {
  for (int i = 0; i < TRIES; i++) {
    play_point q = towards(p, plot, demo_below(&p->rng, plot->n), 0.93 * sqrt(demo_unit(&p->rng)));
    if (inside(p, plot, q)) return q;
  }
  return plot->centre;
}

/* Mostly along the streets that bound the grid, now and then across it. */
static void choose_way(play *p, play_walker *w) {
  const play_plot *plot = p->plot + w->person->plot;
  for (int i = 0; i < TRIES; i++) {
    play_point q = towards(p, plot, demo_below(&p->rng, plot->n), demo_between(&p->rng, 0.6, 0.93));
    if (!walkable(p, plot, w->at, q)) continue;
    w->to = q;
    return;
  }
}

static void move(play *p, play_walker *w) {
  double east, north, seconds = (double)(p->now - w->moved_at) / 1000;
  if (seconds > 60) seconds = 60; /* the server was away, or this machine slept */
  w->moved_at = p->now;
  w->speed = 0;
  if (p->now < w->rests_until) return;
  double left = apart(w->at, w->to, &east, &north), step = WALK * seconds;
  w->speed = WALK;
  if (step < left) {
    w->at = play_moved(w->at, east * step / left, north * step / left);
    return;
  }
  w->at = w->to;
  if (demo_unit(&p->rng) < 0.3) w->rests_until = p->now + 15000 + demo_below(&p->rng, 60000);
  choose_way(p, w);
}

/* What the phone knows is a few metres off. */
static void compose(play *p, const play_walker *w, wg_buf *body) {
  double east, north, accuracy = demo_between(&p->rng, 3, 15);
  apart(w->at, w->to, &east, &north);
  double heading = atan2(east, north) * 180 / M_PI;
  play_point seen = play_moved(w->at, demo_gauss(&p->rng), demo_gauss(&p->rng));
  wg_jw j;
  wg_jw_init(&j, body);
  wg_jw_begin_object(&j);
  wg_jw_member_str(&j, "device", "player");
  wg_jw_key(&j, "positions");
  wg_jw_begin_array(&j);
  wg_jw_begin_object(&j);
  int64_t now = wg_now_ms();
  wg_jw_member_int(&j, "counter", now); /* grows over restarts of the player too */
  wg_jw_member_num(&j, "lon", seen.lon, 7);
  wg_jw_member_num(&j, "lat", seen.lat, 7);
  wg_jw_member_num(&j, "accuracy_m", accuracy, 1);
  wg_jw_member_num(&j, "speed", w->speed, 2);
  if (w->speed > 0) wg_jw_member_num(&j, "heading", heading < 0 ? heading + 360 : heading, 0);
  wg_jw_member_time(&j, "fixed_at", now);
  wg_jw_end_object(&j);
  wg_jw_end_array(&j);
  wg_jw_end_object(&j);
}

static void dismiss(play_walker *w) {
  w->person->busy = false;
  *w = (play_walker){0};
}

/* One of the walkers whose time has come: off duty it goes home, signed out it signs in, else it sends. */
static int serve_one(play *p, play_walker *w) {
  bool on = true;
  int code = 200;
  if (p->now >= w->ask_at) {
    code = play_duty(p, w->person, &on);
    w->ask_at = p->now + DUTY_MS + demo_below(&p->rng, DUTY_MS / 4);
    if (code != 200) return code;
    if (!on) {
      dismiss(w);
      return 200;
    }
  }
  if (!w->token[0] && (code = play_sign_in(p->link, w->person->code, w->token)) != 200) {
    if (!play_later(code)) dismiss(w);
    return code;
  }
  move(p, w);
  wg_buf body;
  wg_buf_init(&body, PLAY_BODY_MAX);
  compose(p, w, &body);
  code = play_call(p->link, w->token, "/api/v1/positions", wg_buf_str(&body));
  wg_buf_deinit(&body);
  w->next_at = p->now + 5000 + demo_below(&p->rng, 5000);
  if (code == 200) p->positions++;
  if (code == 401) w->token[0] = '\0'; /* signs in at its next turn */
  if (code != 200 && code != 401 && !play_later(code)) dismiss(w);
  return code;
}

int play_walk(play *p, int64_t *next) {
  play_walker *first = NULL;
  for (int i = 0; i < PLAY_WALKERS; i++)
    if (p->walker[i].person && (!first || p->walker[i].next_at < first->next_at)) first = p->walker + i;
  int code = first && first->next_at <= p->now ? serve_one(p, first) : 200;
  *next = INT64_MAX;
  for (int i = 0; i < PLAY_WALKERS; i++)
    if (p->walker[i].person && p->walker[i].next_at < *next) *next = p->walker[i].next_at;
  return code;
}

static play_walker *free_place(play *p) {
  for (int i = 0; i < PLAY_WALKERS; i++)
    if (!p->walker[i].person) return p->walker + i;
  return NULL;
}

static void start_walk(play *p, play_walker *w, play_person *who, const char *token) {
  *w = (play_walker){.person = who,
                     .at = play_somewhere(p, p->plot + who->plot),
                     .moved_at = p->now,
                     .next_at = p->now,
                     .ask_at = p->now + DUTY_MS + demo_below(&p->rng, DUTY_MS / 4)};
  memcpy(w->token, token, sizeof w->token);
  w->to = w->at;
  who->busy = true;
  choose_way(p, w);
}

int play_hire(play *p) {
  play_walker *w = free_place(p);
  char token[PLAY_TOKEN_LEN];
  bool on = false;
  p->next_hire = p->now + ROUND_MS;
  if (!w || !p->n_people || p->no_workers || p->fruitless > p->n_people) {
    p->fruitless = 0;
    return 200;
  }
  play_person *who = p->person + p->turn;
  int code = who->busy ? 200 : play_duty(p, who, &on);
  if (play_later(code)) return code;
  p->turn = (p->turn + 1) % p->n_people;
  p->fruitless++;
  p->next_hire = p->now + ASK_MS;
  if (!on) return code;
  code = play_sign_in(p->link, who->code, token);
  /* a demo of an earlier version: one wrong name is enough, more of them would shut the door to everybody */
  if (code == 401) p->no_workers = true;
  if (code != 200) return code;
  p->fruitless = 0;
  p->next_hire = p->now + HIRE_MS;
  start_walk(p, w, who, token);
  return code;
}
