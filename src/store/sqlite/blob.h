/* SpatiaLite's geometry blobs, written and read without SpatiaLite.
 *
 * Layout (SpatiaLite 4 and 5, little-endian): 0x00, 0x01 (byte order), SRID int32, box as 4 doubles (minx,
 * miny, maxx, maxy), 0x7C, then the geometry as a class int32 and its body, 0xFE. Body of a POINT (1): x, y.
 * Of a MULTIPOLYGON (6): count int32, then per polygon 0x69, class 3, rings int32, per ring points int32 and
 * its x, y pairs, the first repeated at the end. Source: "BLOB-Geometry format", SpatiaLite documentation.
 *
 * Doubles are lattice integers divided by 10^7, correctly rounded; reading multiplies and rounds, which gives
 * the same integer back (checked on the way in). */
#ifndef WG_STORE_SQLITE_BLOB_H
#define WG_STORE_SQLITE_BLOB_H

#include "base/buf.h"
#include "base/shape.h"

enum { WG_SRID = 4326, WG_POINT_BLOB = 60 };

void blob_point(wg_pt p, unsigned char out[WG_POINT_BLOB]);
/* WG_CORRUPT unless it is a POINT on the lattice. */
wg_status blob_point_read(const void *bytes, size_t n, wg_pt *out);
/* Appends feature f as a MULTIPOLYGON; the feature has at least one part. */
void blob_polygon(const wg_shapes *s, uint32_t f, wg_buf *out);
/* Appends the MULTIPOLYGON as one more feature of `out`. WG_CORRUPT on anything else. */
wg_status blob_polygon_read(const void *bytes, size_t n, wg_shapes *out);
/* The box that the blob states, in lattice steps. */
wg_status blob_box(const void *bytes, size_t n, wg_box *out);

#endif
