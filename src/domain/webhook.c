#include "domain/webhook.h"

#include <string.h>

#include "base/text.h"

wg_status wg_webhook_url_check(const char *url, wg_err *err) {
  size_t scheme = strncmp(url, "https://", 8) == 0 ? 8 : strncmp(url, "http://", 7) == 0 ? 7 : 0;
  const char *host = url + scheme;
  size_t n = strcspn(host, "/?#");
  bool plain =
      scheme && n > 0 && n <= 260 && strlen(url) <= WG_WEBHOOK_URL && !memchr(host, '@', n) && host[0] != ':';
  for (const char *p = url; *p; p++) plain = plain && (unsigned char)*p > ' ' && *p != 127 && *p != '\\';
  if (plain) return WG_OK;
  return wg_fail(
      err, WG_INVALID, "url",
      WG_T("url is http:// or https:// with a host, without user, password or blanks, at most %d bytes",
           "url 应以 http:// 或 https:// 开头并含主机名，不带用户名、密码和空格，最多 %d 个字节"),
      WG_WEBHOOK_URL);
}

bool wg_webhook_wants(const wg_webhook *h, const char *kind) {
  size_t n = strlen(kind);
  if (strncmp(kind, "incident.", 9) != 0) return false;
  if (!h->kinds[0]) return true;
  for (const char *p = h->kinds; *p; p += strcspn(p, ","), p += *p == ',')
    if (strcspn(p, ",") == n && strncmp(p, kind, n) == 0) return true;
  return false;
}

wg_viewer wg_webhook_viewer(const wg_webhook *h, const wg_areas *areas) {
  wg_viewer v = {.account = -1, .n_grants = 1};
  v.grant[0].role = WG_WALL;
  v.grant[0].area = wg_areas_find(areas, h->area);
  return v;
}
