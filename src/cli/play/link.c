#include "cli/play/link.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/jw.h"
#include "cli/demo/names.h"

enum { ANSWER_MAX = 32 << 20, SECONDS_MAX = 15, URL_MAX = 2000 };

struct play_link {
  CURL *c;
  char base[URL_MAX], why[CURL_ERROR_SIZE];
  wg_buf answer;
  int code, retry_after;
};

static size_t take(char *bytes, size_t one, size_t n, void *ctx) {
  wg_buf *b = ctx;
  wg_buf_add(b, bytes, one * n);
  return wg_buf_status(b) ? 0 : one * n; /* too large: curl gives up */
}

/* What is the same for every request. The demo's accounts are refused through a proxy, so none is asked. */
static bool prepare(play_link *l) {
  CURL *c = l->c;
  return !curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") &&
         !curl_easy_setopt(c, CURLOPT_PROXY, "") && !curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) &&
         !curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)SECONDS_MAX) &&
         !curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take) &&
         !curl_easy_setopt(c, CURLOPT_WRITEDATA, &l->answer) &&
         !curl_easy_setopt(c, CURLOPT_ERRORBUFFER, l->why);
}

wg_status play_link_new(const char *url, play_link **out, wg_err *err) {
  size_t n = strlen(url);
  while (n && url[n - 1] == '/') n--;
  if ((strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0) || n + 200 > URL_MAX)
    return wg_fail(err, WG_INVALID, "url",
                   WG_T("--url is the server's address, like http://127.0.0.1:8080",
                        "--url 应为服务地址，例如 http://127.0.0.1:8080"));
  play_link *l = calloc(1, sizeof *l);
  if (!l) return WG_NO_MEMORY;
  snprintf(l->base, sizeof l->base, "%.*s", (int)n, url);
  wg_buf_init(&l->answer, ANSWER_MAX);
  bool ready = !curl_global_init(CURL_GLOBAL_DEFAULT) && (l->c = curl_easy_init()) && prepare(l);
  if (ready) {
    *out = l;
    return WG_OK;
  }
  play_link_free(l);
  return wg_fail(err, WG_INTERNAL, "", WG_T("libcurl does not start", "libcurl 无法启动"));
}

void play_link_free(play_link *l) {
  if (!l) return;
  if (l->c) curl_easy_cleanup(l->c);
  curl_global_cleanup();
  wg_buf_deinit(&l->answer);
  free(l);
}

static struct curl_slist *headers(const char *token, const char *type) {
  char line[PLAY_TOKEN_LEN + 40];
  struct curl_slist *list = curl_slist_append(NULL, type);
  struct curl_slist *more = list ? curl_slist_append(list, "Accept-Language: zh") : NULL;
  if (more && token) {
    snprintf(line, sizeof line, "Authorization: Bearer %s", token);
    more = curl_slist_append(list, line);
  }
  if (more) return list;
  curl_slist_free_all(list);
  return NULL;
}

static int ask(play_link *l, const char *token, const char *path, const char *method, const char *type,
               const void *body, size_t n) {
  char url[URL_MAX];
  long code = 0;
  curl_off_t after = 0;
  struct curl_slist *list = headers(token, type);
  bool fits = snprintf(url, sizeof url, "%s%s", l->base, path) < (int)sizeof url;
  wg_buf_deinit(&l->answer); /* the land's answers are large, and come once */
  wg_buf_init(&l->answer, ANSWER_MAX);
  l->why[0] = '\0';
  l->code = PLAY_LOST;
  l->retry_after = 0;
  bool set = list && fits && !curl_easy_setopt(l->c, CURLOPT_URL, url) &&
             !curl_easy_setopt(l->c, CURLOPT_HTTPHEADER, list) &&
             !(body ? curl_easy_setopt(l->c, CURLOPT_POSTFIELDS, body)
                    : curl_easy_setopt(l->c, CURLOPT_HTTPGET, 1L)) &&
             !curl_easy_setopt(l->c, CURLOPT_CUSTOMREQUEST, method);
  if (set && body) set = !curl_easy_setopt(l->c, CURLOPT_POSTFIELDSIZE, (long)n);
  if (set && curl_easy_perform(l->c) == CURLE_OK) {
    curl_easy_getinfo(l->c, CURLINFO_RESPONSE_CODE, &code);
    curl_easy_getinfo(l->c, CURLINFO_RETRY_AFTER, &after);
    l->code = (int)code;
    l->retry_after = after > 0 && after < 3600 ? (int)after : 0;
  }
  curl_easy_setopt(l->c, CURLOPT_HTTPHEADER, NULL);
  curl_slist_free_all(list);
  return l->code;
}

int play_call(play_link *l, const char *token, const char *path, const char *body) {
  return ask(l, token, path, body ? "POST" : "GET", "Content-Type: application/json", body,
             body ? strlen(body) : 0);
}

int play_put(play_link *l, const char *token, const char *path, const void *bytes, size_t n) {
  return ask(l, token, path, "PUT", "Content-Type: application/octet-stream", bytes, n);
}

wg_json *play_answer(play_link *l, wg_arena *arena) {
  wg_json *value = NULL;
  if (wg_json_parse_object(arena, wg_buf_str(&l->answer), l->answer.len, &value, NULL)) return NULL;
  return value;
}

const char *play_trouble(play_link *l, wg_arena *arena) {
  if (l->code == PLAY_LOST) return l->why[0] ? l->why : "no answer";
  const char *detail = NULL;
  wg_json *problem = play_answer(l, arena);
  if (problem && !wg_json_str(problem, "detail", WG_OPTIONAL, 2000, &detail, NULL) && detail) return detail;
  return "";
}

bool play_later(int code) { return code == PLAY_LOST || code == 429 || code == 503; }

int play_retry_after(const play_link *l) { return l->retry_after; }

int play_sign_in(play_link *l, const char *name, char token[PLAY_TOKEN_LEN]) {
  wg_buf body;
  wg_jw w;
  wg_buf_init(&body, 1000);
  wg_jw_init(&w, &body);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "name", name);
  wg_jw_member_str(&w, "password", DEMO_PASSWORD);
  wg_jw_end_object(&w);
  int code = play_call(l, NULL, "/api/v1/login", wg_buf_str(&body));
  wg_buf_deinit(&body);
  token[0] = '\0';
  if (code != 200) return code;
  wg_arena arena;
  wg_arena_init(&arena);
  const char *text = NULL;
  wg_json *answer = play_answer(l, &arena);
  if (answer && !wg_json_str(answer, "token", WG_REQUIRED, PLAY_TOKEN_LEN - 1, &text, NULL))
    snprintf(token, PLAY_TOKEN_LEN, "%s", text);
  wg_arena_clear(&arena);
  return text ? 200 : PLAY_LOST;
}
