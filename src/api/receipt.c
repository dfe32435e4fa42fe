/* GET /api/v1/incidents/{id}/receipt: what was filed when, to take home. It proves itself offline against the
 * daily heads (docs/event-log.md). */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "api/paper.h"
#include "api/work.h"
#include "engine/proof.h"
#include "media/qr.h"

/* Who reported it, and the centre. */
static wg_status may(wg_request *q, wg_store *store, const wg_incident *i) {
  wg_asker *a = wg_asker_of(q);
  const char *const *orgs = NULL;
  wg_status st = store->incident_orgs(store, &q->arena, i->id, &orgs, &q->err);
  if (st || (i->reporter && i->reporter == a->viewer->account) ||
      wg_may_on(a->picture, a->viewer, WG_V_DIRECT, i, orgs, a->now))
    return st;
  return wg_fail(
      &q->err, WG_FORBIDDEN, "",
      WG_T("a receipt is for who reported it, and for the centre", "回执仅供上报人和指挥中心获取"));
}

static wg_status first_event(void *ctx, const void *row) {
  int64_t *seq = ctx;
  if (!*seq) *seq = ((const wg_event *)row)->seq;
  return WG_OK;
}

static void row_time(wg_buf *b, const wg_picture *p, const char *name, int64_t ms) {
  wg_buf_printf(b, "<tr><th>%s</th><td>", name);
  wg_html_time(b, p, ms);
  wg_buf_add_str(b, "</td></tr>");
}

static void write_facts(wg_buf *b, wg_request *q, const wg_incident *i, const wg_receipt *r) {
  const wg_picture *p = wg_asker_of(q)->picture;
  const char *lang = q->lang;
  const wg_category *c = wg_picture_category(p, i->category);
  char text[24], hex[2 * WG_HASH_LEN + 1];
  wg_hex(r->hash, WG_HASH_LEN, hex);
  wg_buf_add_str(b, "<table>");
  wg_html_row(b, wg_in(lang, "事件编号", "Number"), i->number);
  wg_html_row(b, wg_in(lang, "事项", "Category"), c ? wg_name_pick(&q->arena, c->names, lang) : i->category);
  row_time(b, p, wg_in(lang, "登记时间", "Filed at"), r->at);
  snprintf(text, sizeof text, "%" PRId64, r->seq);
  wg_html_row(b, wg_in(lang, "日志序号", "Event"), text);
  wg_html_row(b, wg_in(lang, "日志链头", "Daily head"),
              r->date[0] ? r->date
                         : wg_in(lang, "当日链头尚未生成，次日可重新获取回执",
                                 "that of today is not made yet; take the receipt again tomorrow"));
  wg_buf_printf(b, "</table><p class=\"hash\">%s</p>", hex);
}

static wg_status write_page(wg_request *q, wg_buf *b, const wg_incident *i, const wg_receipt *r) {
  const char *lang = q->lang;
  char text[WG_RECEIPT_TEXT], code[12];
  wg_receipt_text(r, text);
  wg_hex(r->hash, 4, code);
  for (char *p = code; *p; p++) *p = (char)toupper((unsigned char)*p);
  wg_html_head(b, lang, wg_in(lang, "上报回执", "Receipt"));
  wg_buf_printf(b, "<header><h1>%s</h1><p>%s<br><b>", wg_in(lang, "上报回执", "Receipt"),
                wg_in(lang, "事件编号", "Number"));
  wg_html_text(b, i->number);
  wg_buf_printf(b, "</b></p></header><div class=\"two\"><div><p class=\"code\">%.4s-%s</p>", code, code + 4);
  write_facts(b, q, i, r);
  wg_buf_add_str(b, "</div><div>");
  wg_status st = wg_qr_svg(text, b);
  wg_buf_printf(b,
                "</div></div><h2>%s</h2><p>%s</p><p class=\"hash\">wangge receipt --check &quot;…&quot; "
                "HEAD.json</p><p class=\"hash\">",
                wg_in(lang, "如何验证", "How to prove it"),
                wg_in(lang,
                      "二维码内容即下方文本。凭此文本与当日公布的链头文件，无需联网、无需本系统数据库，即可证"
                      "明该事件在上述时间以上述哈希登记在案。",
                      "The QR code holds the text below. With it and the head published for its day, anyone "
                      "proves without "
                      "the network and without the database that this was filed then, with this hash."));
  wg_html_text(b, text);
  wg_buf_add_str(b, "</p></body></html>");
  return st ? st : wg_buf_status(b);
}

wg_status wg_h_receipt(wg_request *q, wg_response *r) {
  wg_asker *a = wg_asker_of(q);
  wg_store *store = NULL;
  wg_incident i;
  wg_receipt receipt;
  int64_t seq = 0;
  wg_status st = wg_not_nameless(q);
  if (!st) st = wg_find_incident(q, &store, &i);
  if (!st) st = may(q, store, &i);
  if (!st)
    st = store->events_of(store, &q->arena, wg_arena_printf(&q->arena, "incident/%" PRId64, i.id), 0, 1,
                          first_event, &seq, &q->err);
  if (!st)
    st = wg_receipt_make(store, a->app->config.source, i.number, seq, a->app->config.secret, &receipt,
                         &q->err);
  if (!st) st = write_page(q, &r->body, &i, &receipt);
  if (st) wg_buf_reset(&r->body);
  return st ? st : wg_html_answer(q, r);
}
