/* What the log says of each incident: a table from id to its events, filled as check() walks the log. */
#ifndef WG_STORE_SQLITE_TALLY_H
#define WG_STORE_SQLITE_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

struct tally_entry {
  int64_t id, n, first, last; /* events and their seqs; id 0: free */
  bool met;                   /* its row was seen */
};

struct tally {
  struct tally_entry *slot;
  uint64_t n, cap; /* cap: a power of two, or 0 */
};

/* One more event; does nothing when the subject is not "incident/ID". WG_NO_MEMORY. */
wg_status tally_event(struct tally *t, const char *subject, int64_t seq);
struct tally_entry *tally_find(const struct tally *t, int64_t id); /* or NULL */
void tally_free(struct tally *t);

#endif
