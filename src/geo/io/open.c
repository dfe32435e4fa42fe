#include "geo/io/open.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "geo/io/archive.h"
#include "geo/io/osm_tags.h"

static const char *const drivers[] = {
    "ESRI Shapefile", "GPKG", "GeoJSON", "GeoJSONSeq", "TopoJSON", "ESRIJSON",     "FlatGeobuf",
    "LIBKML",         "KML",  "GML",     "GPX",        "DXF",      "MapInfo File", "OpenFileGDB",
    "XLSX",           "XLS",  "ODS",     "OSM",        NULL};

/* --- GDAL's complaints ------------------------------------------------------------------------------- */

static void CPL_STDCALL on_complaint(CPLErr level, CPLErrorNum number, const char *message) {
  (void)number;
  wg_gdal_say *say = CPLGetErrorHandlerUserData();
  bool failure = level == CE_Failure || level == CE_Fatal;
  if (level != CE_Warning && !failure) return;
  if (!say->first[0] || (failure && !say->failures)) {
    snprintf(say->first, sizeof say->first, "%s", message);
    for (char *c = say->first; *c; c++)
      if ((unsigned char)*c < 32) *c = ' ';
    while (say->first[0] && !wg_text_utf8(say->first, strlen(say->first))) /* cut inside a character */
      say->first[strlen(say->first) - 1] = 0;
  }
  say->failures += failure;
}

void wg_gdal_begin(wg_gdal_say *say) {
  *say = (wg_gdal_say){0};
  CPLPushErrorHandlerEx(on_complaint, say);
  CPLErrorReset();
}

void wg_gdal_end(void) { CPLPopErrorHandler(); }

/* --- finding ------------------------------------------------------------------------------------------ */

static void prepare(void) {
  if (GDALGetDriverCount() == 0) GDALAllRegister();
  /* Settings of this thread: nothing is written beside the files that are read, nothing is fetched. */
  static const char *const set[][2] = {{"CPL_VSIL_GZIP_WRITE_PROPERTIES", "NO"},
                                       {"GML_SKIP_RESOLVE_ELEMS", "ALL"},
                                       {"GDAL_PAM_ENABLED", "NO"},
                                       {"OGR_GEOJSON_MAX_OBJ_SIZE", "400"},
                                       {"OSM_MAX_TMPFILE_SIZE", "400"},
                                       {"OGR_XLSX_HEADERS", "FORCE"},
                                       {"OGR_ODS_HEADERS", "FORCE"},
                                       {"OGR_XLS_HEADERS", "FORCE"}};
  for (size_t i = 0; i < sizeof set / sizeof *set; i++) CPLSetThreadLocalConfigOption(set[i][0], set[i][1]);
}

const char *wg_io_ending(const char *name) {
  const char *dot = strrchr(name, '.');
  return dot ? dot + 1 : "";
}

bool wg_io_ends(const char *name, const char *const *endings) {
  for (; *endings; endings++)
    if (!strcasecmp(wg_io_ending(name), *endings)) return true;
  return false;
}

bool wg_io_is_csv(const char *name) {
  static const char *const endings[] = {"csv", "tsv", "txt", NULL};
  return wg_io_ends(name, endings);
}

/* .tab is MapInfo's, or text with tabs. */
static bool is_tab_text(const char *path, const char *name) {
  if (strcasecmp(wg_io_ending(name), "tab") != 0) return false;
  char head[64] = {0};
  VSILFILE *in = VSIFOpenL(path, "rb");
  if (!in) return false;
  VSIFReadL(head, 1, sizeof head - 1, in);
  VSIFCloseL(in);
  return strchr(head, '\t') && !strcasestr(head, "!table");
}

