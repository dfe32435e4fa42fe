/* The two kinds of table. Private to geo/io. */
#ifndef WG_GEO_IO_TABLE_PARTS_H
#define WG_GEO_IO_TABLE_PARTS_H

#include <ogr_api.h>

#include "geo/io/open.h"
#include "geo/io/table.h"

typedef struct wg_table_kind {
  wg_status (*next)(wg_table *t, wg_table_row *row, wg_err *err);
  wg_status (*rewind)(wg_table *t, wg_err *err);
  void (*close)(wg_table *t);
} wg_table_kind;

struct wg_table {
  const wg_table_kind *kind;
  wg_table_options options;
  wg_arena arena; /* what lives as long as the table */
  wg_io_files files;
  wg_table_about about;
  const char **column;
  const char **cell; /* of the current row */
  int n;
  const char *list;
  bool skip_geometry;
  void *self; /* the kind's own, freed by close */
};

wg_status wg_table_open_csv(wg_table *t, const wg_io_file *file, wg_err *err);
wg_status wg_table_open_gdal(wg_table *t, wg_err *err); /* picks file and layer of t->files */

/* For the new table's columns: room for n names and cells. */
wg_status wg_table_room(wg_table *t, int n);
/* Without spaces at its ends; NULL when nothing is left. Writes into text. */
char *wg_table_trim(char *text);
void wg_table_point(wg_table_row *row); /* fills has_point, x, y from the geometry */

#endif
