#include "geo/io/archive.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/temp.h"

enum { CHUNK = 1 << 20 };

wg_io_pack wg_io_pack_of(const char *path) {
  unsigned char head[4] = {0};
  VSILFILE *in = VSIFOpenL(path, "rb");
  if (!in) return WG_PACK_NONE;
  size_t n = VSIFReadL(head, 1, 4, in);
  VSIFCloseL(in);
  if (n == 4 && !memcmp(head, "PK\3\4", 4)) return WG_PACK_ZIP;
  return n >= 2 && head[0] == 0x1f && head[1] == 0x8b ? WG_PACK_GZIP : WG_PACK_NONE;
}

static void drop_folder(void *folder) { VSIRmdirRecursive(folder); }

/* A folder in GDAL's memory, its name our own; gone with the arena. */
static wg_status memory_folder(wg_arena *arena, char **out) {
  *out = wg_arena_printf(arena, "/vsimem/wangge-%p", (void *)arena);
  return *out && !wg_arena_defer(arena, drop_folder, *out) ? WG_OK : WG_NO_MEMORY;
}

static wg_status too_much(wg_err *err) {
  return wg_fail(err, WG_TOO_LARGE, "file",
                 WG_T("the archive holds more than 2 GiB; unpack it and import the file itself",
                      "压缩包内容超过 2 GiB；请解压后导入其中的文件"));
}

/* Copies a file of any kind into memory; *left is what may still be taken. */
static wg_status copy(const char *from, const char *to, uint64_t *left, wg_err *err) {
  wg_gdal_say say;
  wg_gdal_begin(&say);
  VSILFILE *in = VSIFOpenL(from, "rb"), *out = in ? VSIFOpenL(to, "wb") : NULL;
  char *piece = malloc(CHUNK);
  wg_status st = in && out && piece ? WG_OK : WG_IO;
  while (!st) {
    size_t n = VSIFReadL(piece, 1, CHUNK, in);
    if (n > *left)
      st = too_much(err);
    else if (n && VSIFWriteL(piece, 1, n, out) != n)
      st = WG_NO_MEMORY;
    *left -= n > *left ? *left : n;
    if (n < CHUNK) break;
  }
  if (!st && say.failures) st = WG_IO;
  free(piece);
  if (in) VSIFCloseL(in);
  if (out && VSIFCloseL(out) && !st) st = WG_NO_MEMORY;
  wg_gdal_end();
  if (st == WG_IO)
    return wg_fail(err, WG_INVALID, "file", WG_T("the archive is damaged: %s", "压缩包已损坏：%s"),
                   say.first[0] ? say.first : "cannot be read");
  return st;
}

/* --- zip ---------------------------------------------------------------------------------------------- */

static const char *const main_endings[] = {
    "shp", "gpkg", "geojson", "json", "topojson", "geojsonl", "kml", "kmz",  "fgb", "gml", "tab", "mif",
    "gpx", "dxf",  "osm",     "pbf",  "csv",      "tsv",      "txt", "xlsx", "xls", "ods", NULL};
static const char *const beside[] = {"shx", "dbf", "prj", "cpg", "dat", "map",
                                     "id",  "ind", "mid", "xsd", "gfs", NULL};

/* Members are put into one memory folder per folder of the archive, under their bare names, lower-case
 * ending. */
