/* GET /api/openapi.json: OpenAPI 3.1, written from the tables in routes.c; app.h explains their notation. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/app.h"
#include "domain/life.h"
#include "geo/resolver.h"

typedef struct text {
  const char *p;
  size_t n;
} text;

static bool is(text t, const char *word) { return t.n == strlen(word) && memcmp(t.p, word, t.n) == 0; }

static void put(wg_jw *w, text t) {
  char copy[64];
  snprintf(copy, sizeof copy, "%.*s", (int)t.n, t.p);
  wg_jw_str(w, copy);
}

static void put_key(wg_jw *w, text t) {
  char copy[64];
  snprintf(copy, sizeof copy, "%.*s", (int)t.n, t.p);
  wg_jw_key(w, copy);
}

static void open_object(wg_jw *w, const char *name) {
  wg_jw_key(w, name);
  wg_jw_begin_object(w);
}

static void open_array(wg_jw *w, const char *name) {
  wg_jw_key(w, name);
  wg_jw_begin_array(w);
}

/* --- types ---------------------------------------------------------------------------------------------- */

static void put_ref(wg_jw *w, text name) {
  char path[96];
  snprintf(path, sizeof path, "#/components/schemas/%.*s", (int)name.n, name.p);
  wg_jw_member_str(w, "$ref", path);
}

static void put_type_name(wg_jw *w, const char *name, bool null) {
  if (!null) {
    wg_jw_member_str(w, "type", name);
    return;
  }
  open_array(w, "type");
  wg_jw_str(w, name);
  wg_jw_str(w, "null");
  wg_jw_end_array(w);
}

/* "(min,max)" behind a number, "(max)" behind a string. */
static void put_bounds(wg_jw *w, text t, bool string) {
  const char *open = memchr(t.p, '(', t.n);
  if (!open) return;
  char *end = NULL;
  double first = strtod(open + 1, &end);
  if (string) {
    wg_jw_member_int(w, "maxLength", (int64_t)first);
    return;
  }
  wg_jw_member_num(w, "minimum", first, 6);
  if (*end == ',') wg_jw_member_num(w, "maximum", strtod(end + 1, NULL), 6);
}

static void put_words(wg_jw *w, text t, bool null) {
  wg_jw_member_str(w, "type", "string");
  open_array(w, "enum");
  for (size_t i = 0; i < t.n;) {
    size_t n = 0;
    while (i + n < t.n && t.p[i + n] != '|') n++;
    put(w, (text){t.p + i, n});
    i += n + 1;
  }
  if (null) wg_jw_null(w);
  wg_jw_end_array(w);
}

static void put_type(wg_jw *w, text t);

static void put_plain(wg_jw *w, text t, bool null) {
  size_t n = 0;
  while (n < t.n && t.p[n] != '(') n++;
  text base = {t.p, n};
  if (is(base, "any")) return;
  bool string = is(base, "string") || is(base, "time");
  put_type_name(w,
                string             ? "string"
                : is(base, "int")  ? "integer"
                : is(base, "num")  ? "number"
                : is(base, "bool") ? "boolean"
                                   : "object",
                null);
  if (is(base, "time")) wg_jw_member_str(w, "format", "date-time");
  put_bounds(w, t, string);
}

static void put_type_members(wg_jw *w, text t) {
  bool null = t.p[t.n - 1] == '?';
  if (null) t.n--;
  text inner = {t.p + 1, t.n > 2 ? t.n - 2 : 0};
  if (isupper((unsigned char)t.p[0]) && null) {
    open_array(w, "anyOf");
    put_type(w, t);
    put_type(w, (text){"null", 4});
    wg_jw_end_array(w);
  } else if (isupper((unsigned char)t.p[0])) {
    put_ref(w, t);
  } else if (is(t, "null")) {
    wg_jw_member_str(w, "type", "null");
  } else if (t.p[0] == '[') {
    put_type_name(w, "array", null);
    wg_jw_key(w, "items");
    put_type(w, inner);
  } else if (t.p[0] == '{') {
    put_type_name(w, "object", null);
    wg_jw_key(w, "additionalProperties");
    put_type(w, inner);
  } else if (memchr(t.p, '|', t.n)) {
    put_words(w, t, null);
  } else {
    put_plain(w, t, null);
  }
}

