/* The settings that a person may change: one table of what they are called, what they hold, and what holds
 * where nothing is stored. They are stored as text. */
#ifndef WG_DOMAIN_SETTING_H
#define WG_DOMAIN_SETTING_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/jw.h"

typedef enum wg_setting_type {
  WG_SET_ZONE,      /* a time zone: "Asia/Shanghai" */
  WG_SET_NUMBER,    /* from min to max */
  WG_SET_WHOLE,     /* the same, a whole number */
  WG_SET_BOOL,      /* stored as "1", "0" */
  WG_SET_AREA,      /* the code of an area, or "" */
  WG_SET_LANGUAGES, /* language tags, stored with commas: "zh,en"; the first is the one that is shown first */
  WG_SET_PROFILE,   /* the code of a country profile */
  WG_SET_TYPES
} wg_setting_type;
const char *wg_setting_type_name(wg_setting_type type); /* "zone", "number", "integer", "bool", "area", … */

typedef struct wg_setting {
  const char *key;
  wg_setting_type type;
  const char *en, *zh;  /* its title */
  const char *fallback; /* where nothing is stored */
  double min, max;      /* of numbers */
  bool needs_restart;
} wg_setting;
extern const wg_setting wg_settings_table[];
extern const int wg_settings_count;
const wg_setting *wg_setting_find(const char *key); /* NULL: there is none that may be changed */

/* Is this a value of it? WG_INVALID, field "value". That an area or a profile exists is the
 * caller's to ask. */
wg_status wg_setting_check(const wg_setting *s, const char *text, wg_err *err);
/* The stored text as a number; the fallback's where it is none. Booleans are 0 and 1. */
double wg_setting_number(const wg_setting *s, const char *text);

/* The member "value" of a request as text, checked; and the stored text as JSON. text NULL: the fallback. */
wg_status wg_setting_read(wg_arena *arena, const wg_setting *s, const wg_json *body, const char **out,
                          wg_err *err);
void wg_setting_write(wg_jw *w, const wg_setting *s, const char *text);

#endif
