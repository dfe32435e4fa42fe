/* Work on matters: what waits is taken up, handed on, done, checked and closed, as a centre would on a calm
 * day. What is to be done is read from the server each time, so that the player may come and go. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/jw.h"
#include "cli/play/play.h"

/* The next step of a matter, and how long it lies before that: seconds, at pace 1. */
static const struct {
  const char *state, *action, *reason;
  int desk;
  double rest, back; /* back: how often the matter is not theirs */
} ways[] = {
    {"reported", "accept", NULL, PLAY_HOTLINE, 25, 0},
    {"accepted", "dispatch", NULL, PLAY_HOTLINE, 60, 0},
    {"returned", "accept", NULL, PLAY_HOTLINE, 60, 0},
    {"dispatched", "claim", NULL, PLAY_HOTLINE, 120, 0.05},
    {"claimed", "handle", "已到现场，开始办理。", PLAY_HOTLINE, 240, 0},
    {"handling", "done", "已处置完毕，现场恢复正常。", PLAY_HOTLINE, 480, 0},
    {"done", "check", NULL, PLAY_LEADER, 540, 0},
    {"checked", "close", NULL, PLAY_HOTLINE, 600, 0},
};
enum { WAYS = sizeof ways / sizeof *ways, LOOK = 40 };
static const double WORK_MS = 1600; /* a matter takes seven steps and one comes every twelve seconds */

/* One of the listed that has lain long enough; the oldest first. NULL: none. */
static const wg_json *ripe(play *p, wg_json *items, double rest_s) {
  int64_t now = wg_now_ms(), at = 0;
  for (size_t i = wg_json_len(items); i-- > 0;) {
    const wg_json *one = wg_json_at(items, i);
    if (!wg_json_time(one, "received_at", WG_REQUIRED, &at, NULL) &&
        (double)(now - at) >= rest_s * 1000 / fmax(p->pace, 0.05) * (0.5 + demo_unit(&p->rng)))
      return one;
  }
  return NULL;
}

/* Whose it could be, as the server suggests; an organisation where it knows of nobody. */
static void whom(play *p, const char *token, const char *id, wg_jw *w) {
  char path[80];
  const char *code = "dept-urban", *staff = NULL;
  snprintf(path, sizeof path, "/api/v1/incidents/%s/work", id);
  wg_json *answer = play_call(p->link, token, path, NULL) == 200 ? play_answer(p->link, &p->scratch) : NULL;
  wg_json *list = NULL, *org = NULL, *person = NULL;
  if (answer && !wg_json_arr(answer, "suggestions", WG_REQUIRED, LOOK, &list, NULL) && wg_json_len(list)) {
    const wg_json *first = wg_json_at(list, 0);
    wg_json_obj(first, "org", WG_OPTIONAL, &org, NULL);
    wg_json_obj(first, "staff", WG_OPTIONAL, &person, NULL);
    if (org) wg_json_str(org, "code", WG_REQUIRED, WG_CODE_LEN, &code, NULL);
    if (!org && person) wg_json_str(person, "id", WG_OPTIONAL, 24, &staff, NULL);
  }
  wg_jw_member_str(w, staff ? "to_staff" : "to_org", staff ? staff : code);
}

static int act(play *p, const wg_json *one, size_t way) {
  char path[80], client[64];
  const char *id = "", *action = ways[way].action, *reason = ways[way].reason;
  int64_t version = 0;
  if (wg_json_str(one, "id", WG_REQUIRED, 24, &id, NULL) ||
      wg_json_int(one, "version", WG_REQUIRED, 1, INT64_MAX, &version, NULL))
    return 200;
  if (demo_unit(&p->rng) < ways[way].back) {
    action = "return";
    reason = "不属本单位职责范围，退回重新交办。";
  }
  snprintf(path, sizeof path, "/api/v1/incidents/%s/actions", id);
  snprintf(client, sizeof client, "play-%" PRIx64 "-w%" PRIu64, p->session, ++p->serial);
  wg_buf body;
  wg_jw w;
  wg_buf_init(&body, PLAY_BODY_MAX);
  wg_jw_init(&w, &body);
  wg_jw_begin_object(&w);
  wg_jw_member_str(&w, "action", action);
  wg_jw_member_str(&w, "client_id", client);
  if (reason) wg_jw_member_str(&w, "reason", reason);
  if (strcmp(action, "dispatch") == 0) whom(p, p->desk[ways[way].desk], id, &w);
  wg_jw_member_int(&w, "version", version);
  wg_jw_end_object(&w);
  int code = play_call(p->link, p->desk[ways[way].desk], path, wg_buf_str(&body));
  wg_buf_deinit(&body);
  p->deeds += code == 200;
  if (code == 422 && strcmp(action, "done") == 0) return play_photo(p, p->desk[ways[way].desk], id);
  /* somebody at a real desk was faster, or may not see it: that one is left to them */
  return code == 409 || code == 422 || code == 403 || code == 404 ? 200 : code;
}

int play_work(play *p) {
  char path[80];
  size_t way = demo_below(&p->rng, WAYS);
  snprintf(path, sizeof path, "/api/v1/incidents?state=%s&limit=%d", ways[way].state, LOOK);
  p->next_work = p->now + (int64_t)(-log(1 - demo_unit(&p->rng)) * WORK_MS / fmax(p->pace, 0.05));
  int code = play_call(p->link, p->desk[ways[way].desk], path, NULL);
  wg_json *page = code == 200 ? play_answer(p->link, &p->scratch) : NULL, *items = NULL;
  if (code == 401) p->desk[ways[way].desk][0] = '\0';
  if (!page || wg_json_arr(page, "items", WG_REQUIRED, LOOK, &items, NULL)) return code;
  const wg_json *one = ripe(p, items, ways[way].rest);
  return one ? act(p, one, way) : 200;
}