wg_status wg_io_add(wg_arena *arena, wg_io_files *files, const char *path, const char *name) {
  wg_io_file *grown = wg_arena_alloc(arena, (size_t)(files->n + 1) * sizeof *grown);
  if (!grown) return WG_NO_MEMORY;
  if (files->n) memcpy(grown, files->file, (size_t)files->n * sizeof *grown);
  wg_io_file *f = &grown[files->n++];
  files->file = grown;
  f->path = wg_arena_strdup(arena, path);
  f->name = wg_arena_strdup(arena, name);
  f->csv = wg_io_is_csv(name) || is_tab_text(path, name);
  return f->path && f->name ? WG_OK : WG_NO_MEMORY;
}

static wg_status missing(const char *path, wg_err *err) {
  return wg_fail(err, WG_NOT_FOUND, "file",
                 WG_T("there is no readable file %.200s", "没有可读取的文件 %.200s"), path);
}

/* Absolute, and nothing that GDAL would take for a prefix. */
static wg_status plain_path(wg_arena *arena, const char *path, const char **out, struct stat *st,
                            wg_err *err) {
  char *real = realpath(path, NULL);
  if (!real) return missing(path, err);
  *out = wg_arena_strdup(arena, real);
  free(real);
  if (!*out) return WG_NO_MEMORY;
  if (stat(*out, st) || access(*out, R_OK)) return missing(path, err);
  bool gdb = S_ISDIR(st->st_mode) && !strcasecmp(wg_io_ending(*out), "gdb");
  if ((!S_ISREG(st->st_mode) && !gdb) || !strncmp(*out, "/vsi", 4) || !wg_text_utf8(*out, strlen(*out)))
    return wg_fail(err, WG_INVALID, "file", WG_T("%.200s is not a plain file", "%.200s 不是普通文件"), path);
  if (S_ISREG(st->st_mode) && st->st_size == 0)
    return wg_fail(err, WG_INVALID, "file", WG_T("%.200s is empty", "%.200s 是空文件"), path);
  if ((uint64_t)st->st_size > WG_IO_FILE_MAX)
    return wg_fail(err, WG_TOO_LARGE, "file", WG_T("%.200s is larger than 16 GiB", "%.200s 超过 16 GiB"),
                   path);
  return WG_OK;
}

/* A shapefile without its index: copied into memory, where GDAL can make the index anew. */
static wg_status without_index(wg_arena *arena, const char *path, wg_io_files *out, bool *done, wg_err *err) {
  size_t n = strlen(path);
  *done = false;
  if (strcasecmp(wg_io_ending(path), "shp") != 0) return WG_OK;
  char *shx = wg_arena_strdup(arena, path);
  if (!shx) return WG_NO_MEMORY;
  for (int upper = 0; upper < 2; upper++) {
    memcpy(shx + n - 3, upper ? "SHX" : "shx", 3);
    if (access(shx, F_OK) == 0) return WG_OK;
  }
  *done = true;
  return wg_io_take_shapefile(arena, path, out, err);
}

wg_status wg_io_find(wg_arena *arena, const char *path, wg_io_files *out, wg_err *err) {
  *out = (wg_io_files){0};
  prepare();
  struct stat st = {0};
  const char *plain = "";
  wg_status s = WG_OK;
  if (!strcmp(path, "-")) s = wg_io_spool(arena, &path, err);
  if (!s) s = plain_path(arena, path, &plain, &st, err);
  if (s) return s;
  out->plain = plain;
  const char *slash = strrchr(plain, '/');
  out->name = wg_arena_strdup(arena, slash ? slash + 1 : plain);
  if (!out->name) return WG_NO_MEMORY;
  static const char *const zips[] = {"kmz", "xlsx", "ods", NULL};
  if (S_ISREG(st.st_mode) && !wg_io_ends(plain, zips)) {
    wg_io_pack pack = wg_io_pack_of(plain);
    if (pack == WG_PACK_ZIP) return wg_io_unzip(arena, plain, out, err);
    if (pack == WG_PACK_GZIP) return wg_io_gunzip(arena, plain, out, err);
  }
  bool done;
  s = without_index(arena, plain, out, &done, err);
  return s || done ? s : wg_io_add(arena, out, plain, out->name);
}

