#include "geo/io/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/csv.h"
#include "geo/io/table_parts.h"

wg_status wg_table_open(const wg_table_options *options, wg_table **out, wg_err *err) {
  *out = NULL;
  wg_table *t = calloc(1, sizeof *t);
  if (!t) return WG_NO_MEMORY;
  wg_arena_init(&t->arena);
  t->options = *options;
  wg_status st = wg_io_find(&t->arena, options->path, &t->files, err);
  if (!st) {
    t->about.file = t->files.name;
    t->about.hashed = wg_io_hash(t->files.plain, t->about.hash);
    t->about.rebuilt_shx = t->files.rebuilt_shx;
    bool csv = t->files.n == 1 && t->files.file[0].csv;
    st = csv ? wg_table_open_csv(t, &t->files.file[0], err) : wg_table_open_gdal(t, err);
  }
  if (st) {
    wg_table_close(t);
    return st;
  }
  *out = t;
  return WG_OK;
}

void wg_table_close(wg_table *t) {
  if (!t) return;
  if (t->kind) t->kind->close(t);
  wg_arena_clear(&t->arena);
  free(t);
}

wg_status wg_table_room(wg_table *t, int n) {
  if (n > WG_TABLE_COLUMNS_MAX) return WG_TOO_LARGE;
  t->n = n;
  t->column = wg_arena_alloc(&t->arena, (size_t)(n + 1) * sizeof *t->column);
  t->cell = wg_arena_alloc(&t->arena, (size_t)(n + 1) * sizeof *t->cell);
  return t->column && t->cell ? WG_OK : WG_NO_MEMORY;
}

char *wg_table_trim(char *text) {
  if (!text) return NULL;
  /* also the wide space U+3000 and the no-break space, which people paste */
  for (;;) {
    if (*text == ' ' || *text == '\t' || *text == '\r' || *text == '\n')
      text++;
    else if (!strncmp(text, "\xe3\x80\x80", 3))
      text += 3;
    else if (!strncmp(text, "\xc2\xa0", 2))
      text += 2;
    else
      break;
  }
  size_t n = strlen(text);
  for (;;) {
    if (n && strchr(" \t\r\n", text[n - 1]))
      n--;
    else if (n >= 3 && !memcmp(text + n - 3, "\xe3\x80\x80", 3))
      n -= 3;
    else if (n >= 2 && !memcmp(text + n - 2, "\xc2\xa0", 2))
      n -= 2;
    else
      break;
  }
  text[n] = 0;
  return n ? text : NULL;
}

void wg_table_point(wg_table_row *row) {
  OGRGeometryH g = (OGRGeometryH)(uintptr_t)row->geometry;
  row->has_point = g && wkbFlatten(OGR_G_GetGeometryType(g)) == wkbPoint && !OGR_G_IsEmpty(g);
  if (!row->has_point) return;
  row->x = OGR_G_GetX(g, 0);
  row->y = OGR_G_GetY(g, 0);
}

const wg_table_about *wg_table_tells(const wg_table *t) { return &t->about; }

const char *const *wg_table_columns(const wg_table *t, int *n) {
  *n = t->n;
  return t->column;
}

wg_status wg_table_next(wg_table *t, wg_table_row *row, wg_err *err) {
  *row = (wg_table_row){.cell = t->cell};
  return t->kind->next(t, row, err);
}

wg_status wg_table_rewind(wg_table *t, wg_err *err) { return t->kind->rewind(t, err); }

void wg_table_skip_geometry(wg_table *t, bool skip) { t->skip_geometry = skip; }

const char *wg_table_column_list(const wg_table *t) {
  if (t->list) return t->list;
  wg_buf text;
  wg_buf_init(&text, 4096);
  for (int i = 0; i < t->n; i++) {
    if (text.len + strlen(t->column[i]) > 200) {
      wg_buf_add_str(&text, " …");
      break;
    }
    wg_buf_printf(&text, i ? ", %s" : "%s", t->column[i]);
  }
  char *copy = wg_arena_strdup((wg_arena *)&t->arena, wg_buf_str(&text));
  wg_buf_deinit(&text);
  return copy ? copy : "";
}

wg_status wg_table_column(const wg_table *t, const char *name, const char *flag, int *out, wg_err *err) {
  for (int i = 0; i < t->n; i++)
    if (!strcmp(t->column[i], name)) {
      *out = i;
      return WG_OK;
    }
  const char *const one[] = {name, NULL};
  *out = wg_column_find(t->column, t->n, one);
  if (*out >= 0) return WG_OK;
  return wg_fail_code(
      err, WG_INVALID, "field-unknown", flag,
      WG_T("%s: the file has no field \"%.60s\"; it has: %s", "%s：文件中没有字段“%.60s”；现有字段：%s"),
      flag, name, wg_table_column_list(t));
}
