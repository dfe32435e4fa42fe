#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import_areas.h"
#include "cli/import_common.h"
#include "engine/profile.h"
#include "geo/resolver.h"

wg_status wg_land_book_open(wg_land_book *b, wg_arena *arena, wg_store *store, wg_err *err) {
  *b = (wg_land_book){.arena = arena};
  wg_status st = wg_profile_load(store, arena, &b->profile, err);
  if (!st) st = store->areas_load(store, arena, &b->areas, err);
  if (!st) st = wg_areas_index(arena, &b->areas, err);
  b->has_polygons = b->areas.shapes.n_pts > 0;
  return st;
}

void wg_land_book_close(wg_land_book *b) {
  wg_resolver_free(b->resolver);
  free(b->made.item);
  wg_text_index_deinit(&b->made_by_code);
  *b = (wg_land_book){0};
}

static const char *known(const wg_land_book *b, const char *code) {
  uint32_t i = wg_areas_find(&b->areas, code);
  if (i != WG_NO_INDEX) return b->areas.item[i].code;
  uint32_t k = wg_text_index_get(&b->made_by_code, code);
  return k == WG_TEXT_NONE ? NULL : b->made.item[k].code;
}

const char *wg_land_book_find(const wg_land_book *b, const char *code) {
  const char *found = known(b, code);
  char other[WG_CODE_LEN];
  for (int k = 0; k < b->profile.n_digits && !found; k++)
    if (wg_profile_respell(&b->profile, code, k, other)) found = known(b, other);
  return found;
}

static wg_area *add_made(wg_land_book *b, const char *code) {
  wg_new_areas *m = &b->made;
  if (m->n == m->cap) {
    uint32_t cap = m->cap ? m->cap * 2 : 64;
    wg_area *p = realloc(m->item, cap * sizeof *p);
    if (!p) return NULL;
    m->item = p;
    m->cap = cap;
  }
  const char *key = wg_arena_strdup(b->arena, code);
  if (!key || wg_text_index_put(&b->made_by_code, key, m->n)) return NULL;
  wg_area *a = &m->item[m->n++];
  *a = (wg_area){0};
  snprintf(a->code, sizeof a->code, "%s", code);
  return a;
}

const char *wg_land_book_need(wg_land_book *b, const char *code) {
  const char *found = wg_land_book_find(b, code);
  if (found) return found;
  char parent[WG_CODE_LEN] = "", name[WG_CODE_LEN];
  snprintf(name, sizeof name, "%s", code);
  const char *level = wg_profile_level_code(&b->profile, name);
  /* parents are made too, up to the county: nobody keeps the districts of other counties here */
  bool top = wg_profile_level_of(&b->profile, name) <= b->profile.top;
  const char *above = "";
  if (wg_profile_parent(&b->profile, name, parent) && parent[0]) {
    const char *there = wg_land_book_find(b, parent);
    above = there ? there : top ? "" : wg_land_book_need(b, parent);
    if (!above) return NULL;
  }
  char above_copy[WG_CODE_LEN];
  snprintf(above_copy, sizeof above_copy, "%s", above);
  wg_area *a = add_made(b, name);
  if (!a) return NULL;
  snprintf(a->parent, sizeof a->parent, "%s", above_copy);
  snprintf(a->level, sizeof a->level, "%s", level);
  a->names = wg_import_names(b->arena, NULL, NULL, name);
  return a->names ? a->code : NULL;
}

/* The longest known code that the code begins with. */
static const char *prefix(const wg_land_book *b, const char *code) {
  char part[WG_CODE_LEN];
  for (size_t n = strlen(code); n-- > 1;) {
    memcpy(part, code, n);
    part[n] = 0;
    const char *found = known(b, part);
    if (found) return found;
  }
  return NULL;
}

/* The deepest area whose polygon holds the point. */
static wg_status holding(wg_land_book *b, wg_pt at, const char **out) {
  *out = NULL;
  if (!b->has_polygons) return WG_OK;
  if (!b->resolver) {
    wg_status st = wg_resolver_new(&b->areas.shapes, &b->resolver);
    if (st) return st;
  }
  uint8_t on[64];
  uint32_t f[64], n = wg_resolve_all(b->resolver, at, 64, f, on), best = WG_NO_INDEX;
  for (uint32_t i = 0; i < n && i < 64; i++)
    if (best == WG_NO_INDEX || b->areas.depth[f[i]] > b->areas.depth[best]) best = f[i];
  if (best != WG_NO_INDEX) *out = b->areas.item[best].code;
  return WG_OK;
}

