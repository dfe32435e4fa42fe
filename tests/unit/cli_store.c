/* init, check, backup, restore as a person meets them: words, exit codes, and what is left on the disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "cli/cli.h"
#include "store/sqlite.h"
#include "store/support.h"

struct said {
  int exit;
  char text[4000]; /* both outputs */
};

/* Runs one command in a process of its own. args end with NULL. */
static struct said run(const char *lang, int (*command)(int, char **), const char *const *args) {
  struct said s = {.exit = -1};
  int pipe_[2], argc = 0, status;
  char *argv[16] = {NULL};
  for (; args[argc]; argc++) argv[argc] = (char *)(uintptr_t)args[argc];
  assert_int_equal(pipe(pipe_), 0);
  fflush(NULL);
  pid_t child = fork();
  if (!child) {
    dup2(pipe_[1], STDOUT_FILENO);
    dup2(pipe_[1], STDERR_FILENO);
    close(pipe_[0]);
    setenv("LC_ALL", lang, 1);
    int code = command(argc, argv);
    fflush(NULL);
    _exit(code);
  }
  close(pipe_[1]);
  size_t n = 0;
  for (ssize_t k; (k = read(pipe_[0], s.text + n, sizeof s.text - 1 - n)) > 0;) n += (size_t)k;
  close(pipe_[0]);
  waitpid(child, &status, 0);
  if (WIFEXITED(status)) s.exit = WEXITSTATUS(status);
  return s;
}

#define RUN(command, ...) run("C", command, (const char *const[]){__VA_ARGS__, NULL})

static void expect(struct said s, int code, const char *word) {
  if (s.exit != code || !strstr(s.text, word))
    fail_msg("exit %d (want %d, \"%s\"): %s", s.exit, code, word, s.text);
}

static void tamper(const char *path, const char *sql) {
  sqlite3 *h = NULL;
  assert_int_equal(sqlite3_open(path, &h), SQLITE_OK);
  if (sqlite3_exec(h, sql, NULL, NULL, NULL) != SQLITE_OK) fail_msg("%s", sqlite3_errmsg(h));
  sqlite3_close(h);
}

static int up(void **state) {
  *state = room_new();
  return 0;
}
static int down(void **state) {
  room_free(*state);
  return 0;
}

static void cli_init_makes_a_database_once(void **state) {
  struct room *r = *state;
  struct said s = RUN(wg_cmd_init, "init", "--db", r->path);
  expect(s, 0, "password: ");
  assert_true(strlen(strstr(s.text, "password: ")) > 20);
  expect(RUN(wg_cmd_init, "init", "--db", r->path), 1, "is there already");
  expect(RUN(wg_cmd_init, "init"), 2, "--db");
  expect(RUN(wg_cmd_init, "init", "--db", "/tmp/wg-no-such-folder/x.db"), 1, "make it first");
  expect(run("zh_CN.UTF-8", wg_cmd_init, (const char *const[]){"init", "--db", r->path, NULL}), 1, "已存在");
}

static void cli_check_tells_whole_from_changed(void **state) {
  struct room *r = *state;
  expect(RUN(wg_cmd_check, "check", "--db", r->path), 1, "wangge init"); /* there is none yet */
  expect(RUN(wg_cmd_init, "init", "--db", r->path), 0, "ready");
  struct said s = RUN(wg_cmd_check, "check", "--db", r->path);
  expect(s, 0, "whole: 1 events");
  expect(run("zh_CN.UTF-8", wg_cmd_check, (const char *const[]){"check", "--db", r->path, NULL}), 0,
         "完整：共 1 条");
  tamper(r->path, "UPDATE event SET actor = 5");
  s = RUN(wg_cmd_check, "check", "--db", r->path);
  expect(s, 1, "event 1: it was changed");
  expect(s, 1, "the first wrong event is 1");
  expect(run("zh_CN.UTF-8", wg_cmd_check, (const char *const[]){"check", "--db", r->path, NULL}), 1,
         "日志 1：写入后被改动");
  expect(RUN(wg_cmd_check, "check", "--db", "/tmp"), 1, "not a file");
}

