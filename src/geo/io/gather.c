#include <stdlib.h>
#include <string.h>

#include "geo/io/import_parts.h"

static wg_status grow(uint32_t **offsets, uint32_t *cap, uint32_t need) {
  if (need + 2 <= *cap) return WG_OK;
  uint64_t want = *cap ? (uint64_t)*cap * 2 : 256;
  if (want > UINT32_MAX / 2) return WG_TOO_LARGE;
  uint32_t *p = realloc(*offsets, want * sizeof *p);
  if (!p) return WG_NO_MEMORY;
  if (!*cap) p[0] = 0;
  *offsets = p;
  *cap = (uint32_t)want;
  return WG_OK;
}

wg_status wg_gather_feature(wg_gather *g) {
  wg_status st = grow(&g->s.part, &g->cap_n, g->s.n);
  if (!st) st = grow(&g->s.ring, &g->cap_parts, g->s.n_parts);
  if (!st) st = grow(&g->s.vert, &g->cap_rings, g->s.n_rings);
  if (st) return st;
  g->s.part[g->s.n++] = g->s.n_parts;
  g->s.part[g->s.n] = g->s.n_parts;
  return WG_OK;
}

wg_status wg_gather_part(wg_gather *g) {
  wg_status st = grow(&g->s.ring, &g->cap_parts, g->s.n_parts);
  if (st) return st;
  g->s.ring[g->s.n_parts++] = g->s.n_rings;
  g->s.ring[g->s.n_parts] = g->s.n_rings;
  g->s.part[g->s.n] = g->s.n_parts;
  return WG_OK;
}

wg_status wg_gather_ring(wg_gather *g) {
  wg_status st = grow(&g->s.vert, &g->cap_rings, g->s.n_rings);
  if (st) return st;
  g->s.vert[g->s.n_rings++] = g->s.n_pts;
  g->s.vert[g->s.n_rings] = g->s.n_pts;
  g->s.ring[g->s.n_parts] = g->s.n_rings;
  return WG_OK;
}

wg_status wg_gather_room(wg_gather *g, uint64_t n, double **xy) {
  uint64_t need = g->s.n_pts + n;
  if (need > WG_IMPORT_VERTICES_MAX) return WG_TOO_LARGE;
  if (need > g->cap_pts) {
    uint64_t cap = g->cap_pts ? g->cap_pts * 2 : 4096;
    if (cap < need) cap = need;
    double *p = realloc(g->s.xy, cap * 2 * sizeof *p);
    if (!p) return WG_NO_MEMORY;
    g->s.xy = p;
    g->cap_pts = cap;
  }
  *xy = g->s.xy + 2 * (size_t)g->s.n_pts;
  return WG_OK;
}

void wg_gather_took(wg_gather *g, uint64_t n) {
  g->s.n_pts += (uint32_t)n;
  g->s.vert[g->s.n_rings] = g->s.n_pts;
}

wg_status wg_gather_copy(wg_gather *g, const wg_raw_shapes *from, uint32_t f) {
  wg_status st = WG_OK;
  for (uint32_t p = from->part[f]; !st && p < from->part[f + 1]; p++) {
    st = wg_gather_part(g);
    for (uint32_t r = from->ring[p]; !st && r < from->ring[p + 1]; r++) {
      uint32_t n = from->vert[r + 1] - from->vert[r];
      double *xy;
      st = wg_gather_ring(g);
      if (!st) st = wg_gather_room(g, n, &xy);
      if (st) break;
      memcpy(xy, from->xy + 2 * (size_t)from->vert[r], (size_t)n * 2 * sizeof *xy);
      wg_gather_took(g, n);
    }
  }
  return st;
}

void wg_gather_cut(wg_gather *g, const wg_gather *mark) {
  g->s.n = mark->s.n;
  g->s.n_parts = mark->s.n_parts;
  g->s.n_rings = mark->s.n_rings;
  g->s.n_pts = mark->s.n_pts;
}

void wg_gather_deinit(wg_gather *g) {
  free(g->s.part);
  free(g->s.ring);
  free(g->s.vert);
  free(g->s.xy);
  *g = (wg_gather){0};
}