wg_status wg_land_book_area(wg_land_book *b, const char *code, const char *told, const char *hint,
                            bool has_at, wg_pt at, char out[WG_CODE_LEN], wg_area_from *from, wg_err *err) {
  const char *area = NULL;
  char parent[WG_CODE_LEN];
  wg_status st = WG_OK;
  (void)err;
  *from = WG_AREA_NONE;
  out[0] = 0;
  if (told) {
    *from = WG_AREA_TOLD;
    area = wg_land_book_need(b, told);
  } else if (hint) {
    *from = WG_AREA_FIELD;
    area = wg_land_book_need(b, hint);
  } else if (wg_profile_grid_area(&b->profile, code, has_at, at, parent)) {
    *from = WG_AREA_CODE;
    area = wg_land_book_need(b, parent);
  } else if ((area = prefix(b, code))) {
    *from = WG_AREA_PREFIX;
  } else {
    if (has_at) st = holding(b, at, &area);
    if (area) *from = WG_AREA_INSIDE;
    if (!area) return st;
  }
  if (!area) return WG_NO_MEMORY;
  snprintf(out, WG_CODE_LEN, "%s", area);
  return st;
}

/* --- writing ---------------------------------------------------------------------------------------------
 */

/* The content of an import of areas: a JSON list, and the polygons in their canonical bytes. */
static void list_areas(wg_buf *text, const wg_area *area, uint32_t n) {
  wg_jw w;
  wg_jw_init(&w, text);
  wg_jw_begin_array(&w);
  for (uint32_t i = 0; i < n; i++) {
    wg_jw_begin_object(&w);
    wg_jw_member_str(&w, "code", area[i].code);
    wg_jw_member_str(&w, "level", area[i].level);
    wg_jw_member_bool(&w, "named", area[i].named);
    wg_jw_member_raw(&w, "names", area[i].names);
    wg_jw_member_str(&w, "parent", area[i].parent);
    wg_jw_end_object(&w);
  }
  wg_jw_end_array(&w);
}

wg_status wg_put_areas(wg_store *s, const wg_area *area, uint32_t n, const wg_shapes *shapes,
                       const char *file, const char *why, wg_err *err) {
  unsigned char list_hash[WG_HASH_LEN], shape_hash[WG_HASH_LEN];
  uint32_t polygons = 0;
  wg_status st = WG_OK;
  for (uint32_t i = 0; !st && i < n; i++) {
    bool has = shapes && shapes->part[i] < shapes->part[i + 1];
    polygons += has;
    st = s->area_put(s, &area[i], has ? shapes : NULL, i, err);
  }
  wg_buf bytes, body;
  wg_buf_init(&bytes, 1u << 30);
  wg_buf_init(&body, 8192);
  if (!st) {
    list_areas(&bytes, area, n);
    st = wg_buf_status(&bytes);
  }
  if (!st) st = s->content_put(s, bytes.data, bytes.len, list_hash, err);
  if (!st && polygons) {
    wg_buf_reset(&bytes);
    wg_shapes_encode(shapes, &bytes);
    st = wg_buf_status(&bytes);
    if (!st) st = s->content_put(s, bytes.data, bytes.len, shape_hash, err);
  }
  if (!st) {
    wg_jw w;
    wg_jw_init(&w, &body);
    wg_jw_begin_object(&w);
    wg_jw_member_int(&w, "areas", n);
    wg_member_hash(&w, "content", list_hash);
    wg_jw_member_str(&w, "file", file);
    wg_jw_member_int(&w, "polygons", polygons);
    if (polygons) wg_member_hash(&w, "shapes", shape_hash);
    wg_jw_member_str(&w, "why", why);
    wg_jw_end_object(&w);
    st = wg_import_event(s, "areas.imported", "areas", &body, err);
  }
  wg_buf_deinit(&bytes);
  wg_buf_deinit(&body);
  return st;
}
