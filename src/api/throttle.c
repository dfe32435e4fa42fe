/* Log-in tries: a bounded table of names and addresses that failed lately. Five failures of one account or
 * twenty of one address within 15 minutes shut it for the rest of that time; a success of the account clears
 * the account. When the table is full the entry that failed longest ago makes room. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/app.h"

enum { ENTRIES = 2048, ACCOUNT_MAX = 5, ADDRESS_MAX = 20, WINDOW_MS = 15 * 60000 };

struct entry {
  char key[80];
  int failures;
  int64_t first, last;
};

struct wg_throttle {
  pthread_mutex_t lock;
  struct entry entry[ENTRIES];
};

wg_status wg_throttle_new(struct wg_throttle **out) {
  *out = calloc(1, sizeof **out);
  if (!*out) return WG_NO_MEMORY;
  pthread_mutex_init(&(*out)->lock, NULL);
  return WG_OK;
}

void wg_throttle_free(struct wg_throttle *t) {
  if (t) pthread_mutex_destroy(&t->lock);
  free(t);
}

static struct entry *find(struct wg_throttle *t, const char *key, int64_t now, bool make) {
  struct entry *oldest = &t->entry[0];
  for (int i = 0; i < ENTRIES; i++) {
    struct entry *e = &t->entry[i];
    if (e->key[0] && now - e->first > WINDOW_MS) e->key[0] = 0;
    if (strcmp(e->key, key) == 0) return e;
    if (!e->key[0] || (oldest->key[0] && e->last < oldest->last)) oldest = e;
  }
  if (!make) return NULL;
  *oldest = (struct entry){.first = now};
  snprintf(oldest->key, sizeof oldest->key, "%s", key);
  return oldest;
}

static void keys(const char *account, const char *address, char a[80], char b[80]) {
  snprintf(a, 80, "n:%.70s", account);
  snprintf(b, 80, "a:%.70s", address);
}

wg_status wg_throttle_check(struct wg_throttle *t, const char *account, const char *address, int64_t now,
                            int *retry_after, wg_err *err) {
  char a[80], b[80];
  keys(account, address, a, b);
  pthread_mutex_lock(&t->lock);
  struct entry *name = find(t, a, now, false), *from = find(t, b, now, false);
  struct entry *shut = name && name->failures >= ACCOUNT_MAX   ? name
                       : from && from->failures >= ADDRESS_MAX ? from
                                                               : NULL;
  *retry_after = shut ? (int)((shut->first + WINDOW_MS - now) / 1000) + 1 : 0;
  pthread_mutex_unlock(&t->lock);
  if (!*retry_after) return WG_OK;
  return wg_fail(
      err, WG_THROTTLED, "",
      WG_T("too many wrong passwords; try again in %d minutes", "密码错误次数过多，请 %d 分钟后再试"),
      (*retry_after + 59) / 60);
}

void wg_throttle_note(struct wg_throttle *t, const char *account, const char *address, int64_t now, bool ok) {
  char a[80], b[80];
  keys(account, address, a, b);
  pthread_mutex_lock(&t->lock);
  if (ok) {
    struct entry *e = find(t, a, now, false);
    if (e) e->key[0] = 0;
  } else {
    for (int k = 0; k < 2; k++) {
      struct entry *e = find(t, k ? b : a, now, true);
      e->failures++;
      e->last = now;
    }
  }
  pthread_mutex_unlock(&t->lock);
}
