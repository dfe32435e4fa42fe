/* Which column is the code, which the name, …: by the names people give them, and by what stands in them. */
#ifndef WG_GEO_IO_COLUMNS_H
#define WG_GEO_IO_COLUMNS_H

#include "geo/io/table.h"

typedef enum wg_col {
  WG_COL_CODE, /* what identifies the row */
  WG_COL_NAME,
  WG_COL_NAME_EN, /* the name once more in English */
  WG_COL_AREA,    /* of a grid: the code of its area */
  WG_COL_PARENT,  /* of an area: the code of the area above */
  WG_COL_LEVEL,
  WG_COLS
} wg_col;

enum { WG_CODE_PARTS_MAX = 4 };

typedef struct wg_pick {
  const char *text; /* the column's name ("A+B" for a code of several); NULL: none */
  int column[WG_CODE_PARTS_MAX], n;
  const char *en, *zh; /* why */
} wg_pick;

typedef struct wg_columns_wish {
  const char *told[WG_COLS]; /* field names from the command line; NULL: to be found; "" : not wanted */
  bool wanted[WG_COLS];      /* look for it at all */
  bool code_optional;        /* no code is no error */
} wg_columns_wish;

/* Reads the table once, without geometry, and leaves it rewound. Told columns are taken as they are:
 * WG_INVALID for one that is not there (the error lists the columns). --code may join up to four columns
 * ("COL+ROW" → 12-7) or be "#", the row's number. WG_INVALID when no code is found. Texts are static or the
 * table's. */
wg_status wg_columns_find(wg_table *t, const wg_columns_wish *wish, wg_pick pick[WG_COLS], wg_err *err);

/* The cell of a pick in the row: for a code of several columns their values joined by '-', in `text`. NULL:
 * none. */
const char *wg_pick_cell(const wg_pick *pick, const wg_table_row *row, char text[128]);

#endif
