#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/time.h"

void wg_log(const char *level, const char *room, const char *format, ...) {
  char at[WG_TIME_LEN], text[1024];
  wg_time_format(wg_now_ms(), at);
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  for (char *p = text; *p; p++) /* one line each, whatever came from outside */
    if ((unsigned char)*p < 0x20) *p = ' ';
  fprintf(stderr, "%s %s %s: %s\n", at, level, room, text);
}
