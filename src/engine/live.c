/* Incidents by id in an open hash, and by place in square cells of 0.01°: a box of few cells looks at those.
 * What counting and drawing ask stands in a dense array beside (wg_live_brief): a wide box and the counters
 * walk that one. */
#include "engine/live.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "domain/queue.h"
#include "geo/lattice.h"

enum { CELL = 100000 }; /* lattice steps */

struct row {
  wg_live_row pub;
  struct row *next_id, *next_cell;
  int32_t cx, cy;
  uint32_t at; /* index of its brief */
};

struct wg_live {
  pthread_rwlock_t lock;
  struct row **by_id, **by_cell;
  wg_live_brief *brief;
  uint32_t buckets, n, cap;
  uint64_t generation; /* of the land that the areas of the briefs belong to */
};

static uint64_t mix(uint64_t v) {
  v ^= v >> 33;
  v *= 0xff51afd7ed558ccdull;
  v ^= v >> 33;
  v *= 0xc4ceb9fe1a85ec53ull;
  return v ^ (v >> 33);
}

static int32_t cell_of(int32_t v) { return v >= 0 ? v / CELL : -((-(int64_t)v + CELL - 1) / CELL); }

static uint32_t cell_bucket(const wg_live *l, int32_t cx, int32_t cy) {
  return (uint32_t)(mix(((uint64_t)(uint32_t)cx << 32) | (uint32_t)cy) & (l->buckets - 1));
}

static uint32_t id_bucket(const wg_live *l, int64_t id) {
  return (uint32_t)(mix((uint64_t)id) & (l->buckets - 1));
}

