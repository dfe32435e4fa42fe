/* JSON in: jansson behind a few checked getters. Duplicate keys are refused, depth is at most 32, strings
 * are valid UTF-8 without NUL, numbers are finite. JSON out: base/jw.h. */
#ifndef WG_BASE_JSON_H
#define WG_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

typedef struct json_t wg_json;

/* Parses n bytes; the value belongs to the arena. WG_INVALID with the line and the reason. */
wg_status wg_json_parse(wg_arena *arena, const char *text, size_t n, wg_json **out, wg_err *err);
/* The same, and the value must be an object. */
wg_status wg_json_parse_object(wg_arena *arena, const char *text, size_t n, wg_json **out, wg_err *err);

/* Refuses members that are not named in the NULL-terminated list; the error names the stranger. */
wg_status wg_json_only(const wg_json *object, const char *const *names, wg_err *err);
bool wg_json_has(const wg_json *object, const char *name);   /* present and not null */
bool wg_json_nulls(const wg_json *object, const char *name); /* present as null */
void wg_json_drop(wg_json *object, const char *name);        /* takes the member out, if it is there */

/* Each getter: `name` of `object` into out. Absent or null: WG_OK and out untouched, unless required.
 * A wrong type or a value outside the limits: WG_INVALID naming the field. Strings point into the value. */
enum { WG_OPTIONAL = 0, WG_REQUIRED = 1 };
wg_status wg_json_str(const wg_json *object, const char *name, int required, size_t max_bytes,
                      const char **out, wg_err *err);
wg_status wg_json_num(const wg_json *object, const char *name, int required, double min, double max,
                      double *out, wg_err *err);
wg_status wg_json_int(const wg_json *object, const char *name, int required, int64_t min, int64_t max,
                      int64_t *out, wg_err *err);
wg_status wg_json_bool(const wg_json *object, const char *name, int required, bool *out, wg_err *err);
/* RFC 3339 with zone → milliseconds since 1970 UTC. */
wg_status wg_json_time(const wg_json *object, const char *name, int required, int64_t *out, wg_err *err);
wg_status wg_json_obj(const wg_json *object, const char *name, int required, wg_json **out, wg_err *err);
wg_status wg_json_arr(const wg_json *object, const char *name, int required, size_t max_items, wg_json **out,
                      wg_err *err);
size_t wg_json_len(const wg_json *array);
wg_json *wg_json_at(const wg_json *array, size_t i);
const char *wg_json_text(const wg_json *string); /* NULL when it is not a string */
bool wg_json_is_object(const wg_json *value);
bool wg_json_is_number(const wg_json *value);
bool wg_json_is_null(const wg_json *value);
double wg_json_number(const wg_json *value);
/* Calls fn for every member in order; stops at the first status that is not WG_OK. */
wg_status wg_json_each(wg_json *object, wg_status (*fn)(const char *name, wg_json *value, void *ctx),
                       void *ctx);
/* Compact text with sorted keys (equal values give equal text), in the arena. */
char *wg_json_dump(wg_arena *arena, const wg_json *value);

/* The text of `lang` in a name map ({"zh":"…","en":"…"}), else of zh, en, und, else the first; the map's own
 * text where it is no JSON object. In the arena. */
const char *wg_name_pick(wg_arena *arena, const char *map, const char *lang);
/* A name map as an edit may send it: {tag: text of 1 to 200 bytes}, one at least; tags like "zh", "en-GB".
 * WG_INVALID names `where`; map NULL is no map. */
wg_status wg_name_map_check(const wg_json *map, const char *where, wg_err *err);
/* One text as a name map: {"zh":…} where it has Han characters, else {"und":…}. In the arena. */
char *wg_name_map(wg_arena *arena, const char *text);

#endif