static wg_status take_member(wg_arena *arena, const char *zip, const char *folder, const char *member,
                             uint64_t *left, wg_io_files *out, wg_err *err) {
  const char *slash = strrchr(member, '/');
  const char *name = slash ? slash + 1 : member;
  bool is_main = wg_io_ends(name, main_endings);
  if (name[0] == '.' || !strncmp(member, "__MACOSX", 8) || (!is_main && !wg_io_ends(name, beside)))
    return WG_OK;
  if (!strcasecmp(name, "readme.txt") || !strncasecmp(name, "licen", 5)) return WG_OK;
  /* FNV-1a of the member's folder: siblings stay together, whatever the path says */
  uint32_t hash = 2166136261u;
  for (const char *c = member; c < name; c++) hash = (hash ^ (unsigned char)*c) * 16777619u;
  char *to = wg_arena_printf(arena, "%s/%08x/%s", folder, hash, name);
  char *from = wg_arena_printf(arena, "/vsizip/{%s}/%s", zip, member);
  if (!to || !from) return WG_NO_MEMORY;
  for (char *c = strrchr(to, '.'); *c; c++)
    if (*c >= 'A' && *c <= 'Z') *c += 'a' - 'A';
  wg_status st = copy(from, to, left, err);
  return st || !is_main ? st : wg_io_add(arena, out, to, name);
}

/* Shapefiles of the memory folder without an index get one when they are opened. */
static void note_missing_index(wg_io_files *out) {
  for (int i = 0; i < out->n; i++) {
    if (strcasecmp(wg_io_ending(out->file[i].path), "shp") != 0) continue;
    VSIStatBufL st;
    const char *shx = CPLResetExtension(out->file[i].path, "shx");
    out->rebuilt_shx |= VSIStatL(shx, &st) != 0;
  }
}

wg_status wg_io_unzip(wg_arena *arena, const char *path, wg_io_files *out, wg_err *err) {
  char *folder, *zip = wg_arena_printf(arena, "/vsizip/{%s}", path);
  wg_status st = zip ? memory_folder(arena, &folder) : WG_NO_MEMORY;
  if (st) return st;
  wg_gdal_say say;
  wg_gdal_begin(&say);
  VSIDIR *dir = VSIOpenDir(zip, -1, NULL);
  uint64_t left = WG_IO_INNER_MAX;
  int entries = 0;
  const VSIDIREntry *e;
  while (!st && dir && (e = VSIGetNextDirEntry(dir))) {
    if (++entries > WG_IO_ENTRIES_MAX)
      st = wg_fail(err, WG_TOO_LARGE, "file",
                   WG_T("the archive holds more than %d files", "压缩包内文件超过 %d 个"), WG_IO_ENTRIES_MAX);
    else if (!VSI_ISDIR(e->nMode))
      st = take_member(arena, path, folder, e->pszName, &left, out, err);
  }
  if (dir) VSICloseDir(dir);
  wg_gdal_end();
  if (st) return st;
  if (!dir || !out->n)
    return wg_fail(err, WG_INVALID, "file",
                   WG_T("the archive %.120s holds no geodata file (of %d files)",
                        "压缩包 %.120s 中没有地理数据文件（共 %d 个文件）"),
                   out->name, entries);
  note_missing_index(out);
  return WG_OK;
}

wg_status wg_io_take_shapefile(wg_arena *arena, const char *path, wg_io_files *out, wg_err *err) {
  char *folder;
  wg_status st = memory_folder(arena, &folder);
  if (st) return st;
  static const char *const parts[] = {"shp", "dbf", "prj", "cpg", NULL};
  uint64_t left = WG_IO_INNER_MAX;
  const char *base = wg_arena_strdup(arena, CPLGetBasename(path));
  for (const char *const *p = parts; !st && *p; p++) {
    char *from = wg_arena_strdup(arena, CPLResetExtension(path, *p));
    char *to = wg_arena_printf(arena, "%s/%s.%s", folder, base, *p);
    if (!from || !to) return WG_NO_MEMORY;
    if (p == parts) from = (char *)path;
    if (access(from, R_OK) == 0) st = copy(from, to, &left, err);
  }
  out->rebuilt_shx = true;
  char *shp = wg_arena_printf(arena, "%s/%s.shp", folder, base);
  return st ? st : wg_io_add(arena, out, shp, out->name);
}

/* --- gzip --------------------------------------------------------------------------------------------- */