static void put_type(wg_jw *w, text t) {
  wg_jw_begin_object(w);
  put_type_members(w, t);
  wg_jw_end_object(w);
}

/* --- words "name!:type" --------------------------------------------------------------------------------- */

typedef struct word {
  text name, type;
  bool required;
} word;

/* The word at *list, which moves behind it. */
static bool next_word(const char **list, word *out) {
  const char *p = *list + strspn(*list, " ");
  size_t n = strcspn(p, " "), name = strcspn(p, " !:");
  *out = (word){.name = {p, name}, .type = {"string", 6}, .required = p[name] == '!'};
  size_t colon = name + out->required;
  if (p[colon] == ':') out->type = (text){p + colon + 1, n - colon - 1};
  *list = p + n;
  return n > 0;
}

static const char *members_of(text name) {
  for (size_t i = 0; i < wg_api_n_schemas; i++)
    if (is(name, wg_api_schemas[i].name)) return wg_api_schemas[i].members;
  return "";
}

static void put_properties(wg_jw *w, const char *members) {
  word x;
  while (next_word(&members, &x)) {
    if (x.name.p[0] == '+') {
      put_properties(w, members_of((text){x.name.p + 1, x.name.n - 1}));
      continue;
    }
    put_key(w, x.name);
    put_type(w, x.type);
  }
}

static void put_required(wg_jw *w, const char *members) {
  word x;
  while (next_word(&members, &x)) {
    if (x.name.p[0] == '+')
      put_required(w, members_of((text){x.name.p + 1, x.name.n - 1}));
    else if (x.required)
      put(w, x.name);
  }
}

/* closed: of a request, where a stranger is refused. An answer may get new members. */
static void put_members(wg_jw *w, const char *members, bool closed) {
  wg_jw_begin_object(w);
  wg_jw_member_str(w, "type", "object");
  open_object(w, "properties");
  put_properties(w, members);
  wg_jw_end_object(w);
  open_array(w, "required");
  put_required(w, members);
  wg_jw_end_array(w);
  if (closed) wg_jw_member_bool(w, "additionalProperties", false);
  wg_jw_end_object(w);
}

/* --- words that the domain knows ------------------------------------------------------------------------ */

static const char *state(int i) { return i < WG_STATES ? wg_state_name((wg_state)i) : NULL; }
static const char *how(int i) { return i <= WG_HOW_NEAREST ? wg_how_name((wg_how)i) : NULL; }
static const char *class_(int i) { return i < WG_CLASSES ? wg_class_name((wg_class)i) : NULL; }
static const char *post(int i) { return i < WG_POST_KINDS ? wg_post_name((wg_post_kind)i) : NULL; }
static const char *role(int i) { return i < WG_ROLES ? wg_role_name((wg_role)i) : NULL; }

static const char *action(int i) { return i < WG_ACTIONS ? wg_step_of((wg_action)i)->name : NULL; }
static const char *clock_(int i) { return i < WG_CLOCKS ? wg_clock_name((wg_clock)i) : NULL; }
static const char *supervision(int i) {
  return i < WG_SUPERVISIONS ? wg_supervision_name((wg_supervision)i) : NULL;
}

static void put_enums(wg_jw *w) {
  static const struct {
    const char *name;
    const char *(*word)(int i);
  } all[] = {{"State", state}, {"How", how},           {"Class", class_}, {"Post", post},
             {"Role", role},   {"ActionName", action}, {"Clock", clock_}, {"Supervision", supervision}};
  for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
    open_object(w, all[k].name);
    wg_jw_member_str(w, "type", "string");
    open_array(w, "enum");
    for (int i = 0; all[k].word(i); i++) wg_jw_str(w, all[k].word(i));
    wg_jw_end_array(w);
    wg_jw_end_object(w);
  }
}

static void put_schemas(wg_jw *w) {
  open_object(w, "schemas");
  put_enums(w);
  for (size_t i = 0; i < wg_api_n_schemas; i++) {
    const wg_api_schema *s = &wg_api_schemas[i];
    wg_jw_key(w, s->name);
    if (s->members[0] == '=')
      put_type(w, (text){s->members + 1, strlen(s->members + 1)});
    else
      put_members(w, s->members, false);
  }
  wg_jw_end_object(w);
}

