#include "domain/setting.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "domain/area.h"

enum { LANGUAGES_MAX = 8, TAG_MAX = 15 };

const wg_setting wg_settings_table[] = {
    {"access_log_days", WG_SET_WHOLE, "Days that the access log is kept", "访问日志保存天数", "400", 183,
     36500, false},
    {"access_log_syslog", WG_SET_BOOL, "Every line of the access log goes to syslog too",
     "访问日志同时写入 syslog", "0", 0, 1, false},
    {"attachment_mb", WG_SET_WHOLE, "Megabytes that a file on an incident may have", "事件附件大小上限（MB）",
     "20", 1, 200, false},
    {"daily_head", WG_SET_BOOL, "The signed head of the log is written into a file every day",
     "每日生成签名的日志链头文件", "1", 0, 1, false},
    {"exclusive_admins", WG_SET_BOOL, "Admin, security and auditor are three people", "三员分立", "0", 0, 1,
     false},
    {"languages", WG_SET_LANGUAGES, "Languages of the pages, the first by default", "页面语言，首个为默认",
     "zh,en", 0, 0, false},
    {"notify_unreached_minutes", WG_SET_NUMBER, "Minutes after which somebody told by no channel is shown",
     "通知经多少分钟仍未送达即提示", "30", 0, 10080, false},
    {"online_minutes", WG_SET_WHOLE, "Minutes after its last position that a worker counts as online",
     "末次定位后视为在线的分钟数", "10", 1, 1440, false},
    {"points_listed", WG_SET_WHOLE, "Points that a public listing takes off", "挂牌督办扣分", "5", 0, 100,
     false},
    {"points_red", WG_SET_WHOLE, "Points that red supervision takes off", "红牌督办扣分", "3", 0, 100, false},
    {"points_yellow", WG_SET_WHOLE, "Points that yellow supervision takes off", "黄牌督办扣分", "1", 0, 100,
     false},
    {"position_days", WG_SET_WHOLE, "Days that old positions of workers are kept", "历史定位保存天数", "30",
     1, 3650, false},
    {"profile", WG_SET_PROFILE, "Country profile: codes, level names and datums",
     "国别配置：编码、层级名称与坐标系", "cn", 0, 0, false},
    {"reassign", WG_SET_WHOLE,
     "Unclaimed matters of who goes off duty: 0 stay, 1 to who is on duty, 2 to the centre",
     "离岗人员未认领事件：0 保留，1 转当班人员，2 转中心", "1", 0, 2, false},
    {"return_limit", WG_SET_WHOLE, "Returns after which the upper centre rules; 0: never",
     "退回多少次后由上级中心裁定，0 为不启用", "2", 0, 100, false},
    {"review_severity", WG_SET_WHOLE, "Severity from which a leader approves what is handed out; 0: none",
     "交办前须领导审核的最低等级，0 为不启用", "0", 0, 3, false},
    {"root_area", WG_SET_AREA, "The area that this server is for", "本系统所属区划", "", 0, 0, false},
    {"session_hours", WG_SET_WHOLE, "Hours that a log-in lasts", "登录有效小时数", "12", 1, 720, false},
    {"supervise_accept_red", WG_SET_WHOLE, "Working days without acceptance until red supervision; 0: never",
     "超过多少个工作日未受理自动红牌督办，0 为不启用", "5", 0, 1000, false},
    {"supervise_accept_yellow", WG_SET_WHOLE,
     "Working days without acceptance until yellow supervision; 0: never",
     "超过多少个工作日未受理自动黄牌督办，0 为不启用", "1", 0, 1000, false},
    {"supervise_handle_red", WG_SET_WHOLE, "Working days in hand until red supervision; 0: never",
     "超过多少个工作日未处置自动红牌督办，0 为不启用", "7", 0, 1000, false},
    {"supervise_handle_yellow", WG_SET_WHOLE, "Working days in hand until yellow supervision; 0: never",
     "超过多少个工作日未处置自动黄牌督办，0 为不启用", "3", 0, 1000, false},
    {"timezone", WG_SET_ZONE, "Time zone of days, shifts and calendars that name none",
     "日期、班次及未定时区的日历所用时区", "Asia/Shanghai", 0, 0, false},
    {"tolerance_m", WG_SET_NUMBER, "Metres outside its grid that a point still counts as on the edge",
     "点在网格外多少米内仍归该网格", "1", 0, 10000, false},
};
const int wg_settings_count = sizeof wg_settings_table / sizeof *wg_settings_table;

const char *wg_setting_type_name(wg_setting_type type) {
  static const char *const name[WG_SET_TYPES] = {"zone", "number",    "integer", "bool",
                                                 "area", "languages", "profile"};
  return (unsigned)type < WG_SET_TYPES ? name[type] : "";
}

const wg_setting *wg_setting_find(const char *key) {
  for (int i = 0; i < wg_settings_count; i++)
    if (strcmp(wg_settings_table[i].key, key) == 0) return &wg_settings_table[i];
  return NULL;
}

/* --- checks -----------------------------------------------------------------------------------------------
 */

static wg_status check_number(const wg_setting *s, const char *text, wg_err *err) {
  double v = 0;
  int64_t whole = 0;
  bool ok = s->type == WG_SET_WHOLE ? wg_text_int(text, &whole) : wg_text_double(text, &v);
  if (s->type == WG_SET_WHOLE) v = (double)whole;
  if (ok && v >= s->min && v <= s->max) return WG_OK;
  return wg_fail(err, WG_INVALID, "value", WG_T("%s is a number from %g to %g", "%s 应为 %g 到 %g 之间的数"),
                 s->key, s->min, s->max);
}

