/* Files kept by the SHA-256 of their bytes below one folder: ROOT/ab/cdef…. SHA-256, because it is what every
 * browser computes. Such a file is never changed: it comes by a rename of one that is whole and on the disk.
 */
#ifndef WG_BASE_FILES_H
#define WG_BASE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum { WG_SHA_LEN = 32, WG_FILES_PATH = 4300 };
#define WG_SHA_NAME "sha256"

/* The folder of the files of the database at `db`: DB.files. */
bool wg_files_root(const char *db, char out[WG_FILES_PATH]);
bool wg_files_path(const char *root, const unsigned char sha[WG_SHA_LEN], char out[WG_FILES_PATH]);
wg_status wg_files_sha(const char *path, unsigned char sha[WG_SHA_LEN], int64_t *size, wg_err *err);
bool wg_files_has(const char *root, const unsigned char sha[WG_SHA_LEN], int64_t size);
/* Moves a synced file to its place; the folders are made and synced. */
wg_status wg_files_settle(const char *root, const char *path, const unsigned char sha[WG_SHA_LEN],
                          wg_err *err);
void wg_files_remove(const char *root, const unsigned char sha[WG_SHA_LEN]);
/* A copy below another root, hash checked, synced. WG_CORRUPT: it is not what its name says. */
wg_status wg_files_copy(const char *from, const char *to, const unsigned char sha[WG_SHA_LEN], wg_err *err);
/* Every file that stands where such files stand; other names are passed by. A root that is not there has
 * none.
 */
wg_status wg_files_each(const char *root,
                        wg_status (*fn)(void *ctx, const char *path, const unsigned char sha[WG_SHA_LEN]),
                        void *ctx);
/* The folder with all that is in it, at most three deep. */
void wg_files_drop(const char *root);
/* A sentence about a path that cannot be used, from errno; a full disk is WG_NO_SPACE. */
wg_status wg_files_fail(const char *path, int code, wg_err *err);

/* A whole file in memory, read-only; n 0: empty. */
typedef struct wg_mapped {
  const unsigned char *bytes;
  size_t n;
} wg_mapped;
wg_status wg_map_file(const char *path, wg_mapped *out, wg_err *err);
void wg_unmap_file(wg_mapped *m);
/* Writes bytes to `path` by way of a name of its own beside it: whole or not at all. mode: 0600, 0644 … */
wg_status wg_write_whole(const char *path, const void *bytes, size_t n, unsigned mode, wg_err *err);

#endif
