#include "domain/profile.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

enum { DIGITS_MOST = 32 };

void wg_profile_none(wg_profile *p) { *p = (wg_profile){.top = -1, .made_up = -1, .datums = "[]"}; }

/* --- reading ------------------------------------------------------------------------------------------- */

static wg_status damaged(wg_err *err) {
  return wg_fail(err, WG_CORRUPT, "profiles", WG_T("the profiles cannot be read", "国别配置无法读取"));
}

static wg_status read_code(const wg_json *row, char out[WG_CODE_LEN]) {
  const char *code = NULL;
  if (!wg_json_is_object(row) || wg_json_str(row, "code", WG_REQUIRED, WG_CODE_LEN - 1, &code, NULL) ||
      !wg_text_code(code))
    return WG_CORRUPT;
  snprintf(out, WG_CODE_LEN, "%s", code);
  return WG_OK;
}

static wg_status read_names(wg_arena *arena, const wg_json *row, const char **out) {
  wg_json *names = NULL;
  if (wg_json_obj(row, "names", WG_REQUIRED, &names, NULL)) return WG_CORRUPT;
  *out = wg_json_dump(arena, names);
  return *out ? WG_OK : WG_NO_MEMORY;
}

/* The levels, and how many digits each of them adds. */
static wg_status read_levels(wg_arena *arena, const wg_json *row, wg_profile *p) {
  wg_json *levels = NULL, *digits = NULL;
  const char *top = "";
  if (wg_json_arr(row, "levels", WG_REQUIRED, WG_PROFILE_LEVELS, &levels, NULL) ||
      wg_json_arr(row, "digits", WG_OPTIONAL, WG_PROFILE_LEVELS, &digits, NULL) ||
      wg_json_str(row, "top", WG_OPTIONAL, WG_CODE_LEN - 1, &top, NULL))
    return WG_CORRUPT;
  p->n_levels = (int)wg_json_len(levels);
  p->n_digits = digits ? (int)wg_json_len(digits) : 0;
  if (p->n_digits && p->n_digits != p->n_levels) return WG_CORRUPT;
  wg_status st = WG_OK;
  for (int i = 0; !st && i < p->n_levels; i++) {
    const wg_json *level = wg_json_at(levels, (size_t)i);
    wg_profile_level *l = &p->level[i];
    st = read_code(level, l->code);
    if (!st) st = read_names(arena, level, &l->names);
    if (!st && wg_json_bool(level, "may_lack", WG_OPTIONAL, &l->may_lack, NULL)) st = WG_CORRUPT;
    if (strcmp(l->code, top) == 0) p->top = i;
    double n = p->n_digits ? wg_json_number(wg_json_at(digits, (size_t)i)) : 0;
    if (p->n_digits && !(n >= 1 && n <= DIGITS_MOST)) return WG_CORRUPT;
    l->end = (i ? l[-1].end : 0) + (int)n;
    if (l->end > DIGITS_MOST) return WG_CORRUPT;
  }
  return st;
}

/* Numbers that the first digits can be; all, where none are told. */
static wg_status read_first(const wg_json *row, wg_profile *p) {
  wg_json *list = NULL;
  if (wg_json_arr(row, "first", WG_OPTIONAL, WG_PROFILE_FIRSTS, &list, NULL)) return WG_CORRUPT;
  if (!list) memset(p->first, true, sizeof p->first);
  for (size_t i = 0; list && i < wg_json_len(list); i++) {
    double v = wg_json_number(wg_json_at(list, i));
    if (!(v >= 0 && v < WG_PROFILE_FIRSTS)) return WG_CORRUPT;
    p->first[(int)v] = true;
  }
  return WG_OK;
}

