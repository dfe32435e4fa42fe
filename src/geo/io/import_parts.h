/* The steps of an import. Private to geo/io. */
#ifndef WG_GEO_IO_IMPORT_PARTS_H
#define WG_GEO_IO_IMPORT_PARTS_H

#include "geo/crs.h"
#include "geo/io/import.h"

/* Polygons in doubles while they are gathered. */
typedef struct wg_gather {
  wg_raw_shapes s;
  uint32_t cap_n, cap_parts, cap_rings;
  uint64_t cap_pts;
} wg_gather;
wg_status wg_gather_feature(wg_gather *g);
wg_status wg_gather_part(wg_gather *g);
wg_status wg_gather_ring(wg_gather *g);
/* Room for n more vertices: where they go. The caller then calls wg_gather_took. */
wg_status wg_gather_room(wg_gather *g, uint64_t n, double **xy);
void wg_gather_took(wg_gather *g, uint64_t n);
/* The parts of feature f of `from` into the last feature of g. */
wg_status wg_gather_copy(wg_gather *g, const wg_raw_shapes *from, uint32_t f);
void wg_gather_cut(wg_gather *g, const wg_gather *mark); /* back to an earlier state */
void wg_gather_deinit(wg_gather *g);

typedef struct wg_item {
  wg_import_row row;
  const char *raw_code; /* as read */
  bool refused;
  wg_refusal why;
  uint32_t feature; /* of the gathered shapes; UINT32_MAX: none */
} wg_item;

typedef struct wg_items {
  wg_item *item;
  uint32_t n, cap;
} wg_items;

/* import_read.c: all rows of the table. */
wg_status wg_import_rows(const wg_import_options *o, wg_table *t, wg_import *in, wg_items *items,
                         wg_gather *g, wg_err *err);
/* One refusal; the texts are formats of the same arguments. */
void wg_item_refuse(wg_import *in, wg_item *it, wg_refuse why, const char *en, const char *zh, ...)
    __attribute__((format(printf, 4, 6), format(printf, 5, 6)));

/* import_project.c: opens the reference system. *out NULL: WGS 84 as it stands. */
wg_status wg_import_crs(const wg_import_options *o, wg_import *in, const wg_raw_shapes *s, wg_crs **out,
                        wg_err *err);
/* Puts vertices into edges that bend by more than 1 cm, and converts all. Not finite: could not be converted.
 */
wg_status wg_import_convert(wg_crs *crs, wg_raw_shapes *s, uint64_t *bent);

/* Reports progress within a step's share of the whole. */
void wg_import_step(const wg_import_options *o, double share);

#endif
