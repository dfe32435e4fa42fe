/* Country profiles: how a country writes the codes of its areas and grids, what it calls their levels, which
 * datums its data come in, and the calendar to start from. One JSON text (data/profiles.json), kept as the
 * setting "profiles"; the setting "profile" chooses one of them. Rights follow stored links, never digits. */
#ifndef WG_DOMAIN_PROFILE_H
#define WG_DOMAIN_PROFILE_H

#include "domain/area.h"

enum { WG_PROFILE_LEVELS = 8, WG_PROFILES_MOST = 50, WG_PROFILE_FIRSTS = 100, WG_PROFILE_DATUMS = 20 };

typedef struct wg_profile_level {
  char code[WG_CODE_LEN];
  const char *names; /* name map, JSON text */
  int end;           /* a code of this level has so many digits */
  bool may_lack;     /* zeros in its digits: the country has no area of this level there */
} wg_profile_level;

typedef struct wg_profile {
  char code[WG_CODE_LEN];
  wg_profile_level level[WG_PROFILE_LEVELS]; /* the highest first */
  int n_levels;
  int n_digits; /* levels that the digits of a code tell: all or none */
  bool padded;  /* codes may be filled up with zeros: 330702 is 330702000000 */
  int top;      /* the level above which no area is made because a code names it; -1: none is made nowhere */
  bool first[WG_PROFILE_FIRSTS]; /* numbers that there are in the first digits */
  int grid_digits, grid_serial;  /* a grid's code, and how many digits of it stand behind its area's; or 0 */
  double bounds[4];     /* west, south, east, north: codes of grids elsewhere are another country's */
  int made_up;          /* the first digits of made-up areas, which lie anywhere; -1: none */
  const char *datums;   /* JSON list of {code, name}, those offered first */
  const char *calendar; /* JSON object as data/profiles.json has it, or NULL */
} wg_profile;

/* A profile that tells nothing: parents by links alone. */
void wg_profile_none(wg_profile *p);
/* The one with this code. WG_NOT_FOUND, field "profile"; WG_CORRUPT: the text is no such list. The strings
 * belong to the arena. */
wg_status wg_profile_parse(wg_arena *arena, const char *text, const char *code, wg_profile *out, wg_err *err);

/* The level of an area's code, by its digits; -1: it is no such code. */
int wg_profile_level_of(const wg_profile *p, const char *code);
const char *wg_profile_level_code(const wg_profile *p, const char *code); /* "county", …, or "" */
/* What a level is called, a name map; "{}" where the profile does not know it. */
const char *wg_profile_level_names(const wg_profile *p, const char *level);
/* The code of the area that a code stands under, "" at the highest level: China's 330702001002 →
 * 330702001000 → 330702000000 → …, Germany's 06531005 → 06531 → 065 → 06. False: no such code. */
bool wg_profile_parent(const wg_profile *p, const char *code, char parent[WG_CODE_LEN]);
/* The same area written with the digits of level k. False: it cannot be, or it is the same text. */
bool wg_profile_respell(const wg_profile *p, const char *code, int k, char out[WG_CODE_LEN]);
/* The area in the code of a grid that lies at `at`. False: it is not of this country's scheme. */
bool wg_profile_grid_area(const wg_profile *p, const char *code, bool has_at, wg_pt at,
                          char area[WG_CODE_LEN]);

#endif