/* --- an operation --------------------------------------------------------------------------------------- */

static void put_parameter(wg_jw *w, const word *x, const char *in) {
  wg_jw_begin_object(w);
  wg_jw_key(w, "name");
  put(w, x->name);
  wg_jw_member_str(w, "in", in);
  wg_jw_member_bool(w, "required", x->required);
  wg_jw_key(w, "schema");
  put_type(w, x->type);
  wg_jw_end_object(w);
}

static void put_parameters(wg_jw *w, const wg_api_route *r) {
  static const text zoom = {"int(0,22)", 9}, place = {"int(0)", 6}, string = {"string", 6};
  open_array(w, "parameters");
  for (const char *p = strchr(r->route.pattern, '{'); p; p = strchr(p + 1, '{')) {
    word x = {.name = {p + 1, strcspn(p + 1, "}")}, .type = string, .required = true};
    if (is(x.name, "z")) x.type = zoom;
    if (is(x.name, "x") || is(x.name, "y")) x.type = place;
    put_parameter(w, &x, "path");
  }
  word x;
  if (strcmp(r->query, "*") != 0) {
    for (const char *p = r->query; next_word(&p, &x);) put_parameter(w, &x, "query");
    x = (word){.name = {"lang", 4}, .type = {"zh|en", 5}};
    put_parameter(w, &x, "query");
  }
  wg_jw_end_array(w);
}

static void put_media(wg_jw *w, text type, const char *schema) {
  put_key(w, type);
  wg_jw_begin_object(w);
  wg_jw_key(w, "schema");
  put_type(w, (text){schema, strlen(schema)});
  wg_jw_end_object(w);
}

static void put_body(wg_jw *w, const wg_api_route *r) {
  if (!r->route.body_max || !*r->body) return;
  open_object(w, "requestBody");
  wg_jw_member_bool(w, "required", true);
  open_object(w, "content");
  if (r->body[0] == '=') {
    put_media(w, (text){r->body + 1, strlen(r->body + 1)}, "string");
  } else {
    open_object(w, "application/json");
    wg_jw_key(w, "schema");
    put_members(w, r->body, true);
    wg_jw_end_object(w);
  }
  wg_jw_end_object(w);
  wg_jw_end_object(w);
}

