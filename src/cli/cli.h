/* What every subcommand shares: its row in the table, flags, and how it tells of trouble. */
#ifndef WG_CLI_CLI_H
#define WG_CLI_CLI_H

#include <stdbool.h>

#include "base/status.h"

/* Exit codes: 0 done, 1 the work failed (nothing half-written), 2 the command line is wrong. */
enum { WG_EXIT_OK = 0, WG_EXIT_FAILED = 1, WG_EXIT_USAGE = 2 };

/* A subcommand: argv[0] is its last word. One file each: src/cli/<name>.c; demo and play have folders. */
typedef struct wg_subcommand {
  const char *words; /* "init", "import grids", "user add" */
  int (*run)(int argc, char **argv);
  const char *usage;             /* the arguments, as in surface.md */
  const char *en, *zh;           /* one line of what it does */
  const char *help_en, *help_zh; /* more, or NULL */
} wg_subcommand;

int wg_cmd_init(int argc, char **argv);
int wg_cmd_demo(int argc, char **argv);
int wg_cmd_play(int argc, char **argv);
int wg_cmd_serve(int argc, char **argv);
int wg_cmd_import_grids(int argc, char **argv);
int wg_cmd_import_areas(int argc, char **argv);
int wg_cmd_import_staff(int argc, char **argv);
int wg_cmd_import_places(int argc, char **argv);
int wg_cmd_import_incidents(int argc, char **argv);
int wg_cmd_import_calendar(int argc, char **argv);
int wg_cmd_import_basemap(int argc, char **argv);
int wg_cmd_export(int argc, char **argv);
int wg_cmd_resolve(int argc, char **argv);
int wg_cmd_user_add(int argc, char **argv);
int wg_cmd_user_password(int argc, char **argv);
int wg_cmd_user_list(int argc, char **argv);
int wg_cmd_token(int argc, char **argv);
int wg_cmd_token_list(int argc, char **argv);
int wg_cmd_token_revoke(int argc, char **argv);
int wg_cmd_device_add(int argc, char **argv);
int wg_cmd_device_code(int argc, char **argv);
int wg_cmd_device_list(int argc, char **argv);
int wg_cmd_device_revoke(int argc, char **argv);
int wg_cmd_backup(int argc, char **argv);
int wg_cmd_restore(int argc, char **argv);
int wg_cmd_head(int argc, char **argv);
int wg_cmd_receipt(int argc, char **argv);
int wg_cmd_erase(int argc, char **argv);
int wg_cmd_life_cycle(int argc, char **argv);
int wg_cmd_check(int argc, char **argv);

/* Flags of a subcommand, read by wg_cli_args. `value` NULL: a switch. */
typedef struct wg_flag {
  const char *name;   /* "--db" */
  const char **value; /* gets the text behind it, from "--db X" or "--db=X" */
  bool *on;           /* a switch */
  bool required;
} wg_flag;
/* Sorts argv[1..] into flags and at most max operands ("-" is an operand, "--" ends the flags). Prints what
 * is wrong, with the usage, and returns WG_EXIT_USAGE; else WG_EXIT_OK and *n operands. flags end with a NULL
 * name. */
int wg_cli_args(int argc, char **argv, const wg_flag *flags, const char **operand, int max, int *n,
                int min_operands);

const char *wg_cli_lang(void); /* "zh" where LC_ALL, LC_MESSAGES or LANG says so, else "en" */
/* Prints the error in the user's language to standard error; returns the exit code of its status. */
int wg_cli_fail(const wg_err *err, wg_status status);
/* The same for a value of the command line that is wrong: WG_INVALID returns 2. */
int wg_cli_bad_value(const wg_err *err, wg_status status);
/* Values that many commands take; NULL is fine. Prints what is wrong and returns 2, else 0. */
int wg_cli_check_crs(const char *crs);
int wg_cli_check_encoding(const char *encoding);
/* Prints one sentence in the user's language. */
void wg_cli_say(const char *en, const char *zh, ...)
    __attribute__((format(printf, 1, 3), format(printf, 2, 3)));
/* The same to standard error: standard output is the data. */
void wg_cli_note(const char *en, const char *zh, ...)
    __attribute__((format(printf, 1, 3), format(printf, 2, 3)));
int wg_cli_usage_error(const char *en, const char *zh, ...)
    __attribute__((format(printf, 1, 3), format(printf, 2, 3))); /* prints, returns 2 */

/* Progress on a terminal's standard error; silent in a pipe. share 0–1; draws at most ten times a second. */
typedef struct wg_progress {
  bool on;
  long long last_us;
  const char *what_en, *what_zh;
} wg_progress;
void wg_progress_begin(wg_progress *p, const char *en, const char *zh);
void wg_progress_show(wg_progress *p, double share);
void wg_progress_end(wg_progress *p); /* clears the line */

#endif
