/* Tiles within the api room. */
#ifndef WG_API_TILES_H
#define WG_API_TILES_H

#include "api/narrow.h"
#include "tile/points.h"

extern const wg_layers wg_api_layers;
extern const wg_points_layer wg_incident_points, wg_worker_points; /* without ctx and tags */

/* What of a point layer the asker may see and asks for, as a number: equal numbers see the same. */
uint64_t wg_tile_rights(const wg_asker *a, uint64_t layers, const char *network, const wg_narrow *narrow);
/* One layer of one tile, uncompressed, appended to out. */
wg_status wg_tile_draw(const wg_asker *a, int layer, uint32_t network, const wg_narrow *narrow, wg_tile_id t,
                       wg_buf *out, bool *capped);

#endif
