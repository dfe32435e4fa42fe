/* What things are found by when somebody types: their names in every language in one folded case, and the
 * initials of these. Made once when the land or the people are loaded. */
#ifndef WG_ENGINE_NAMES_H
#define WG_ENGINE_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

/* Each name, and each spelling of initials, between line feeds: "\n红星路\nhongxing road\n". */
typedef struct wg_names {
  const char *text, *initials;
} wg_names;

/* at(list, i): a name map (JSON text) or plain text. *out: n of them, in the arena. */
wg_status wg_names_make(wg_arena *arena, const char *(*at)(const void *list, uint32_t i), const void *list,
                        uint32_t n, wg_names **out);

/* What is typed. */
typedef struct wg_typed {
  const char *text;  /* folded, without line feeds */
  const char *whole; /* "\ntext\n" */
  const char *begin; /* "\ntext" */
  bool letters;      /* two or more of a–z and 0–9 with a letter among them: may be initials */
} wg_typed;
wg_status wg_typed_make(wg_arena *arena, const char *text, wg_typed *out);

/* How well it fits: the smaller the better. Codes are compared as they stand but for case. */
enum {
  WG_FIT_WHOLE = 1, /* the code, or a name */
  WG_FIT_BEGIN,     /* the code or a name begins so */
  WG_FIT_PART,      /* stands in a name */
  WG_FIT_INITIALS,  /* initials begin so */
  WG_FIT_AMONG,     /* … or have it among them (three letters at least) */
  WG_FIT_NONE
};
int wg_names_fit(const wg_names *n, const char *code, const wg_typed *t);

#endif
