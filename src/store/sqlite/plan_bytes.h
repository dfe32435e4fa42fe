/* The canonical bytes of a plan version: what is hashed, named by its event, and loaded again.
 *
 * "WGP1", n as a varint, then per grid (sorted by code) its code, area, kind and names, each as a varint
 * length and bytes, and area_m2 as an 8-byte little-endian double; then the shapes (wg_shapes_encode).
 * Network, version and date are not in it: the same grids give the same bytes. */
#ifndef WG_STORE_SQLITE_PLAN_BYTES_H
#define WG_STORE_SQLITE_PLAN_BYTES_H

#include "base/arena.h"
#include "base/buf.h"
#include "domain/plan.h"

void plan_encode(const wg_plan *plan, wg_buf *out);
/* Fills grid, n and shapes; shapes are freed with the arena. Safe on hostile bytes: WG_CORRUPT. */
wg_status plan_decode(const void *bytes, size_t n, wg_arena *a, wg_plan *out);

#endif
