/* syslog(3) of a program under test, loaded before the C library's: a line "priority text" at the end of the
 * file in WG_TEST_SYSLOG, because /dev/log belongs to the machine. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void vsyslog(int priority, const char *format, va_list args);
void syslog(int priority, const char *format, ...);
void __syslog_chk(int priority, int flag, const char *format, ...);

void vsyslog(int priority, const char *format, va_list args) {
  const char *path = getenv("WG_TEST_SYSLOG");
  FILE *f = path ? fopen(path, "a") : NULL;
  if (!f) return;
  fprintf(f, "%d ", priority);
  vfprintf(f, format, args);
  fputc('\n', f);
  fclose(f);
}

void syslog(int priority, const char *format, ...) {
  va_list args;
  va_start(args, format);
  vsyslog(priority, format, args);
  va_end(args);
}

void __syslog_chk(int priority, int flag, const char *format, ...) { /* what a hardened build calls */
  va_list args;
  (void)flag;
  va_start(args, format);
  vsyslog(priority, format, args);
  va_end(args);
}
