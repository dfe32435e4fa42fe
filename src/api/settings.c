/* Settings: what holds for the whole server, and may be changed while it runs. */
#include <string.h>

#include "api/app.h"
#include "engine/setting_edit.h"

static wg_status write_setting(wg_request *q, wg_jw *w, const wg_setting *s) {
  wg_store *store = NULL;
  const char *value = NULL;
  char version[WG_VERSION_LEN];
  wg_status st = wg_mine_store(q->pool_mine, &store, &q->err);
  if (!st) st = store->setting_get(store, &q->arena, s->key, &value, &q->err);
  if (st) return st;
  bool number = s->type == WG_SET_NUMBER || s->type == WG_SET_WHOLE;
  wg_setting_version(s, value, version);
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "key", s->key);
  wg_jw_key(w, "value");
  wg_setting_write(w, s, value);
  wg_jw_member_str(w, "type", wg_setting_type_name(s->type));
  wg_jw_key(w, "title");
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "zh", s->zh);
  wg_jw_member_str(w, "en", s->en);
  wg_jw_end_object(w);
  wg_jw_key(w, "min");
  number ? wg_jw_num(w, s->min, 6) : wg_jw_null(w);
  wg_jw_key(w, "max");
  number ? wg_jw_num(w, s->max, 6) : wg_jw_null(w);
  wg_jw_key(w, "default");
  wg_setting_write(w, s, NULL);
  wg_jw_member_bool(w, "needs_restart", s->needs_restart);
  wg_jw_member_str(w, "version", version);
  wg_jw_end_object(w);
  return WG_OK;
}

wg_status wg_h_settings(wg_request *q, wg_response *r) {
  wg_jw w;
  wg_status st = WG_OK;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_key(&w, "items");
  wg_jw_begin_array(&w);
  for (int i = 0; !st && i < wg_settings_count; i++) st = write_setting(q, &w, &wg_settings_table[i]);
  wg_jw_end_array(&w);
  wg_jw_member_str(&w, "next", NULL);
  wg_jw_end_object(&w);
  return st ? st : wg_answer(r, 200);
}

/* exclusive_admins has a route of its own, for who gives rights. */
wg_status wg_h_setting_put(wg_request *q, wg_response *r) {
  const char *key = q->n_params ? q->param[0] : "exclusive_admins";
  wg_setting_edit x = {.setting = wg_setting_find(key)};
  wg_json *body = NULL;
  if (!x.setting)
    return wg_fail(&q->err, WG_NOT_FOUND, "key", WG_T("there is no setting \"%.64s\"", "没有设置项“%.64s”"),
                   key);
  wg_status st = wg_edit_read(q, (const char *[]){"value", NULL}, WG_EDIT_SEEN, &body, &x.edit);
  if (!st) st = wg_setting_read(&q->arena, x.setting, body, &x.value, &q->err);
  if (!st) st = wg_setting_put(atomic_load(&wg_asker_of(q)->app->engine), &x, &q->err);
  if (st) return wg_edit_refused(q, r, st, &x.edit);
  wg_jw w;
  wg_jw_init(&w, &r->body);
  st = write_setting(q, &w, x.setting);
  return st ? st : wg_answer(r, 200);
}
