/* Reports: what, where and in which words, from a hotline, from workers on their rounds and from another
 * system. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/jw.h"
#include "cli/play/play.h"
#include "geo/crs.h"

static const double GAP_S = 12, GAP_LEAST_S = 8, GAP_MOST_S = 22, SILENCE_S = 36, URGENT = 1.0 / 25;

/* Poisson, denser in the hours when more happens; never silent for long. Of the three domains the streets set
 * the hour. */
static int64_t next_gap_ms(play *p) {
  int hour = wg_zone_local(p->zone, wg_now_ms()).minute / 60;
  double usual = demo_hours_sum(1) / DEMO_HOURS, mean = GAP_S * usual / demo_hour_share(1, hour);
  mean = fmin(GAP_MOST_S, fmax(GAP_LEAST_S, mean));
  double gap = fmin(SILENCE_S, -mean * log(1 - demo_unit(&p->rng)));
  return (int64_t)(gap / p->pace * 1000) + 1;
}

static uint16_t spin_kind(play *p, bool urgent) {
  double sum = 0, want;
  for (uint32_t i = 0; i < p->n_kinds; i++) sum += p->kind[i].urgent == urgent ? p->kind[i].share : 0;
  want = demo_unit(&p->rng) * sum;
  for (uint32_t i = 0; i < p->n_kinds; i++)
    if (p->kind[i].urgent == urgent && (want -= p->kind[i].share) < 0) return (uint16_t)i;
  return (uint16_t)demo_below(&p->rng, p->n_kinds);
}

static uint32_t spin_plot(play *p) {
  double sum = 0, want;
  for (uint32_t i = 0; i < p->n_plots; i++) sum += p->plot[i].heat;
  want = demo_unit(&p->rng) * sum;
  for (uint32_t i = 0; i + 1 < p->n_plots; i++)
    if ((want -= p->plot[i].heat) < 0) return i;
  return p->n_plots - 1;
}

/* The walker of three in whose grid most happens; −1: nobody is out yet. */
static int spin_walker(play *p) {
  int best = -1;
  for (int i = 0; i < 12; i++) {
    int k = (int)demo_below(&p->rng, PLAY_WALKERS);
    const play_walker *w = p->walker + k;
    if (!w->person || !w->token[0]) continue;
    if (best < 0 || p->plot[w->person->plot].heat > p->plot[p->walker[best].person->plot].heat) best = k;
  }
  return best;
}

typedef struct telling {
  uint16_t kind;
  uint32_t plot;
  play_point at;
} telling;

/* What, where and by whom. Half of what a desk hears belongs to something that is going on. */
static telling choose(play *p) {
  telling t = {0};
  double by = demo_unit(&p->rng);
  int walker = by < 0.55 ? spin_walker(p) : -1;
  t.kind = spin_kind(p, demo_unit(&p->rng) < URGENT);
  p->reporter = walker >= 0 ? PLAY_FIELD + walker : by > 0.9 ? PLAY_OTHER_SYSTEM : PLAY_HOTLINE;
  uint32_t known = p->n_recent < PLAY_RECENT ? p->n_recent : PLAY_RECENT;
  if (walker >= 0) {
    const play_walker *w = p->walker + walker;
    t.plot = w->person->plot;
    t.at = play_moved(w->at, 8 * demo_gauss(&p->rng), 8 * demo_gauss(&p->rng));
  } else if (known && demo_unit(&p->rng) < 0.5) {
    uint32_t k = demo_below(&p->rng, known);
    t.plot = p->recent[k].plot;
    if (!p->kind[t.kind].urgent) t.kind = p->recent[k].kind;
    t.at = play_moved(p->recent[k].at, 12 * demo_gauss(&p->rng), 12 * demo_gauss(&p->rng));
  } else {
    t.plot = spin_plot(p);
    t.at = play_somewhere(p, p->plot + t.plot);
  }
  if (!p->kind[t.kind].urgent) {
    uint32_t k = p->n_recent++ % PLAY_RECENT;
    p->recent[k].at = t.at;
    p->recent[k].plot = t.plot;
    p->recent[k].kind = t.kind;
  }
  return t;
}

/* A phone gives the datum of its maps and says how sure it is; a desk gives a place on the map. */
static void write_place(play *p, wg_jw *w, play_point at) {
  double lon = at.lon, lat = at.lat;
  if (p->reporter != PLAY_HOTLINE) {
    wg_jw_member_num(w, "accuracy_m", fmin(120, 3 - 9 * log(1 - demo_unit(&p->rng))), 1);
    if (demo_unit(&p->rng) < 0.3) {
      wg_gcj02_from_wgs84(at.lon, at.lat, &lon, &lat);
      wg_jw_member_str(w, "crs", "gcj02");
    }
  }
  wg_jw_member_num(w, "lon", lon, 7);
  wg_jw_member_num(w, "lat", lat, 7);
}

static void compose(play *p) {
  telling t = choose(p);
  const play_kind *k = p->kind + t.kind;
  char id[64];
  snprintf(id, sizeof id, "play-%" PRIx64 "-%" PRIu64, p->session, ++p->serial);
  char *words =
      demo_words(&p->scratch, k->code, (int)demo_below(&p->rng, DEMO_PHRASES), p->plot[t.plot].name, k->name);
  wg_jw w;
  wg_buf_reset(&p->report);
  wg_jw_init(&w, &p->report);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "category", k->code);
  wg_jw_member_str(&w, "description", words ? words : k->name);
  write_place(p, &w, t.at);
  wg_jw_member_str(&w, "client_id", id);
  wg_jw_member_str(&w, "source",
                   p->reporter == PLAY_HOTLINE        ? "hotline"
                   : p->reporter == PLAY_OTHER_SYSTEM ? "api"
                                                      : "field");
  wg_jw_end_object(&w);
}

static char *token_of(play *p) {
  return p->reporter < PLAY_FIELD ? p->desk[p->reporter] : p->walker[p->reporter - PLAY_FIELD].token;
}

int play_report(play *p) {
  if (!p->report.len) compose(p);
  char *token = token_of(p);
  /* its sender has gone home meanwhile: the hotline gives it on */
  if (!token[0]) token = p->desk[p->reporter = PLAY_HOTLINE];
  int code = play_call(p->link, token, "/api/v1/incidents", wg_buf_str(&p->report));
  if (play_later(code)) return code; /* the same again: client_id says that it is the same */
  if (code == 401) {
    token[0] = '\0';
    return code;
  }
  if (code == 200 || code == 201)
    p->reports++;
  else
    p->refused++;
  wg_buf_reset(&p->report);
  /* the first three come soon, so that a wall that was just opened lives */
  p->next_report = p->now + (p->reports < 3 ? (int64_t)(3000 / fmax(1, p->pace)) : next_gap_ms(p));
  return code == 201 ? 200 : code;
}
