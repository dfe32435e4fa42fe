/* Which layer of which file is meant, and its reference system. Private to geo/io. */
#ifndef WG_GEO_IO_LAYERS_H
#define WG_GEO_IO_LAYERS_H

#include <ogr_api.h>

#include "geo/io/open.h"
#include "geo/io/table.h"

typedef struct wg_layer {
  GDALDatasetH data; /* owned */
  OGRLayerH layer;
  const char *driver;
  int64_t rows; /* -1: unknown */
} wg_layer;

/* By name when options->layer is given; else the only one, or the only one with polygons when these are
 * wanted. WG_INVALID lists what there is. */
wg_status wg_layer_pick(wg_arena *arena, const wg_io_files *files, const wg_table_options *options,
                        wg_layer *out, wg_err *err);
void wg_layer_close(wg_layer *layer);
const char *wg_layer_name(wg_arena *arena, OGRLayerH layer); /* valid UTF-8 */
/* "EPSG:n" where the layer's system is registered, else WKT, NULL: none. *swap: the data's first axis is
 * north. */
const char *wg_layer_crs(wg_arena *arena, OGRLayerH layer, bool *geographic, bool *swap);

#endif