/* --- opening ------------------------------------------------------------------------------------------ */

/* GDAL reads the tags that it shall give from a file: one in memory. */
static void put_osm_config(void) {
  VSILFILE *out = VSIFOpenL("/vsimem/wangge-osmconf.ini", "wb");
  if (!out) return;
  VSIFWriteL(wg_osm_config, 1, strlen(wg_osm_config), out);
  VSIFCloseL(out);
}

/* The hash of the whole file, through the page cache. */
bool wg_io_hash(const char *path, unsigned char out[WG_HASH_LEN]) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  struct stat st = {0};
  void *bytes = MAP_FAILED;
  if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0)
    bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (fd >= 0) close(fd);
  if (bytes == MAP_FAILED) return false;
  wg_hash(bytes, (size_t)st.st_size, out);
  munmap(bytes, (size_t)st.st_size);
  return true;
}

static wg_status unreadable(const wg_io_file *file, const char *why, wg_err *err) {
  static const char *const json[] = {"geojson", "json", "topojson", NULL};
  bool unknown = !why[0] || strstr(why, "not recognized"); /* GDAL's sentence has our temporary path in it */
  if (wg_io_ends(file->name, json) && unknown)
    return wg_fail(err, WG_INVALID, "file",
                   WG_T("%.120s is no valid JSON, or JSON that is not GeoJSON",
                        "%.120s 不是有效的 JSON，或不是 GeoJSON"),
                   file->name);
  if (wg_io_ends(file->name, json))
    return wg_fail(err, WG_INVALID, "file",
                   WG_T("%.120s is no valid GeoJSON: %s", "%.120s 不是有效的 GeoJSON：%s"), file->name, why);
  return wg_fail(
      err, WG_INVALID, "file",
      WG_T("%.120s cannot be read as a geodata file: %s", "无法把 %.120s 作为地理数据文件读取：%s"),
      file->name, unknown ? "unknown format" : why);
}

wg_status wg_io_open(const wg_io_file *file, GDALDatasetH *out, const char **driver, wg_err *err) {
  *out = NULL;
  wg_gdal_say say;
  wg_gdal_begin(&say);
  GDALDriverH found = GDALIdentifyDriverEx(file->path, GDAL_OF_VECTOR, drivers, NULL);
  const char *name = found ? GDALGetDriverShortName(found) : "";
  /* Attribute text of a shapefile comes raw: what its encoding is, is decided in table_gdal.c. */
  const char *const shape[] = {"ENCODING=", NULL}, *const gml[] = {"DOWNLOAD_SCHEMA=NO", "WRITE_GFS=NO",
                                                                   NULL};
  const char *const osm[] = {"CONFIG_FILE=/vsimem/wangge-osmconf.ini", NULL};
  const char *const *options = !strcmp(name, "ESRI Shapefile") ? shape
                               : !strcmp(name, "GML")          ? gml
                               : !strcmp(name, "OSM")          ? osm
                                                               : NULL;
  if (options == osm) put_osm_config();
  const char *const only[] = {name, NULL};
  if (!strcmp(name, "ESRI Shapefile") && !strncmp(file->path, "/vsimem/", 8))
    CPLSetThreadLocalConfigOption("SHAPE_RESTORE_SHX", "YES"); /* in memory, never beside the user's file */
  *out = GDALOpenEx(file->path, GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR,
                    *name ? only : drivers, options, NULL);
  CPLSetThreadLocalConfigOption("SHAPE_RESTORE_SHX", NULL);
  wg_gdal_end();
  if (*out && GDALDatasetGetLayerCount(*out) > 0) {
    *driver = GDALGetDriverShortName(GDALGetDatasetDriver(*out));
    return WG_OK;
  }
  if (*out) GDALClose(*out);
  *out = NULL;
  return unreadable(file, say.first, err);
}
