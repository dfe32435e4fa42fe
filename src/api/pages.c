/* The built pages: index.html at /, its files under /assets. Names come from the router already decoded,
 * without slashes or dot segments. */
#include <string.h>
#include <unistd.h>

#include "api/app.h"

static const char CSP[] =
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "worker-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'";

wg_status wg_h_page(wg_request *q, wg_response *r) {
  wg_app *app = q->app;
  const char *name = strcmp(q->path, "/") == 0 ? "/index.html" : q->path;
  char *path = app->config.web ? wg_arena_printf(&q->arena, "%s%s", app->config.web, name) : NULL;
  if (!path || access(path, R_OK) != 0) {
    if (strcmp(q->path, "/") == 0)
      return wg_fail(&q->err, WG_NOT_FOUND, "",
                     WG_T("the pages are not built or --web is missing; run ./run build",
                          "页面尚未构建或未指定 --web；请运行 ./run build"));
    return wg_fail(&q->err, WG_NOT_FOUND, "", WG_T("there is no such file", "没有这个文件"));
  }
  r->file = path;
  if (strcmp(q->path, "/") == 0) wg_response_header(q, r, "Content-Security-Policy", CSP);
  return WG_OK;
}