static wg_status check_zone(const char *text, wg_err *err) {
  wg_zone *zone = NULL;
  wg_status st = wg_zone_open(text, &zone, err);
  wg_zone_free(zone);
  if (st == WG_INVALID && err) snprintf(err->field, sizeof err->field, "value");
  return st;
}

/* Languages that the pages are written in: a file each in web/src/i18n, which a test compares. */
static bool has_pages(const char *tag, size_t length) {
  static const char *const there[] = {"zh", "en"};
  for (size_t k = 0; k < sizeof there / sizeof *there; k++)
    if (strlen(there[k]) == length && strncmp(there[k], tag, length) == 0) return true;
  return false;
}

/* "zh,en": different ones. */
static wg_status check_languages(const char *text, wg_err *err) {
  int n = 0;
  bool ok = true;
  for (const char *p = text; ok; p += strcspn(p, ",") + 1) {
    size_t length = strcspn(p, ",");
    ok = ++n <= LANGUAGES_MAX && length;
    if (ok && !has_pages(p, length))
      return wg_fail(
          err, WG_INVALID, "value",
          WG_T("there are no pages in \"%.*s\"; there are zh, en", "没有“%.*s”的页面，现有 zh、en"),
          length < TAG_MAX ? (int)length : TAG_MAX, p);
    for (const char *q = text; ok && q < p; q += strcspn(q, ",") + 1)
      ok = strcspn(q, ",") != length || strncmp(p, q, length) != 0;
    if (!p[length]) break;
  }
  if (ok) return WG_OK;
  return wg_fail(err, WG_INVALID, "value",
                 WG_T("one or both of zh, en, each once", "应为 zh、en 中的一个或两个，不重复"));
}

wg_status wg_setting_check(const wg_setting *s, const char *text, wg_err *err) {
  switch (s->type) {
  case WG_SET_ZONE:
    return check_zone(text, err);
  case WG_SET_LANGUAGES:
    return check_languages(text, err);
  case WG_SET_AREA:
  case WG_SET_PROFILE:
    if ((!text[0] && s->type == WG_SET_AREA) || wg_text_code(text)) return WG_OK;
    return wg_fail(err, WG_INVALID, "value", WG_T("\"%.40s\" is no code", "“%.40s”不是有效编码"), text);
  case WG_SET_BOOL:
    if (strcmp(text, "0") == 0 || strcmp(text, "1") == 0) return WG_OK;
    return wg_fail(err, WG_INVALID, "value", WG_T("%s is true or false", "%s 应为 true 或 false"), s->key);
  default:
    return check_number(s, text, err);
  }
}

double wg_setting_number(const wg_setting *s, const char *text) {
  double v = 0;
  if (!text || wg_setting_check(s, text, NULL) || !wg_text_double(text, &v)) wg_text_double(s->fallback, &v);
  return v;
}

/* --- JSON -------------------------------------------------------------------------------------------------
 */

static wg_status read_languages(wg_arena *arena, const wg_json *body, const char **out, wg_err *err) {
  wg_json *list = NULL;
  const char *text = "";
  wg_status st = wg_json_arr(body, "value", WG_REQUIRED, LANGUAGES_MAX, &list, err);
  for (size_t i = 0; !st && i < wg_json_len(list); i++) {
    const char *tag = wg_json_text(wg_json_at(list, i));
    text = wg_arena_printf(arena, "%s%s%s", text, i ? "," : "", tag && !strchr(tag, ',') ? tag : "?");
    if (!text) return WG_NO_MEMORY;
  }
  *out = text;
  return st;
}

wg_status wg_setting_read(wg_arena *arena, const wg_setting *s, const wg_json *body, const char **out,
                          wg_err *err) {
  double v = 0;
  int64_t whole = 0;
  bool on = false;
  wg_status st = WG_OK;
  *out = "";
  switch (s->type) {
  case WG_SET_BOOL:
    st = wg_json_bool(body, "value", WG_REQUIRED, &on, err);
    *out = on ? "1" : "0";
    break;
  case WG_SET_WHOLE:
    st = wg_json_int(body, "value", WG_REQUIRED, (int64_t)s->min, (int64_t)s->max, &whole, err);
    *out = wg_arena_printf(arena, "%lld", (long long)whole);
    break;
  case WG_SET_NUMBER:
    st = wg_json_num(body, "value", WG_REQUIRED, s->min, s->max, &v, err);
    *out = wg_arena_printf(arena, "%.10g", v);
    break;
  case WG_SET_LANGUAGES:
    st = read_languages(arena, body, out, err);
    break;
  case WG_SET_AREA: /* null: none */
    if (!wg_json_nulls(body, "value"))
      st = wg_json_str(body, "value", WG_REQUIRED, WG_CODE_LEN - 1, out, err);
    break;
  default:
    st = wg_json_str(body, "value", WG_REQUIRED, 64, out, err);
  }
  if (!st && !*out) return WG_NO_MEMORY;
  return st ? st : wg_setting_check(s, *out, err);
}

void wg_setting_write(wg_jw *w, const wg_setting *s, const char *text) {
  if (!text) text = s->fallback;
  if (s->type == WG_SET_BOOL) {
    wg_jw_bool(w, strcmp(text, "1") == 0);
  } else if (s->type == WG_SET_NUMBER || s->type == WG_SET_WHOLE) {
    wg_jw_num(w, wg_setting_number(s, text), 6);
  } else if (s->type == WG_SET_LANGUAGES) {
    char tag[TAG_MAX + 1];
    wg_jw_begin_array(w);
    for (const char *p = text; *p; p += strcspn(p, ","), p += *p == ',') {
      snprintf(tag, sizeof tag, "%.*s", (int)strcspn(p, ","), p);
      wg_jw_str(w, tag);
    }
    wg_jw_end_array(w);
  } else {
    wg_jw_str(w, text[0] ? text : NULL);
  }
}