static wg_status read_grids(const wg_json *row, wg_profile *p) {
  wg_json *bounds = NULL;
  int64_t digits = 0, serial = 0, made_up = -1;
  static const double world[] = {-180, -90, 180, 90};
  if (wg_json_int(row, "grid_digits", WG_OPTIONAL, 1, DIGITS_MOST, &digits, NULL) ||
      wg_json_int(row, "grid_serial", WG_OPTIONAL, 1, digits, &serial, NULL) ||
      wg_json_int(row, "made_up", WG_OPTIONAL, 0, WG_PROFILE_FIRSTS - 1, &made_up, NULL) ||
      wg_json_arr(row, "bounds", WG_OPTIONAL, 4, &bounds, NULL) || (bounds && wg_json_len(bounds) != 4))
    return WG_CORRUPT;
  p->grid_digits = (int)digits;
  p->grid_serial = (int)serial;
  p->made_up = (int)made_up;
  for (size_t i = 0; i < 4; i++) p->bounds[i] = bounds ? wg_json_number(wg_json_at(bounds, i)) : world[i];
  return WG_OK;
}

static wg_status read_datums(wg_arena *arena, const wg_json *list, wg_profile *p) {
  const char *names = NULL, *text = "";
  char code[WG_CODE_LEN];
  for (size_t i = 0; i < wg_json_len(list); i++) {
    wg_status st = read_code(wg_json_at(list, i), code);
    if (!st) st = read_names(arena, wg_json_at(list, i), &names);
    if (st) return st;
    text = wg_arena_printf(arena, "%s%s{\"code\":\"%s\",\"name\":%s}", text, i ? "," : "", code, names);
    if (!text) return WG_NO_MEMORY;
  }
  p->datums = wg_arena_printf(arena, "[%s]", text);
  return p->datums ? WG_OK : WG_NO_MEMORY;
}

static wg_status read_rest(wg_arena *arena, const wg_json *row, wg_profile *p) {
  wg_json *datums = NULL, *calendar = NULL;
  if (wg_json_arr(row, "datums", WG_OPTIONAL, WG_PROFILE_DATUMS, &datums, NULL) ||
      wg_json_obj(row, "calendar", WG_OPTIONAL, &calendar, NULL))
    return WG_CORRUPT;
  if (calendar && !(p->calendar = wg_json_dump(arena, calendar))) return WG_NO_MEMORY;
  return datums ? read_datums(arena, datums, p) : WG_OK;
}

static wg_status read_profile(wg_arena *arena, const wg_json *row, wg_profile *p) {
  p->padded = true;
  if (wg_json_bool(row, "padded", WG_OPTIONAL, &p->padded, NULL)) return WG_CORRUPT;
  wg_status st = read_levels(arena, row, p);
  if (!st) st = read_first(row, p);
  if (!st) st = read_grids(row, p);
  return st ? st : read_rest(arena, row, p);
}

wg_status wg_profile_parse(wg_arena *arena, const char *text, const char *code, wg_profile *out,
                           wg_err *err) {
  wg_json *root = NULL, *list = NULL;
  wg_profile_none(out);
  if (wg_json_parse_object(arena, text, strlen(text), &root, NULL) ||
      wg_json_arr(root, "profiles", WG_REQUIRED, WG_PROFILES_MOST, &list, NULL))
    return damaged(err);
  for (size_t i = 0; i < wg_json_len(list); i++) {
    const wg_json *row = wg_json_at(list, i);
    wg_status st = read_code(row, out->code);
    if (!st && strcmp(out->code, code) != 0) continue;
    if (!st) st = read_profile(arena, row, out);
    if (st) wg_profile_none(out);
    return st == WG_CORRUPT ? damaged(err) : st;
  }
  wg_profile_none(out);
  return wg_fail_code(err, WG_NOT_FOUND, "unknown-profile", "profile",
                      WG_T("there is no profile \"%.64s\"", "没有国别配置“%.64s”"), code);
}

/* --- codes --------------------------------------------------------------------------------------------- */

static int begin_of(const wg_profile *p, int level) { return level ? p->level[level - 1].end : 0; }

static bool zeros(const wg_profile *p, const char *code, int level) {
  int from = begin_of(p, level), n = p->level[level].end - from;
  return strspn(code + from, "0") >= (size_t)n;
}

static int first_of(const wg_profile *p, const char *code) {
  int first = 0;
  for (int i = 0; i < p->level[0].end && i < 2; i++) first = first * 10 + (code[i] - '0');
  return first;
}