wg_status wg_io_gunzip(wg_arena *arena, const char *path, wg_io_files *out, wg_err *err) {
  const char *name = out->name;
  char *inner = wg_arena_strdup(arena, name), *folder;
  char *from = wg_arena_printf(arena, "/vsigzip/%s", path);
  if (!inner || !from) return WG_NO_MEMORY;
  if (!strcasecmp(wg_io_ending(inner), "gz")) *strrchr(inner, '.') = 0;
  static const char *const tar[] = {"tar", "tgz", NULL};
  if (wg_io_ends(inner, tar))
    return wg_fail(
        err, WG_INVALID, "file",
        WG_T("unpack the .tar file and import what it holds", "请先解包 .tar 文件，再导入其中的文件"));
  wg_status st = memory_folder(arena, &folder);
  if (st) return st;
  char *to = wg_arena_printf(arena, "%s/%s", folder, inner);
  uint64_t left = WG_IO_INNER_MAX;
  st = to ? copy(from, to, &left, err) : WG_NO_MEMORY;
  return st ? st : wg_io_add(arena, out, to, inner);
}

/* --- standard input ----------------------------------------------------------------------------------- */

/* The ending that tells GDAL's drivers what the bytes are. */
static const char *ending_of(const char *head, size_t n) {
  while (n && strchr(" \t\r\n\xef\xbb\xbf", *head)) head++, n--;
  if (n > 15 && !memcmp(head, "SQLite format 3", 15)) return ".gpkg";
  if (n > 3 && !memcmp(head, "fgb", 3)) return ".fgb";
  if (n > 3 && !memcmp(head, "PK\3\4", 4)) return memmem(head, n, "xl/", 3) ? ".xlsx" : ".zip";
  if (n > 1 && (unsigned char)head[0] == 0x1f) return ".gz";
  if (n && (*head == '{' || *head == '['))
    return memmem(head, n, "\"Topology\"", 10) ? ".topojson" : ".geojson";
  if (n && *head == '<') {
    if (memmem(head, n, "<osm", 4)) return ".osm";
    return memmem(head, n, "<gpx", 4) ? ".gpx" : memmem(head, n, "kml", 3) ? ".kml" : ".gml";
  }
  return ".csv";
}

wg_status wg_io_spool(wg_arena *arena, const char **path, wg_err *err) {
  const char *folder = NULL;
  char *piece = wg_arena_alloc(arena, CHUNK);
  if (!piece) return WG_NO_MEMORY;
  size_t n = fread(piece, 1, CHUNK, stdin);
  if (n == 0) return wg_fail(err, WG_INVALID, "file", WG_T("standard input is empty", "标准输入为空"));
  wg_status st = wg_temp_folder(arena, "/tmp", &folder, err);
  if (st) return st;
  /* a name that means something: it becomes that of a layer */
  char *name = wg_arena_printf(arena, "%s/stdin%s", folder, ending_of(piece, n > 8192 ? 8192 : n));
  int fd = name ? open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
  if (fd < 0)
    return wg_fail(err, WG_IO, "file",
                   WG_T("the temporary file cannot be written: %s", "无法写入临时文件：%s"), strerror(errno));
  *path = name;
  uint64_t total = 0;
  for (; !st && n; n = fread(piece, 1, CHUNK, stdin)) {
    total += n;
    if (total > WG_IO_INNER_MAX)
      st = wg_fail(err, WG_TOO_LARGE, "file",
                   WG_T("standard input is longer than 2 GiB", "标准输入超过 2 GiB"));
    for (size_t at = 0; !st && at < n;) {
      ssize_t k = write(fd, piece + at, n - at);
      if (k < 0)
        st = wg_fail(err, errno == ENOSPC ? WG_NO_SPACE : WG_IO, "file",
                     WG_T("the temporary file cannot be written: %s", "无法写入临时文件：%s"),
                     strerror(errno));
      else
        at += (size_t)k;
    }
  }
  if (close(fd) && !st) st = WG_IO;
  return st;
}
