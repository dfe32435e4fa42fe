#include "tally.h"

#include <stdlib.h>
#include <string.h>

static uint64_t slot_of(int64_t id, uint64_t cap) {
  return ((uint64_t)id * 0x9E3779B97F4A7C15u >> 20) & (cap - 1);
}

static struct tally_entry *place(struct tally_entry *slot, uint64_t cap, int64_t id) {
  uint64_t i = slot_of(id, cap);
  while (slot[i].id && slot[i].id != id) i = (i + 1) & (cap - 1);
  return &slot[i];
}

static wg_status grow(struct tally *t) {
  uint64_t cap = t->cap ? t->cap * 2 : 4096;
  struct tally_entry *slot = calloc(cap, sizeof *slot);
  if (!slot) return WG_NO_MEMORY;
  for (uint64_t i = 0; i < t->cap; i++)
    if (t->slot[i].id) *place(slot, cap, t->slot[i].id) = t->slot[i];
  free(t->slot);
  t->slot = slot;
  t->cap = cap;
  return WG_OK;
}

/* The id in "incident/ID" as a writer puts it: digits, no zero in front. 0: it is no such text. */
static int64_t id_in(const char *subject) {
  const char *p = subject + strlen("incident/");
  if (strncmp(subject, "incident/", strlen("incident/")) != 0 || *p < '1' || *p > '9' || strlen(p) > 18)
    return 0;
  int64_t id = 0;
  for (; *p >= '0' && *p <= '9'; p++) id = id * 10 + (*p - '0');
  return *p ? 0 : id;
}

wg_status tally_event(struct tally *t, const char *subject, int64_t seq) {
  int64_t id = id_in(subject);
  if (!id) return WG_OK;
  if (t->n * 2 >= t->cap && grow(t)) return WG_NO_MEMORY;
  struct tally_entry *e = place(t->slot, t->cap, id);
  if (!e->id) {
    e->id = id;
    e->first = seq;
    t->n++;
  }
  e->n++;
  e->last = seq;
  return WG_OK;
}

struct tally_entry *tally_find(const struct tally *t, int64_t id) {
  if (!t->cap || id <= 0) return NULL;
  struct tally_entry *e = place(t->slot, t->cap, id);
  return e->id ? e : NULL;
}

void tally_free(struct tally *t) {
  free(t->slot);
  memset(t, 0, sizeof *t);
}
