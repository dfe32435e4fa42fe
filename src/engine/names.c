#include "engine/names.h"

#include <string.h>
#include <strings.h>

#include "base/initials.h"
#include "base/json.h"

enum { NAME_MAX_BYTES = 1 << 16, SCRATCH_ROWS = 256 };

struct making {
  wg_buf text, initials;
};

/* One language's name. A line feed in a name would part it in two: it counts as a space. */
static void add(struct making *m, const char *name) {
  size_t from = m->text.len;
  wg_fold(name, &m->text);
  for (size_t k = from; k < m->text.len; k++)
    if (m->text.data[k] == '\n') m->text.data[k] = ' ';
  wg_buf_add_char(&m->text, '\n');
  size_t before = m->initials.len;
  wg_initials(name, '\n', &m->initials);
  if (m->initials.len > before) wg_buf_add_char(&m->initials, '\n');
}

static wg_status add_member(const char *language, wg_json *value, void *ctx) {
  (void)language;
  const char *name = wg_json_text(value);
  if (name) add(ctx, name);
  return WG_OK;
}

static wg_status make_one(struct making *m, wg_arena *scratch, const char *map) {
  wg_json *object = NULL;
  wg_buf_reset(&m->text);
  wg_buf_reset(&m->initials);
  wg_buf_add_char(&m->text, '\n');
  wg_buf_add_char(&m->initials, '\n');
  if (map[0] == '{' && !wg_json_parse_object(scratch, map, strlen(map), &object, NULL))
    wg_json_each(object, add_member, m);
  else if (map[0])
    add(m, map);
  wg_status st = wg_buf_status(&m->text);
  return st ? st : wg_buf_status(&m->initials);
}

wg_status wg_names_make(wg_arena *arena, const char *(*at)(const void *list, uint32_t i), const void *list,
                        uint32_t n, wg_names **out) {
  struct making m;
  wg_arena scratch;
  wg_status st = WG_OK;
  wg_names *names = wg_arena_alloc(arena, ((size_t)n + 1) * sizeof *names);
  if (!names) return WG_NO_MEMORY;
  wg_buf_init(&m.text, NAME_MAX_BYTES);
  wg_buf_init(&m.initials, NAME_MAX_BYTES);
  wg_arena_init(&scratch);
  for (uint32_t i = 0; !st && i < n; i++) {
    const char *map = at(list, i);
    st = make_one(&m, &scratch, map ? map : "");
    if (st == WG_TOO_LARGE) { /* nobody types such a name */
      names[i] = (wg_names){"\n", "\n"};
      wg_buf_deinit(&m.text);
      wg_buf_deinit(&m.initials);
      wg_buf_init(&m.text, NAME_MAX_BYTES);
      wg_buf_init(&m.initials, NAME_MAX_BYTES);
      st = WG_OK;
      continue;
    }
    if (!st) {
      names[i].text = wg_arena_strndup(arena, m.text.data, m.text.len);
      names[i].initials = wg_arena_strndup(arena, m.initials.data, m.initials.len);
      if (!names[i].text || !names[i].initials) st = WG_NO_MEMORY;
    }
    if (i % SCRATCH_ROWS == 0) wg_arena_clear(&scratch);
  }
  wg_arena_clear(&scratch);
  wg_buf_deinit(&m.text);
  wg_buf_deinit(&m.initials);
  if (!st) *out = names;
  return st;
}

wg_status wg_typed_make(wg_arena *arena, const char *text, wg_typed *out) {
  wg_buf b;
  wg_buf_init(&b, NAME_MAX_BYTES);
  wg_fold(text, &b);
  char *folded = wg_arena_strdup(arena, wg_buf_str(&b));
  wg_status st = wg_buf_status(&b);
  wg_buf_deinit(&b);
  if (st || !folded) return st ? st : WG_NO_MEMORY;
  for (char *p = folded; *p; p++)
    if (*p == '\n') *p = ' ';
  size_t n = strlen(folded);
  out->text = folded;
  out->whole = wg_arena_printf(arena, "\n%s\n", folded);
  out->begin = wg_arena_printf(arena, "\n%s", folded);
  out->letters = n >= 2 && strspn(folded, "abcdefghijklmnopqrstuvwxyz0123456789") == n &&
                 strspn(folded, "0123456789") < n;
  return out->whole && out->begin ? WG_OK : WG_NO_MEMORY;
}

int wg_names_fit(const wg_names *n, const char *code, const wg_typed *t) {
  size_t len = strlen(t->text);
  if (!len) return WG_FIT_NONE;
  bool begins = strncasecmp(code, t->text, len) == 0;
  if ((begins && !code[len]) || strstr(n->text, t->whole)) return WG_FIT_WHOLE;
  if (begins || strstr(n->text, t->begin)) return WG_FIT_BEGIN;
  if (strstr(n->text, t->text)) return WG_FIT_PART;
  if (t->letters && strstr(n->initials, t->begin)) return WG_FIT_INITIALS;
  if (t->letters && len >= 3 && strstr(n->initials, t->text)) return WG_FIT_AMONG;
  return WG_FIT_NONE;
}
