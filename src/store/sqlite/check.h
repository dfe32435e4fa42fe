/* What the parts of check() share. Each part looks at one subject and tells of faults by check_found. */
#ifndef WG_STORE_SQLITE_CHECK_H
#define WG_STORE_SQLITE_CHECK_H

#include "db.h"
#include "tally.h"

enum { WG_SAY_MOST = 20 }; /* lines of one part; the rest is only counted */

struct check {
  struct db *db;
  wg_check_report *out;
  wg_say_fn say;
  void *ctx;
  wg_err *err;
  int said, unsaid;       /* of this part */
  int64_t attached;       /* events "incident.attached", counted by check_log */
  struct tally incidents; /* filled by check_log, used by check_incidents */
};

/* Formats both sentences with the same arguments. seq > 0: the fault is in that event. */
void check_found(struct check *c, int64_t seq, const char *en, const char *zh, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));
void check_part_end(struct check *c); /* tells how many lines were held back */

wg_status check_log(struct check *c);         /* chain, head, side rows, names in bodies */
wg_status check_contents(struct check *c);    /* content against its hashes */
wg_status check_plans(struct check *c);       /* grid rows against content, content against events */
wg_status check_rules(struct check *c);       /* of categories */
wg_status check_land(struct check *c);        /* areas, R-trees */
wg_status check_incidents(struct check *c);   /* rows against events, keys against rows; after check_log */
wg_status check_attachments(struct check *c); /* rows against events, files against rows; after check_log */
wg_status check_file(struct check *c);        /* SQLite's own checks, foreign keys */

/* Walks the rows of `sql`; each(c, st) may stop with a status. */
wg_status check_rows(struct check *c, const char *sql, wg_status (*each)(struct check *, sqlite3_stmt *));

#endif
