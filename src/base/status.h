/* Status codes and error details: what a function returns, and what a person is told.
 *
 * A function that can fail returns wg_status and takes a wg_err * that belongs to the request (never a
 * global). It fills the detail once, where the fault is found; callers only pass the status on.
 * `err` may be NULL where nobody will read it. */
#ifndef WG_BASE_STATUS_H
#define WG_BASE_STATUS_H

typedef enum wg_status {
  WG_OK = 0,
  WG_INVALID,         /* the input is wrong: 400, exit 1 */
  WG_UNAUTHENTICATED, /* nobody is signed in: 401 */
  WG_FORBIDDEN,       /* signed in, without the right: 403 */
  WG_NOT_FOUND,       /* 404 */
  WG_CONFLICT,        /* the version seen is not the version there is: 409 */
  WG_TOO_LARGE,       /* over a stated limit: 413 */
  WG_UNPROCESSABLE,   /* well formed, and refused by a rule: 422 */
  WG_THROTTLED,       /* too many tries: 429 */
  WG_BUSY,            /* a queue is full or a lock is held: 503, try again */
  WG_NO_SPACE,        /* the disk is full: 507 */
  WG_NO_MEMORY,       /* 503 */
  WG_IO,              /* a file, a socket or the database failed: 500 */
  WG_CORRUPT,         /* what was stored is not what was written: 500 */
  WG_INTERNAL         /* a bug: 500 */
} wg_status;

typedef struct wg_err {
  wg_status status;
  char code[48];  /* kebab-case name of the problem; empty: named after the status */
  char field[64]; /* the input field at fault, or empty */
  char en[400];   /* one sentence that says what to do */
  char zh[400];
} wg_err;

#define WG_T(en, zh) (en), (zh)

/* Fills err (when not NULL) and returns status. Both formats take the same arguments:
 *   return wg_fail(err, WG_INVALID, "lon", WG_T("lon must be a number", "lon 必须是数字"));  */
wg_status wg_fail(wg_err *err, wg_status status, const char *field, const char *en, const char *zh, ...)
    __attribute__((format(printf, 4, 6), format(printf, 5, 6)));
/* The same with a problem code of its own ("category-unknown"). */
wg_status wg_fail_code(wg_err *err, wg_status status, const char *code, const char *field, const char *en,
                       const char *zh, ...) __attribute__((format(printf, 5, 7), format(printf, 6, 7)));

/* clang's analyser sees one file at a time and would take every failure for a possible WG_OK. */
#if defined(__clang_analyzer__) && !defined(WG_STATUS_C)
#define wg_fail(err, status, ...)      ((void)(wg_fail)(err, status, __VA_ARGS__), (status))
#define wg_fail_code(err, status, ...) ((void)(wg_fail_code)(err, status, __VA_ARGS__), (status))
#endif

int wg_status_http(wg_status status);                            /* 200, 400, … */
int wg_status_exit(wg_status status);                            /* 0 or 1 */
const char *wg_status_name(wg_status status);                    /* "invalid", kebab-case */
const char *wg_status_title(wg_status status, const char *lang); /* "zh" or anything else for English */

#endif
