/* The tree of areas: sorted by code, linked by parent, numbered by an Euler tour so that "is it below" is two
 * comparisons. */
#include "domain/area.h"

#include <stdlib.h>
#include <string.h>

typedef struct area_order {
  wg_area area;
  uint32_t from; /* its place before sorting */
} area_order;

static int by_code(const void *a, const void *b) {
  return strcmp(((const area_order *)a)->area.code, ((const area_order *)b)->area.code);
}

/* Brings shapes into the new order, in the arrays there are: whoever owns them keeps owning them. */
static wg_status permute_shapes(wg_shapes *s, const area_order *order) {
  wg_shapes t;
  wg_shapes_init(&t);
  wg_status st = WG_OK;
  for (uint32_t i = 0; !st && i < s->n; i++) st = wg_shapes_copy(&t, s, order[i].from);
  if (!st && s->n_parts) {
    memcpy(s->part, t.part, (s->n + 1) * sizeof *s->part);
    memcpy(s->ring, t.ring, (s->n_parts + 1) * sizeof *s->ring);
    if (s->n_rings) memcpy(s->vert, t.vert, (s->n_rings + 1) * sizeof *s->vert);
    if (s->n_pts) memcpy(s->pts, t.pts, s->n_pts * sizeof *s->pts);
  }
  wg_shapes_deinit(&t);
  return st;
}

static wg_status sort_areas(wg_arena *arena, wg_areas *areas, wg_err *err) {
  if (areas->shapes.n && areas->shapes.n != areas->n)
    return wg_fail(err, WG_INTERNAL, "", WG_T("areas and shapes differ in number", "区域与图形数量不一致"));
  area_order *order = wg_arena_alloc(arena, areas->n * sizeof *order);
  if (!order) return WG_NO_MEMORY;
  bool sorted = true;
  for (uint32_t i = 0; i < areas->n; i++) {
    order[i] = (area_order){areas->item[i], i};
    if (i && strcmp(areas->item[i - 1].code, areas->item[i].code) >= 0) sorted = false;
  }
  if (sorted) return WG_OK;
  qsort(order, areas->n, sizeof *order, by_code);
  for (uint32_t i = 0; i < areas->n; i++) {
    areas->item[i] = order[i].area;
    if (i && strcmp(areas->item[i - 1].code, areas->item[i].code) == 0)
      return wg_fail_code(err, WG_UNPROCESSABLE, "area-twice", "code",
                          WG_T("area %s is given twice", "区域 %s 重复"), areas->item[i].code);
  }
  return permute_shapes(&areas->shapes, order);
}

/* Numbers the tour, children in the order of their codes. Returns how many areas it reached. */
static uint32_t tour(wg_areas *areas, const uint32_t *first, const uint32_t *next) {
  uint32_t clock = 0, reached = 0;
  for (uint32_t root = 0; root < areas->n; root++) {
    if (areas->parent[root] != WG_NO_INDEX) continue;
    uint32_t at = root;
    areas->depth[root] = 0;
    areas->enter[root] = clock++;
    reached++;
    bool down = true;
    for (;;) {
      if (down && first[at] != WG_NO_INDEX) {
        areas->depth[first[at]] = areas->depth[at] + 1;
        at = first[at];
      } else {
        areas->leave[at] = clock;
        if (at == root) break;
        if (next[at] == WG_NO_INDEX) {
          at = areas->parent[at];
          down = false;
          continue;
        }
        areas->depth[next[at]] = areas->depth[at];
        at = next[at];
      }
      areas->enter[at] = clock++;
      reached++;
      down = true;
    }
  }
  return reached;
}

/* --- China's codes: 2 province, 2 prefecture, 2 county, 3 township, 3 village -------------------------- */

static const size_t group_end[] = {2, 4, 6, 9, 12};
enum { CN_GROUPS = 5, CN_FULL = 12 };

/* Which group is the last that is not all zeros (0 province … 4 village), or -1 when it is no such code. */
static int cn_group(const char *code, size_t *len) {
  size_t n = strspn(code, "0123456789");
  *len = n;
  if (code[n]) return -1;
  int last = -1;
  for (int g = 0; g < CN_GROUPS && group_end[g] <= n; g++)
    if (group_end[g] == n) last = g;
  if (last < 0) return -1;
  while (last >= 0) {
    size_t from = last ? group_end[last - 1] : 0;
    if (strspn(code + from, "0") < group_end[last] - from) break;
    last--;
  }
  return last < 0 || strncmp(code, "00", 2) == 0 ? -1 : last;
}

wg_status wg_areas_index(wg_arena *arena, wg_areas *areas, wg_err *err) {
  wg_status st = sort_areas(arena, areas, err);
  if (st) return st;
  uint32_t n = areas->n;
  uint32_t *block = wg_arena_alloc(arena, ((size_t)n * 6 + 1) * sizeof *block);
  if (!block) return WG_NO_MEMORY;
  areas->parent = block;
  areas->enter = block + n;
  areas->leave = block + 2 * (size_t)n;
  areas->depth = block + 3 * (size_t)n;
  uint32_t *first = block + 4 * (size_t)n, *next = block + 5 * (size_t)n;
  for (uint32_t i = 0; i < n; i++) first[i] = next[i] = areas->enter[i] = WG_NO_INDEX;
  for (uint32_t i = n; i-- > 0;) { /* backwards, so that each list of children ends up sorted */
    uint32_t p = areas->item[i].parent[0] ? wg_areas_find(areas, areas->item[i].parent) : WG_NO_INDEX;
    if (p == i && strcmp(areas->item[i].parent, areas->item[i].code) != 0)
      p = WG_NO_INDEX; /* the parent's code is its own, spelled the other way */
    areas->parent[i] = p;
    if (p == WG_NO_INDEX) continue;
    next[i] = first[p];
    first[p] = i;
  }
  if (tour(areas, first, next) == n) return WG_OK;
  uint32_t i = 0;
  while (areas->enter[i] != WG_NO_INDEX) i++;
  return wg_fail_code(err, WG_UNPROCESSABLE, "area-cycle", "parent",
                      WG_T("area %s hangs in a circle of parents", "区域 %s 的上级关系成环"),
                      areas->item[i].code);
}

static uint32_t find_exact(const wg_areas *areas, const char *code) {
  uint32_t lo = 0, hi = areas->n;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    int c = strcmp(areas->item[mid].code, code);
    if (c == 0) return mid;
    if (c < 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  return WG_NO_INDEX;
}

/* China's codes are written with and without their zeros: 330702 and 330702000000 are one county. */
static bool other_spelling_cn(const char *code, char out[CN_FULL + 1]) {
  size_t len;
  int g = cn_group(code, &len);
  if (g < 0) return false;
  memcpy(out, code, group_end[g]);
  if (len < CN_FULL) memset(out + group_end[g], '0', CN_FULL - group_end[g]);
  out[len < CN_FULL ? (size_t)CN_FULL : group_end[g]] = '\0';
  return strcmp(out, code) != 0;
}

uint32_t wg_areas_find(const wg_areas *areas, const char *code) {
  char other[CN_FULL + 1];
  uint32_t i = find_exact(areas, code);
  return i == WG_NO_INDEX && other_spelling_cn(code, other) ? find_exact(areas, other) : i;
}
