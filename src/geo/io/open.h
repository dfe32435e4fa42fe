/* Opening a file from outside through GDAL, safely. Private to geo/io.
 *
 * Only file drivers of vector data may open it: no network, no virtual datasets, no SQL. A path is made
 * absolute and must be a plain file (or a folder whose name ends in .gdb), so that nothing in it reads as a
 * GDAL prefix. What a .zip or .gz holds is copied into GDAL's memory files, flat and within limits, and
 * opened there: paths inside an archive mean nothing. */
#ifndef WG_GEO_IO_OPEN_H
#define WG_GEO_IO_OPEN_H

#include <gdal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/status.h"

/* Limits of what is opened. */
#define WG_IO_FILE_MAX  (16ull << 30) /* a plain file */
#define WG_IO_INNER_MAX (2ull << 30)  /* all that is taken out of an archive */
enum { WG_IO_ENTRIES_MAX = 20000 };   /* files in a zip */

/* What GDAL complained of while a scope was open. */
typedef struct wg_gdal_say {
  int failures;
  char first[256]; /* the first failure, else the first warning; UTF-8 */
} wg_gdal_say;
void wg_gdal_begin(wg_gdal_say *say); /* GDAL's complaints of this thread go here … */
void wg_gdal_end(void);               /* … until now; the calls pair */

/* One file that can be opened: as it stands, or a member of an archive. */
typedef struct wg_io_file {
  const char *path; /* for GDAL and VSIFOpenL */
  const char *name; /* without folders */
  bool csv;
} wg_io_file;

typedef struct wg_io_files {
  wg_io_file *file;
  int n;
  const char *name;  /* of the outer file, without folders */
  const char *plain; /* its absolute path */
  bool rebuilt_shx;  /* an index of a shapefile was missing and is made anew */
} wg_io_files;

/* Finds what `path` holds; "-" is standard input. Memory files and temporary files go when the arena is
 * cleared. */
wg_status wg_io_find(wg_arena *arena, const char *path, wg_io_files *out, wg_err *err);
/* Opens one of them, read only. *driver: its short name. */
wg_status wg_io_open(const wg_io_file *file, GDALDatasetH *out, const char **driver, wg_err *err);

/* BLAKE2b-256 of a plain file's bytes; false when it is none. */
bool wg_io_hash(const char *path, unsigned char out[WG_HASH_LEN]);

#endif
