/* Serials of incident numbers. The table incident_serial holds what the numbers up to the watermark have used
 * (tend() brings it up in bulk); what the rows above it use is held in memory, beside their clients. So a
 * report costs no write here, and a serial that was taken and not stored is given again. */
#include <stdlib.h>
#include <string.h>

#include "keys.h"

enum { FIRST_SLOTS = 1024 };

bool serial_parse(const char *number, size_t n, size_t *area_len, int *day, int64_t *serial) {
  size_t i = n, digits = 0;
  *serial = *day = 0;
  for (int64_t unit = 1; i > 0 && number[i - 1] >= '0' && number[i - 1] <= '9'; unit *= 10, digits++)
    if (digits < 12)
      *serial += (number[--i] - '0') * unit;
    else
      return false;
  if (!digits || i < 10 || number[i - 1] != '-' || number[i - 10] != '-') return false;
  for (size_t k = i - 9; k < i - 1; k++) {
    if (number[k] < '0' || number[k] > '9') return false;
    *day = *day * 10 + (number[k] - '0');
  }
  *area_len = i - 10;
  return *area_len > 0 && *area_len < WG_CODE_LEN;
}

static uint32_t hash_of(const char *area, size_t n, int day) {
  uint64_t h = (uint64_t)day * 0x9E3779B97F4A7C15u;
  for (size_t i = 0; i < n; i++) h = (h ^ (unsigned char)area[i]) * 0x100000001b3u;
  return (uint32_t)(h ^ (h >> 32));
}

static uint32_t place(const struct serials *s, const char *area, size_t n, int day) {
  uint32_t i = hash_of(area, n, day) & (s->cap - 1);
  while (s->slot[i].area[0] &&
         !(s->slot[i].day == day && memcmp(s->slot[i].area, area, n) == 0 && !s->slot[i].area[n]))
    i = (i + 1) & (s->cap - 1);
  return i;
}

static wg_status grow(struct serials *s) {
  struct serials more = *s;
  more.cap = s->cap ? s->cap * 2 : FIRST_SLOTS;
  more.slot = calloc(more.cap, sizeof *more.slot);
  uint32_t *moved = calloc(s->cap + 1, sizeof *moved);
  if (!more.slot || !moved) {
    free(more.slot);
    free(moved);
    return WG_NO_MEMORY;
  }
  for (uint32_t i = 0; i < s->cap; i++) {
    const struct serial *old = &s->slot[i];
    if (!old->area[0]) continue;
    moved[i] = place(&more, old->area, strlen(old->area), old->day);
    more.slot[moved[i]] = *old;
  }
  for (uint32_t k = 0; k < s->n_undo; k++) s->undo[k].slot = moved[s->undo[k].slot];
  free(moved);
  free(s->slot);
  *s = more;
  return WG_OK;
}

static wg_status entry(struct serials *s, const char *area, size_t n, int day, uint32_t *out) {
  if (s->n * 2 >= s->cap && grow(s)) return WG_NO_MEMORY;
  *out = place(s, area, n, day);
  struct serial *e = &s->slot[*out];
  if (e->area[0]) return WG_OK;
  memcpy(e->area, area, n);
  e->day = day;
  s->n++;
  return WG_OK;
}

static wg_status note(struct serials *s, uint32_t slot) {
  if (s->n_undo == s->cap_undo) {
    uint32_t cap = s->cap_undo ? s->cap_undo * 2 : 256;
    struct serial_undo *more = realloc(s->undo, cap * sizeof *more);
    if (!more) return WG_NO_MEMORY;
    s->undo = more;
    s->cap_undo = cap;
  }
  s->undo[s->n_undo++] = (struct serial_undo){slot, s->slot[slot].last};
  return WG_OK;
}

static void take_back(struct serials *s, uint32_t to) {
  while (s->n_undo > to) {
    s->n_undo--;
    s->slot[s->undo[s->n_undo].slot].last = s->undo[s->n_undo].last;
  }
}

void serial_begin(struct serials *s) {
  take_back(s, 0);
  s->saved = 0;
}
void serial_committed(struct serials *s) { s->n_undo = s->saved = 0; }
void serial_save(struct serials *s) { s->saved = s->n_undo; }
void serial_back(struct serials *s) { take_back(s, s->saved); }

void serial_clear(struct serials *s) {
  if (s->n) memset(s->slot, 0, s->cap * sizeof *s->slot);
  s->n = s->n_undo = s->saved = 0;
}

void serial_free(struct serials *s) {
  free(s->slot);
  free(s->undo);
}

wg_status serial_seen(struct serials *s, const char *number) {
  size_t area = 0;
  int day = 0;
  int64_t serial = 0;
  uint32_t slot;
  if (!serial_parse(number, strlen(number), &area, &day, &serial)) return WG_OK;
  if (entry(s, number, area, day, &slot)) return WG_NO_MEMORY;
  if (s->slot[slot].last < serial) s->slot[slot].last = serial;
  return WG_OK;
}

static wg_status ask_table(struct db *db, struct serial *e, wg_err *err) {
  sqlite3_stmt *st;
  bool row = false;
  wg_status status = db_stmt(db, "SELECT last FROM incident_serial WHERE day = ? AND area = ?", &st, err);
  if (status) return status;
  bind_int(st, 1, e->day);
  bind_text(st, 2, e->area);
  status = db_step(db, st, &row, err);
  if (row && col_int(st, 0) > e->last) e->last = col_int(st, 0);
  sqlite3_reset(st);
  e->whole = !status;
  return status;
}

wg_status serial_next(struct db *db, const char *area, int day, int64_t *out, wg_err *err) {
  struct serials *s = &db->clients.serials;
  uint32_t slot = 0;
  if (!*area) area = "0"; /* a district without areas */
  wg_status status = client_refresh(db, err);
  if (!status && entry(s, area, strlen(area), day, &slot)) status = db_no_memory(err);
  if (!status && !s->slot[slot].whole) status = ask_table(db, &s->slot[slot], err);
  if (!status && note(s, slot)) status = db_no_memory(err);
  if (status) return status;
  *out = ++s->slot[slot].last;
  s->taken++;
  return WG_OK;
}