static const char *meaning(int code) {
  static const struct {
    int code;
    const char *en;
  } all[] = {{200, "The answer"},
             {201, "Made; Location names it"},
             {204, "Done, or empty"},
             {304, "Unchanged since the ETag of If-None-Match"},
             {400, "The request is wrong; `field` names where"},
             {401, "Not signed in, or a wrong password"},
             {403, "No right to this"},
             {404, "Not there, or not for this account"},
             {409, "Changed meanwhile, taken, or it would leave work without an owner (`touches`)"},
             {413, "The body is too large"},
             {422, "Well formed, and refused by a rule"},
             {429, "Too many tries; see Retry-After"},
             {503, "Busy; see Retry-After"}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (all[i].code == code) return all[i].en;
  return "An error";
}

static void begin_response(wg_jw *w, int code) {
  char name[8];
  snprintf(name, sizeof name, "%d", code);
  open_object(w, name);
  wg_jw_member_str(w, "description", meaning(code));
}

static void put_problem(wg_jw *w) {
  open_object(w, "content");
  put_media(w, (text){"application/problem+json", 24}, "Problem");
  wg_jw_end_object(w);
}

static void put_answer(wg_jw *w, const wg_api_route *r, const char *p, size_t n) {
  int code = atoi(p);
  text rest = {p + 4, n > 4 ? n - 4 : 0};
  begin_response(w, code);
  if (p[3] == ':' || p[3] == '=') open_object(w, "content");
  if (p[3] == ':') {
    char schema[64];
    snprintf(schema, sizeof schema, "%.*s", (int)rest.n, rest.p);
    put_media(w, (text){"application/json", 16}, schema);
    if (strstr(r->query, "geojson")) put_media(w, (text){"application/geo+json", 20}, "FeatureCollection");
    if (strstr(r->query, "csv")) put_media(w, (text){"text/csv", 8}, "string");
  } else if (p[3] == '=') {
    put_media(w, rest, "string");
  }
  if (p[3] == ':' || p[3] == '=') wg_jw_end_object(w);
  if (code >= 400) put_problem(w);
  wg_jw_end_object(w);
}

static void put_error(wg_jw *w, const wg_api_route *r, int code) {
  char number[8];
  snprintf(number, sizeof number, "%d", code);
  if (strstr(r->answer, number)) return;
  begin_response(w, code);
  put_problem(w);
  wg_jw_end_object(w);
}

static void put_responses(wg_jw *w, const wg_api_route *r) {
  int rule = r->route.rule;
  open_object(w, "responses");
  for (const char *p = r->answer; *p; p += strcspn(p, " "), p += strspn(p, " "))
    put_answer(w, r, p, strcspn(p, " "));
  if (strcmp(r->query, "*") != 0) put_error(w, r, 400);
  if (rule != WG_V_PUBLIC) put_error(w, r, 401);
  if (rule != WG_V_PUBLIC && rule != WG_V_SIGNED_IN) put_error(w, r, 403);
  if (r->route.body_max) put_error(w, r, 413);
  open_object(w, "default");
  wg_jw_member_str(w, "description", "Any other error");
  put_problem(w);
  wg_jw_end_object(w);
  wg_jw_end_object(w);
}

/* "GET /api/v1/incidents/{id}" → "get_incidents_id": a name for generated clients. A page may have the name
 * of a list ("/desk"), and is called "get_page_desk". */
static void put_id(wg_jw *w, const char *method, const char *path, bool page) {
  char id[96];
  size_t n = (size_t)snprintf(id, sizeof id, "%s%s", method, page ? "_page" : "");
  if (strncmp(path, "/api/v1", 7) == 0) path += 7;
  for (; *path && n + 2 < sizeof id; path++) {
    bool letter = isalnum((unsigned char)*path);
    if (letter)
      id[n++] = *path;
    else if (id[n - 1] != '_' && path[1])
      id[n++] = '_';
  }
  id[n] = 0;
  wg_jw_member_str(w, "operationId", id);
}

static void put_operation(wg_jw *w, const wg_api_route *r, const char *lang) {
  char method[8];
  size_t n = 0;
  for (; r->route.method[n] && n < 7; n++) method[n] = (char)tolower((unsigned char)r->route.method[n]);
  method[n] = 0;
  open_object(w, method);
  put_id(w, method, r->route.pattern, strstr(r->answer, "text/html") != NULL);
  wg_jw_member_str(w, "summary", lang[0] == 'z' ? r->route.zh : r->route.en);
  put_parameters(w, r);
  put_body(w, r);
  open_array(w, "security");
  if (r->route.rule != WG_V_PUBLIC) wg_jw_raw(w, "{\"bearer\":[]}");
  wg_jw_end_array(w);
  wg_jw_member_int(w, "x-body-limit", (int64_t)r->route.body_max);
  put_responses(w, r);
  wg_jw_end_object(w);
}

/* Routes of one path stand together: each path is written once, with all of its methods. */
static void put_paths(wg_jw *w, const char *lang) {
  for (size_t i = 0; i < wg_api_n_routes; i++) {
    const char *path = wg_api_routes[i].route.pattern;
    bool first = true;
    for (size_t k = 0; k < i; k++) first = first && strcmp(wg_api_routes[k].route.pattern, path) != 0;
    if (!first) continue;
    open_object(w, path);
    for (size_t k = i; k < wg_api_n_routes; k++)
      if (strcmp(wg_api_routes[k].route.pattern, path) == 0) put_operation(w, &wg_api_routes[k], lang);
    wg_jw_end_object(w);
  }
}

wg_status wg_h_openapi(wg_request *q, wg_response *r) {
  wg_jw w;
  wg_jw_init(&w, &r->body);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "openapi", "3.1.0");
  open_object(&w, "info");
  wg_jw_member_str(&w, "title", "wangge 网格");
  wg_jw_member_str(&w, "version", WG_VERSION);
  wg_jw_end_object(&w);
  open_object(&w, "components");
  wg_jw_member_raw(&w, "securitySchemes", "{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\"}}");
  put_schemas(&w);
  wg_jw_end_object(&w);
  open_object(&w, "paths");
  put_paths(&w, q->lang);
  wg_jw_end_object(&w);
  wg_jw_end_object(&w);
  return wg_answer(r, 200);
}
