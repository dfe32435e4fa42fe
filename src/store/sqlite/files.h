/* The files beside a database, PATH.files, in backup and restore. */
#ifndef WG_STORE_SQLITE_FILES_H
#define WG_STORE_SQLITE_FILES_H

#include "db.h"

struct file_list {
  unsigned char (*sha)[WG_HASH_LEN]; /* owned */
  int64_t n;
};
/* Those that the rows of this view name. */
wg_status files_list(struct db *db, struct file_list *out, wg_err *err);
/* Copies them, hashes checked, from FROM.files to TO.files, which is made anew; none: no folder. */
wg_status files_copy(const char *from, const struct file_list *list, const char *to, wg_err *err);
/* TMP.files becomes PATH.files. What was there is kept as KEPT.files, or goes (kept NULL or ""). */
wg_status files_put(const char *tmp, const char *path, const char *kept, wg_err *err);
void files_drop(const char *path); /* PATH.files */

#endif
