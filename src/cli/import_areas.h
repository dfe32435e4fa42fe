/* Which area a grid belongs to, and areas that are made because a code names them. */
#ifndef WG_CLI_IMPORT_AREAS_H
#define WG_CLI_IMPORT_AREAS_H

#include "cli/text_index.h"
#include "domain/profile.h"
#include "domain/store.h"
#include "geo/io/import.h"

/* Areas to put, with their polygons; sorted by nothing. */
typedef struct wg_new_areas {
  wg_area *item;
  uint32_t n, cap;
} wg_new_areas;

typedef struct wg_land_book {
  wg_arena *arena;
  wg_areas areas; /* of the store, indexed */
  wg_profile profile;
  bool has_polygons;
  wg_text_index made_by_code;
  struct wg_resolver *resolver; /* over the areas' polygons, or NULL */
  wg_new_areas made;            /* unnamed, in the order they were needed */
} wg_land_book;

wg_status wg_land_book_open(wg_land_book *b, wg_arena *arena, wg_store *store, wg_err *err);
void wg_land_book_close(wg_land_book *b);

/* The area known under this code, in any of the lengths that the profile writes it in (China's 330702 =
 * 330702000000), among the store's and those made here. NULL: unknown. */
const char *wg_land_book_find(const wg_land_book *b, const char *code);
/* The same, and makes it (unnamed, with its parents up to the profile's top) when it is unknown. NULL: no
 * memory. */
const char *wg_land_book_need(wg_land_book *b, const char *code);

/* How areas of grids are found. */
typedef enum wg_area_from {
  WG_AREA_TOLD,
  WG_AREA_FIELD,
  WG_AREA_CODE,
  WG_AREA_PREFIX,
  WG_AREA_INSIDE,
  WG_AREA_NONE,
  WG_AREA_FROMS
} wg_area_from;
/* told: the code for all, or NULL. hint: from the row's own field, or NULL. `at`: a point inside. */
wg_status wg_land_book_area(wg_land_book *b, const char *code, const char *told, const char *hint,
                            bool has_at, wg_pt at, char out[WG_CODE_LEN], wg_area_from *from, wg_err *err);

/* Puts areas and one "areas.imported" event with their content. shapes may be NULL. */
wg_status wg_put_areas(wg_store *store, const wg_area *area, uint32_t n, const wg_shapes *shapes,
                       const char *file, const char *why, wg_err *err);

#endif
