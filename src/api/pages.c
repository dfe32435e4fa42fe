/* The built pages: index.html at /, desk.html at /desk, admin.html at /admin, their files under /assets.
 * Names come from the router already decoded, without slashes or dot segments. */
#include <string.h>

#include "api/app.h"

/* The file of a page; NULL: the path is a file's own. */
static const char *page_of(const char *path) {
  if (strcmp(path, "/") == 0) return "index.html";
  if (strcmp(path, "/desk") == 0) return "desk.html";
  return strcmp(path, "/admin") == 0 ? "admin.html" : NULL;
}

wg_status wg_h_page(wg_request *q, wg_response *r) {
  wg_app *app = q->app;
  const char *html = page_of(q->path);
  if (!app->config.web)
    return wg_fail(&q->err, WG_NOT_FOUND, "",
                   WG_T("no pages are served: start with --web, or with ./run",
                        "未提供页面：启动时请指定 --web，或使用 ./run"));
  wg_status st = wg_http_file(q, r, app->config.web, html ? html : q->path + 1);
  if (st == WG_NOT_FOUND && html)
    return wg_fail(&q->err, WG_NOT_FOUND, "",
                   WG_T("the pages are not built; run ./run build", "页面尚未构建，请运行 ./run build"));
  if (st || !html) return st;
  const char *policy = wg_page_policy(&q->arena, app->config.raster);
  if (!policy) return WG_NO_MEMORY;
  wg_response_header(q, r, "Content-Security-Policy", policy);
  return WG_OK;
}
