/* One run of the command: JSON on its standard input, without a shell, in a process group of its own that is
 * ended when it takes too long. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/time.h"
#include "notify/inside.h"

enum { STEP_MS = 100 };

static void fail(struct parcel *p, const char *why) { snprintf(p->error, sizeof p->error, "%s", why); }

/* This process blocks the signals that stop it and ignores SIGPIPE; the command is to have neither. */
static int spawn(struct parcel *p, int in, pid_t *pid) {
  const char *const *argv = p->n->config.command;
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  sigset_t none, usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawn_file_actions_adddup2(&files, in, 0);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&files, 3); /* what it says on standard error is in our log */
  int rc = posix_spawn(pid, argv[0], &files, &attributes, (char *const *)argv, environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  return rc;
}

/* True: it has ended, *status says how. */
static bool wait_for(struct parcel *p, pid_t pid, int *status) {
  int64_t until = wg_monotonic_us() + p->n->config.command_seconds * 1000000;
  int fd = pidfd_open(pid, 0);
  struct pollfd end = {.fd = fd, .events = POLLIN};
  bool over = false;
  while (!over && !atomic_load(&p->n->stopping) && wg_monotonic_us() < until) {
    poll(&end, fd >= 0, STEP_MS);
    over = waitpid(pid, status, WNOHANG) == pid;
  }
  if (fd >= 0) close(fd);
  if (over) return true;
  kill(-pid, SIGKILL);
  kill(pid, SIGKILL);
  while (waitpid(pid, status, 0) < 0 && errno == EINTR) {}
  return false;
}

void wg_bring_by_command(struct parcel *p) {
  int pipe_of[2], status = 0;
  pid_t pid = 0;
  if (pipe2(pipe_of, O_CLOEXEC) != 0) {
    fail(p, "no pipe");
    return;
  }
  /* It is smaller than a pipe holds, so writing waits for nobody. */
  size_t n = strlen(p->body);
  bool whole = fcntl(pipe_of[1], F_SETFL, O_NONBLOCK) == 0 && write(pipe_of[1], p->body, n) == (ssize_t)n;
  int rc = whole ? spawn(p, pipe_of[0], &pid) : E2BIG;
  close(pipe_of[0]);
  close(pipe_of[1]);
  if (rc) {
    snprintf(p->error, sizeof p->error, "cannot be started: %s", strerror(rc));
    return;
  }
  if (!wait_for(p, pid, &status))
    fail(p, atomic_load(&p->n->stopping) ? WG_STOPPING : "took too long");
  else if (WIFSIGNALED(status))
    snprintf(p->error, sizeof p->error, "ended by signal %d", WTERMSIG(status));
  else if (WEXITSTATUS(status) != 0)
    snprintf(p->error, sizeof p->error, "exit code %d", WEXITSTATUS(status));
}
