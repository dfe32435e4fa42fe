/* What is inside archives and standard input, taken out within limits. Private to geo/io. */
#ifndef WG_GEO_IO_ARCHIVE_H
#define WG_GEO_IO_ARCHIVE_H

#include "geo/io/open.h"

typedef enum wg_io_pack { WG_PACK_NONE, WG_PACK_ZIP, WG_PACK_GZIP } wg_io_pack;
wg_io_pack wg_io_pack_of(const char *path); /* by the first bytes */

/* Each adds what it found to `out`; memory files are removed when the arena is cleared. */
wg_status wg_io_unzip(wg_arena *arena, const char *path, wg_io_files *out, wg_err *err);
wg_status wg_io_gunzip(wg_arena *arena, const char *path, wg_io_files *out, wg_err *err);
wg_status wg_io_take_shapefile(wg_arena *arena, const char *path, wg_io_files *out, wg_err *err);
/* Standard input into a temporary file with a fitting ending, removed when the arena is cleared. */
wg_status wg_io_spool(wg_arena *arena, const char **path, wg_err *err);

/* Shared with open.c. */
wg_status wg_io_add(wg_arena *arena, wg_io_files *files, const char *path, const char *name);
const char *wg_io_ending(const char *name); /* behind the last dot, or "" */
bool wg_io_ends(const char *name, const char *const *endings);
bool wg_io_is_csv(const char *name);

#endif
