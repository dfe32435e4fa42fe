#include "engine/access.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

/* Quoted; a control character or a quote becomes "?": a name typed at log-in is anybody's. */
static size_t quoted(char *out, size_t room, const char *text) {
  size_t n = 0;
  out[n++] = '"';
  for (const char *p = text ? text : ""; *p && n + 2 < room; p++)
    out[n++] = (unsigned char)*p < ' ' || *p == 127 || *p == '"' || *p == '\\' ? '?' : *p;
  out[n++] = '"';
  out[n] = 0;
  return n;
}

void wg_access_line(const wg_access *x, char out[WG_ACCESS_LINE]) {
  char name[160], address[80], what[48], detail[400];
  quoted(name, sizeof name, x->name);
  quoted(address, sizeof address, x->address);
  quoted(what, sizeof what, x->what);
  quoted(detail, sizeof detail, x->detail);
  snprintf(out, WG_ACCESS_LINE, "access what=%s ok=%d account=%" PRId64 " name=%s address=%s detail=%s", what,
           x->ok, x->account, name, address, detail);
}

void wg_access_syslog(const wg_access *x) {
  char line[WG_ACCESS_LINE];
  wg_access_line(x, line);
  openlog("wangge", LOG_PID, LOG_AUTH); /* again is harmless */
  syslog(LOG_AUTH | (x->ok ? LOG_INFO : LOG_WARNING), "%s", line);
}
