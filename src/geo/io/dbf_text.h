/* What encoding the text of a shapefile is in. Private to geo/io. */
#ifndef WG_GEO_IO_DBF_TEXT_H
#define WG_GEO_IO_DBF_TEXT_H

#include <ogr_api.h>

#include "base/charset.h"
#include "geo/io/table.h"

/* --encoding, else what the file declares (.cpg, language byte) where its text bears that out, else UTF-8,
 * else GB18030. Reads all rows' text once. *out NULL: UTF-8. WG_INVALID: it cannot be told. */
wg_status wg_dbf_encoding(OGRLayerH layer, const char *told, wg_table_about *about, wg_charset **out,
                          wg_err *err);
/* Appends the cell as UTF-8. Fixed-width fields cut characters in two: the half at the end is dropped.
 * charset NULL: the sound UTF-8 at its start. */
void wg_dbf_decode(wg_charset *charset, const char *raw, size_t n, wg_buf *out);

#endif