wg_status wg_live_new(wg_live **out) {
  wg_live *l = calloc(1, sizeof *l);
  if (!l) return WG_NO_MEMORY;
  l->buckets = 1024;
  l->by_id = calloc(l->buckets, sizeof *l->by_id);
  l->by_cell = calloc(l->buckets, sizeof *l->by_cell);
  if (!l->by_id || !l->by_cell) {
    free(l->by_id);
    free(l->by_cell);
    free(l);
    return WG_NO_MEMORY;
  }
  /* Readers must not keep the writer out, however many there are. None of them asks twice at once. */
  pthread_rwlockattr_t fair;
  pthread_rwlockattr_init(&fair);
  pthread_rwlockattr_setkind_np(&fair, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
  pthread_rwlock_init(&l->lock, &fair);
  pthread_rwlockattr_destroy(&fair);
  *out = l;
  return WG_OK;
}

static void row_free(struct row *r) {
  free((char *)r->pub.i.client_id);
  free((char *)r->pub.i.source);
  for (const char *const *o = r->pub.orgs; o && *o; o++) free((char *)*o);
  free((void *)r->pub.orgs);
  free(r);
}

static void link_row(wg_live *l, struct row *r) {
  uint32_t b = id_bucket(l, r->pub.i.id);
  r->next_id = l->by_id[b];
  l->by_id[b] = r;
  if (!r->pub.i.has_position) return;
  r->cx = cell_of(r->pub.i.at.x);
  r->cy = cell_of(r->pub.i.at.y);
  b = cell_bucket(l, r->cx, r->cy);
  r->next_cell = l->by_cell[b];
  l->by_cell[b] = r;
}

static void unlink_cell(wg_live *l, struct row *r) {
  if (!r->pub.i.has_position) return;
  struct row **p = &l->by_cell[cell_bucket(l, r->cx, r->cy)];
  while (*p && *p != r) p = &(*p)->next_cell;
  if (*p) *p = r->next_cell;
}

/* Doubles the tables. Without memory they stay as they are: slower, still right. */
static void grow(wg_live *l) {
  uint32_t old = l->buckets;
  struct row **ids = calloc((size_t)old * 2, sizeof *ids), **cells = calloc((size_t)old * 2, sizeof *cells);
  if (!ids || !cells) {
    free(ids);
    free(cells);
    return;
  }
  struct row **was = l->by_id;
  free(l->by_cell);
  l->by_id = ids;
  l->by_cell = cells;
  l->buckets = old * 2;
  for (uint32_t b = 0; b < old; b++)
    for (struct row *r = was[b], *next; r; r = next) {
      next = r->next_id;
      r->next_cell = NULL;
      link_row(l, r);
    }
  free(was);
}

/* --- briefs ------------------------------------------------------------------------------------------- */

uint32_t wg_live_grid_hash(const char *network, const char *grid) {
  uint64_t h = 0;
  for (const char *p = network; *p; p++) h = mix(h ^ (unsigned char)*p);
  h = mix(h ^ 256);
  for (const char *p = grid; *p; p++) h = mix(h ^ (unsigned char)*p);
  return (uint32_t)h;
}

static uint32_t area_of(const wg_land *land, const wg_incident *i) {
  return i->area[0] ? wg_areas_find(&land->areas, i->area) : WG_NO_INDEX;
}

/* Does another grid, or no grid, lie within the accuracy? Asked at eight points of its circle, so that it
 * costs a report two microseconds on the writer's thread; the shares proper are computed for what is shown.
 */
static bool contested(const wg_incident *i, const wg_land *land) {
  static const double ring[8][2] = {{1, 0},  {0.70710678, 0.70710678},   {0, 1},  {-0.70710678, 0.70710678},
                                    {-1, 0}, {-0.70710678, -0.70710678}, {0, -1}, {0.70710678, -0.70710678}};
  const wg_network *n = NULL;
  if (!wg_queue_asks_accuracy(i)) return false;
  for (uint32_t k = 0; k < land->n_networks && !n; k++)
    if (strcmp(land->network[k]->plan.network, i->network) == 0) n = land->network[k];
  if (!n) return false;
  uint32_t own = wg_resolve(n->resolver, i->at, 0).feature;
  if (own == WG_NO_FEATURE) return false; /* beside it, within the tolerance: that was decided already */
  double east, north, r = fmin(i->accuracy_m, 10000);
  wg_lattice_scale(wg_lat(i->at), &east, &north);
  if (east < 1e-6) return false; /* a pole */
  for (int k = 0; k < 8; k++) {
    wg_pt at = {(int32_t)(i->at.x + ring[k][0] * r / east), (int32_t)(i->at.y + ring[k][1] * r / north)};
    if (wg_resolve(n->resolver, at, 0).feature != own) return true;
  }
  return false;
}

static wg_live_brief brief_of(const wg_live_row *row, const wg_land *land) {
  const wg_incident *i = &row->i;
  return (wg_live_brief){.row = row,
                         .received_at = i->received_at,
                         .reporter = i->reporter,
                         .responsible = i->responsible,
                         .seq = i->seq,
                         .at = i->at,
                         .area = area_of(land, i),
                         .grid_hash = wg_live_grid_hash(i->network, i->grid),
                         .state = (uint8_t)i->state,
                         .severity = (uint8_t)i->severity,
                         .class_ = (uint8_t)i->class_,
                         .queue = (uint8_t)wg_queue_of(i, row->orgs != NULL, contested(i, land)),
                         .has_position = i->has_position,
                         .overdue = i->overdue,
                         .has_orgs = row->orgs != NULL};
}

static bool make_room(wg_live *l) {
  if (l->n < l->cap) return true;
  uint32_t cap = l->cap ? l->cap * 2 : 1024;
  wg_live_brief *more = realloc(l->brief, cap * sizeof *more);
  if (!more) return false;
  l->brief = more;
  l->cap = cap;
  return true;
}

/* A brief for the reader's land: the areas are found again when it is another one than the table's. */
static wg_live_brief seen_in(const wg_live *l, uint32_t k, const wg_land *land) {
  wg_live_brief b = l->brief[k];
  if (land->generation != l->generation) b.area = area_of(land, &b.row->i);
  return b;
}

/* --- rows --------------------------------------------------------------------------------------------- */

static char *copy(const char *text) { return strdup(text ? text : ""); }

static struct row *row_new(const wg_incident *i, const char *const *orgs) {
  struct row *r = calloc(1, sizeof *r);
  if (!r) return NULL;
  r->pub.i = *i;
  r->pub.i.client_id = copy(i->client_id);
  r->pub.i.source = copy(i->source);
  r->pub.i.description = r->pub.i.attributes = r->pub.i.place = r->pub.i.caller = NULL;
  uint32_t n = 0;
  while (orgs && orgs[n]) n++;
  if (n) {
    const char **o = calloc(n + 1, sizeof *o);
    for (uint32_t k = 0; o && k < n; k++) o[k] = strdup(orgs[k]);
    r->pub.orgs = o;
  }
  return r;
}

static struct row *find(wg_live *l, int64_t id) {
  struct row *r = l->by_id[id_bucket(l, id)];
  while (r && r->pub.i.id != id) r = r->next_id;
  return r;
}

static void take_out(wg_live *l, struct row *r) {
  unlink_cell(l, r);
  struct row **p = &l->by_id[id_bucket(l, r->pub.i.id)];
  while (*p != r) p = &(*p)->next_id;
  *p = r->next_id;
  wg_live_brief last = l->brief[--l->n]; /* takes the place that becomes free */
  if (r->at == l->n) return;
  l->brief[r->at] = last;
  find(l, last.row->i.id)->at = r->at;
}

wg_status wg_live_put(wg_live *l, const wg_land *land, const wg_incident *i, const char *const *orgs) {
  struct row *fresh = row_new(i, orgs);
  if (!fresh) return WG_NO_MEMORY;
  wg_live_brief brief = brief_of(&fresh->pub, land);
  pthread_rwlock_wrlock(&l->lock);
  struct row *old = find(l, i->id);
  bool room = old || make_room(l);
  if (old) take_out(l, old);
  if (room) {
    if (l->n > l->buckets) grow(l);
    fresh->at = l->n;
    l->brief[l->n++] = brief;
    link_row(l, fresh);
    l->generation = land->generation; /* the writer's land: that of the last reindex, or the first */
  }
  pthread_rwlock_unlock(&l->lock);
  if (old) row_free(old);
  if (!room) row_free(fresh);
  return room ? WG_OK : WG_NO_MEMORY;
}

void wg_live_purge(wg_live *l, int64_t day_start) {
  pthread_rwlock_wrlock(&l->lock);
  for (uint32_t k = l->n; k--;) {
    const wg_live_brief *b = &l->brief[k];
    if (wg_state_open((wg_state)b->state) || b->received_at >= day_start) continue;
    struct row *r = find(l, b->row->i.id);
    take_out(l, r);
    row_free(r);
  }
  pthread_rwlock_unlock(&l->lock);
}

void wg_live_clear(wg_live *l) {
  pthread_rwlock_wrlock(&l->lock);
  for (uint32_t b = 0; b < l->buckets; b++) {
    for (struct row *r = l->by_id[b], *next; r; r = next) {
      next = r->next_id;
      row_free(r);
    }
    l->by_id[b] = l->by_cell[b] = NULL;
  }
  l->n = 0;
  pthread_rwlock_unlock(&l->lock);
}

void wg_live_reindex(wg_live *l, const wg_land *land) {
  /* Only this thread changes the table: what takes long is done before readers have to wait. */
  uint8_t *queue = calloc((size_t)l->n + 1, 1);
  for (uint32_t k = 0; queue && k < l->n; k++) {
    const wg_live_row *row = l->brief[k].row;
    queue[k] = (uint8_t)wg_queue_of(&row->i, row->orgs != NULL, contested(&row->i, land));
  }
  pthread_rwlock_wrlock(&l->lock);
  for (uint32_t k = 0; k < l->n; k++) {
    l->brief[k].area = area_of(land, &l->brief[k].row->i);
    if (queue) l->brief[k].queue = queue[k];
  }
  l->generation = land->generation;
  pthread_rwlock_unlock(&l->lock);
  free(queue);
}

/* --- readers ------------------------------------------------------------------------------------------ */

void wg_live_each(wg_live *l, const wg_land *land, wg_live_fn fn, void *ctx) {
  pthread_rwlock_rdlock(&l->lock);
  bool go = true;
  for (uint32_t k = 0; go && k < l->n; k++) {
    wg_live_brief b = seen_in(l, k, land);
    go = fn(ctx, &b);
  }
  pthread_rwlock_unlock(&l->lock);
}

static bool inside(const wg_live_brief *b, wg_box box) {
  return b->has_position && b->at.x >= box.x0 && b->at.x <= box.x1 && b->at.y >= box.y0 && b->at.y <= box.y1;
}

void wg_live_in_box(wg_live *l, const wg_land *land, wg_box box, wg_live_fn fn, void *ctx) {
  if (box.x0 > box.x1 || box.y0 > box.y1) return;
  int32_t x0 = cell_of(box.x0), x1 = cell_of(box.x1), y0 = cell_of(box.y0), y1 = cell_of(box.y1);
  uint64_t cells = (uint64_t)((int64_t)x1 - x0 + 1) * (uint64_t)((int64_t)y1 - y0 + 1);
  pthread_rwlock_rdlock(&l->lock);
  bool go = true;
  if (cells > l->n / 8) {
    for (uint32_t k = 0; go && k < l->n; k++) {
      if (!inside(&l->brief[k], box)) continue;
      wg_live_brief b = seen_in(l, k, land);
      go = fn(ctx, &b);
    }
  } else {
    for (int32_t cx = x0; go && cx <= x1; cx++)
      for (int32_t cy = y0; go && cy <= y1; cy++)
        for (struct row *r = l->by_cell[cell_bucket(l, cx, cy)]; go && r; r = r->next_cell) {
          if (r->cx != cx || r->cy != cy || !inside(&l->brief[r->at], box)) continue;
          wg_live_brief b = seen_in(l, r->at, land);
          go = fn(ctx, &b);
        }
  }
  pthread_rwlock_unlock(&l->lock);
}

bool wg_live_get(wg_live *l, int64_t id, bool (*fn)(void *ctx, const wg_live_row *row), void *ctx) {
  pthread_rwlock_rdlock(&l->lock);
  struct row *r = find(l, id);
  if (r) fn(ctx, &r->pub);
  pthread_rwlock_unlock(&l->lock);
  return r != NULL;
}

bool wg_live_one(wg_live *l, const wg_land *land, int64_t id, wg_live_fn fn, void *ctx) {
  pthread_rwlock_rdlock(&l->lock);
  struct row *r = find(l, id);
  if (r) {
    wg_live_brief b = seen_in(l, r->at, land);
    fn(ctx, &b);
  }
  pthread_rwlock_unlock(&l->lock);
  return r != NULL;
}

uint32_t wg_live_count(wg_live *l) {
  pthread_rwlock_rdlock(&l->lock);
  uint32_t n = l->n;
  pthread_rwlock_unlock(&l->lock);
  return n;
}

void wg_live_free(wg_live *l) {
  if (!l) return;
  wg_live_clear(l);
  pthread_rwlock_destroy(&l->lock);
  free(l->by_id);
  free(l->by_cell);
  free(l->brief);
  free(l);
}