/* A path that holds no database gets no lock file beside it. */
static void cli_leaves_no_lock_where_no_database_is(void **state) {
  struct room *r = *state;
  char text[120], lock[140], none[120];
  snprintf(text, sizeof text, "%s/notes.txt", r->dir);
  snprintf(lock, sizeof lock, "%s.lock", text);
  FILE *f = fopen(text, "w");
  assert_non_null(f);
  fputs("these are notes and not a database at all", f);
  fclose(f);
  expect(RUN(wg_cmd_check, "check", "--db", text), 1, "no database of wangge");
  assert_int_equal(access(lock, F_OK), -1);
  snprintf(none, sizeof none, "%s/none.db", r->dir);
  snprintf(lock, sizeof lock, "%s.lock", none);
  struct said s = RUN(wg_cmd_restore, "restore", text, "--db", none);
  assert_int_equal(s.exit, 1);
  assert_int_equal(access(lock, F_OK), -1);
  expect(RUN(wg_cmd_restore, "restore", none, "--db", text), 1, "there is no backup");
}

static void cli_backs_up_and_restores(void **state) {
  struct room *r = *state;
  char copy[100];
  wg_err err = {0};
  wg_store *s;
  wg_store_head head;
  snprintf(copy, sizeof copy, "%s/copy.db", r->dir);
  expect(RUN(wg_cmd_init, "init", "--db", r->path), 0, "ready");
  expect(RUN(wg_cmd_backup, "backup", "--db", r->path, copy), 0, "backed up");
  expect(RUN(wg_cmd_backup, "backup", "--db", r->path), 2, "missing");
  expect(RUN(wg_cmd_backup, "backup", "--db", r->path, r->path), 1, "another path");
  expect(RUN(wg_cmd_backup, "backup", "--db", r->path, "/tmp/wg-no-such-folder/x"), 1, "make it first");
  expect(RUN(wg_cmd_backup, "backup", "--db", r->path, copy), 1, "--force");
  expect(RUN(wg_cmd_check, "check", "--db", copy), 0, "whole");

  assert_int_equal(wg_sqlite_open(r->path, true, false, &s, &err), WG_OK);
  wg_event e = {.at = 1, .kind = "k", .subject = "s", .body = "{}"};
  assert_int_equal(s->begin(s, &err) || s->event_append(s, &e, NULL, 0, &err) || s->commit(s, &err), 0);
  expect(RUN(wg_cmd_restore, "restore", copy, "--db", r->path), 1, "stop the server");
  expect(RUN(wg_cmd_backup, "backup", "--db", r->path, copy, "--force"), 0,
         "backed up"); /* beside a server that has it open */
  s->close(s);

  expect(RUN(wg_cmd_check, "check", "--db", copy), 0, "whole: 2 events");
  tamper(r->path, "DELETE FROM event");
  struct said said = RUN(wg_cmd_restore, "restore", copy, "--db", r->path);
  expect(said, 0, "2 events");
  expect(said, 0, "it is kept as");
  assert_non_null(strstr(said.text, ".before-restore-"));
  expect(RUN(wg_cmd_check, "check", "--db", r->path), 0, "whole: 2 events");
  tamper(copy, "UPDATE event SET at = at + 1 WHERE seq = 2");
  expect(RUN(wg_cmd_restore, "restore", copy, "--db", r->path), 1, "not whole");
  assert_int_equal(wg_sqlite_open(r->path, false, false, &s, &err), WG_OK);
  assert_int_equal(s->head(s, &head, &err), WG_OK);
  assert_int_equal(head.seq, 2);
  s->close(s);
}

int main(void) {
#define T(test) cmocka_unit_test_setup_teardown(test, up, down)
  const struct CMUnitTest tests[] = {T(cli_init_makes_a_database_once), T(cli_check_tells_whole_from_changed),
                                     T(cli_leaves_no_lock_where_no_database_is),
                                     T(cli_backs_up_and_restores)};
  return cmocka_run_group_tests_name("cli_store", tests, NULL, NULL);
}
