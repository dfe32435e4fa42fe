/* The log of sign-ins, exports and reads of personal data in bulk: written behind the answer, by the one
 * writer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/app.h"
#include "base/log.h"
#include "base/text.h"

struct note {
  wg_command command;
  int64_t account;
  char name[65], address[64], what[32], detail[160];
};

static wg_status write_note(wg_command *c, wg_txn *txn) {
  struct note *n = (struct note *)c;
  return txn->store->access_log(txn->store, txn->now, n->account, n->name, n->address, n->what, n->detail,
                                true, &c->err);
}

static void note_done(wg_command *c, wg_status st) {
  struct note *n = (struct note *)c;
  if (st) wg_error("api", "%s by account %s was not logged: %s", n->what, n->name, c->err.en);
  free(n);
}

wg_status wg_note_access(wg_request *q, const char *what) {
  wg_asker *a = wg_asker_of(q);
  struct note *n = calloc(1, sizeof *n);
  if (!n) return WG_NO_MEMORY;
  n->command = (wg_command){.run = write_note, .done = note_done};
  n->account = a->viewer->account;
  snprintf(n->name, sizeof n->name, "%s", a->viewer->name);
  snprintf(n->address, sizeof n->address, "%s", q->address);
  snprintf(n->what, sizeof n->what, "%s", what);
  snprintf(n->detail, sizeof n->detail, "%.150s", q->url);
  for (size_t k = strlen(n->detail); k && !wg_text_utf8(n->detail, k);)
    n->detail[--k] = 0; /* not half a letter */
  wg_status st = wg_engine_submit(atomic_load(&a->app->engine), &n->command);
  if (st) {
    q->err = n->command.err;
    free(n);
  }
  return st;
}

wg_status wg_note_export(wg_request *q) {
  wg_asker *a = wg_asker_of(q);
  if (!wg_may(&a->picture->land->areas, a->viewer, WG_V_EXPORT, NULL, a->now))
    return wg_fail(&q->err, WG_FORBIDDEN, "format",
                   WG_T("account %s has no right to export", "账号 %s 没有导出权限"), a->viewer->name);
  return wg_note_access(q, "export");
}
