/* Files that take their name only when they are whole and on the disk. */
#ifndef WG_STORE_SQLITE_FILE_H
#define WG_STORE_SQLITE_FILE_H

#include <stdbool.h>

#include "base/status.h"

/* Syncs `tmp`, renames it to `path` (replacing what is there), syncs the folder. */
wg_status file_settle(const char *tmp, const char *path, wg_err *err);
/* Says what is wrong with the folder in which `path` shall be made; SQLite's own number is not to be relied
 * on. */
wg_status file_folder_check(const char *path, wg_err *err);
int file_sync_folder(const char *path);       /* of the file; 0, or an errno */
bool file_same(const char *a, const char *b); /* both are there and are one file */

#endif
