/* What the imports share: the open database, the counts of a report, events, names. */
#ifndef WG_CLI_IMPORT_COMMON_H
#define WG_CLI_IMPORT_COMMON_H

#include "base/buf.h"
#include "base/jw.h"
#include "cli/cli.h"
#include "domain/store.h"
#include "geo/io/import.h"
#include "geo/io/table.h"

/* --- refused rows of a table ------------------------------------------------------------------------------
 */
typedef struct wg_refused_row {
  uint64_t row;
  const char *en, *zh;
} wg_refused_row;

typedef struct wg_tally {
  wg_arena *arena;
  uint64_t read, taken, refused;
  wg_refused_row *first; /* the first WG_TALLY_LISTED refusals */
} wg_tally;
enum { WG_TALLY_LISTED = 20 };
/* Notes one refused row; both formats take the same arguments. */
wg_status wg_tally_refuse(wg_tally *t, uint64_t row, const char *en, const char *zh, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));
void wg_tally_print(const wg_tally *t);
/* What refused rows mean: WG_OK, or the import fails (WG_UNPROCESSABLE) unless skip_bad; or nothing is left.
 */
wg_status wg_tally_verdict(const wg_tally *t, bool skip_bad, wg_err *err);

/* --- printing
 * ----------------------------------------------------------------------------------------------- */
void wg_print_table(const wg_table_about *about); /* file, format, encoding */
void wg_print_pick(const char *en, const char *zh, const wg_pick *pick);
void wg_print_import(const wg_import *in, bool check); /* all of it */
void wg_print_flaws(const wg_flaws *flaws, const wg_import *in);

/* --- the store
 * ----------------------------------------------------------------------------------------------- */
/* Runs work(ctx, store) inside one transaction; undone unless it returns WG_OK. */
wg_status wg_in_transaction(wg_store *store, wg_status (*work)(void *ctx, wg_store *store, wg_err *err),
                            void *ctx, wg_err *err);
/* Appends an event of the system whose body is `body`, a whole JSON object. */
wg_status wg_import_event(wg_store *store, const char *kind, const char *subject, wg_buf *body, wg_err *err);
/* WG_CONFLICT when an event of this subject names this file: rows without a code of their own would come in
 * twice. `again` asks for that. */
wg_status wg_import_fresh(wg_store *store, const char *subject, const wg_table_about *about, bool again,
                          wg_err *err);
void wg_member_hash(wg_jw *w, const char *name, const unsigned char hash[WG_HASH_LEN]);
void wg_member_file_hash(wg_jw *w, const unsigned char hash[WG_HASH_LEN]);

/* A name map of a name and perhaps its English form; of the code when there is no name. In the arena. */
const char *wg_import_names(wg_arena *arena, const char *name, const char *name_en, const char *code);
/* The last part of a path. */
const char *wg_base_name(const char *path);
void wg_import_progress(void *progress, double share); /* for wg_import_options.progress with a wg_progress */

/* --- columns of a table by usual names
 * ------------------------------------------------------------------------- */
typedef struct wg_wanted {
  const char *flag;         /* "--lon" */
  const char *told;         /* from the command line, or NULL */
  const char *const *names; /* usual names */
  bool required;
  int *out; /* -1: none */
} wg_wanted;
/* Finds them all; list ends with flag NULL. WG_INVALID lists the columns. */
wg_status wg_columns_wanted(const wg_table *t, const wg_wanted *list, wg_err *err);
static inline const char *wg_cell(const wg_table_row *row, int column) {
  return column < 0 ? NULL : row->cell[column];
}

#endif