/* Digits alone, of a level's length, and the first of them are some that there are. */
static int by_length(const wg_profile *p, const char *code) {
  size_t n = strspn(code, "0123456789");
  int level = p->n_digits - 1;
  while (level >= 0 && (size_t)p->level[level].end != n) level--;
  bool known = !code[n] && level >= 0 && !zeros(p, code, 0) && p->first[first_of(p, code)];
  return known ? level : -1;
}

int wg_profile_level_of(const wg_profile *p, const char *code) {
  int level = by_length(p, code);
  while (p->padded && level >= 0 && zeros(p, code, level)) level--;
  return level >= 0 && !p->padded && p->level[level].may_lack && zeros(p, code, level) ? -1 : level;
}

const char *wg_profile_level_code(const wg_profile *p, const char *code) {
  int level = wg_profile_level_of(p, code);
  return level < 0 ? "" : p->level[level].code;
}

const char *wg_profile_level_names(const wg_profile *p, const char *level) {
  for (int i = 0; i < p->n_levels; i++)
    if (strcmp(p->level[i].code, level) == 0) return p->level[i].names;
  return "{}";
}

/* The first digits of a code up to the end of a level, and zeros up to n. */
static void cut(const wg_profile *p, const char *code, int level, size_t n, char out[WG_CODE_LEN]) {
  size_t end = (size_t)p->level[level].end;
  memset(out, '0', n);
  memcpy(out, code, end < n ? end : n);
  out[n] = '\0';
}

bool wg_profile_parent(const wg_profile *p, const char *code, char parent[WG_CODE_LEN]) {
  int level = wg_profile_level_of(p, code);
  if (level < 0) return false;
  parent[0] = '\0';
  if (level == 0) return true;
  /* where a level is lacking, the one above it: 441900003000 stands under 441900000000, 02000 under 02 */
  do level--;
  while (level > 0 && (p->padded || p->level[level].may_lack) && zeros(p, code, level));
  bool full = p->padded && strlen(code) == (size_t)p->level[p->n_digits - 1].end;
  cut(p, code, level, full ? strlen(code) : (size_t)p->level[level].end, parent);
  return true;
}

bool wg_profile_respell(const wg_profile *p, const char *code, int k, char out[WG_CODE_LEN]) {
  int level = p->padded && k >= 0 && k < p->n_digits ? wg_profile_level_of(p, code) : -1;
  if (level < 0 || k < level || strlen(code) == (size_t)p->level[k].end) return false;
  cut(p, code, level, (size_t)p->level[k].end, out);
  return true;
}

/* A grid's code has a number at every level down to the one that areas are made from. */
static bool whole(const wg_profile *p, const char *code) {
  for (int i = 1; p->padded && i <= p->top; i++)
    if (zeros(p, code, i)) return false;
  return true;
}

static bool inside(const wg_profile *p, const char *code, wg_pt at) {
  double lon = at.x / WG_LATTICE, lat = at.y / WG_LATTICE;
  return first_of(p, code) == p->made_up ||
         (lon > p->bounds[0] && lon < p->bounds[2] && lat > p->bounds[1] && lat < p->bounds[3]);
}

bool wg_profile_grid_area(const wg_profile *p, const char *code, bool has_at, wg_pt at,
                          char area[WG_CODE_LEN]) {
  size_t n = strlen(code), full = p->n_digits ? (size_t)p->level[p->n_digits - 1].end : 0;
  size_t grid = (size_t)p->grid_digits, base = grid - (size_t)p->grid_serial;
  if (!grid || n >= WG_CODE_LEN || strspn(code, "0123456789") != n || (n != grid && n != full)) return false;
  memcpy(area, code, n + 1);
  if (n == grid) area[base] = '\0'; /* even of a grid numbered 000 */
  if (wg_profile_level_of(p, area) < 0 || !whole(p, area) || (has_at && !inside(p, area, at))) return false;
  return n == grid || (wg_profile_parent(p, code, area) && area[0]);
}
