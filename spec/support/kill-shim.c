/*
 * Preloaded into a process under test. It counts what the process changes below a folder, lists each change in a log,
 * and ends the process with SIGKILL in place of the Nth one, so that every state a kill can leave is seen once.
 *
 *   KILL_SHIM_BELOW   the folder, absolute and with an ending slash
 *   KILL_SHIM_LOG     the list, a line for each change: number, call, path below the folder
 *   KILL_SHIM_AT      which change never comes; 0: none
 *   KILL_SHIM_REFUSE  absolute path that may not be renamed, linked, made or removed (EPERM); unset: none
 *
 * Processes that this one starts are neither counted nor killed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { path_size = 8192 };

static const char *below, *refused;
static int log_fd = -1;
static long wanted;
static atomic_long made;

__attribute__((constructor)) static void begin(void) {
  const char *log = getenv("KILL_SHIM_LOG"), *at = getenv("KILL_SHIM_AT");
  /* Nobody sets it later, so that the pointers stay good. */
  refused = getenv("KILL_SHIM_REFUSE");
  wanted = at == NULL ? 0 : atol(at);
  if (log != NULL) log_fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  below = getenv("KILL_SHIM_BELOW");
  unsetenv("LD_PRELOAD");
}

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

/* The path as the call means it, absolute. */
static const char *absolute(int folder, const char *path, char *into) {
  char base[path_size / 2];
  if (path == NULL) return "";
  if (path[0] == '/') return path;
  if (folder == AT_FDCWD) {
    if (getcwd(base, sizeof base) == NULL) return "";
  } else {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t length = readlink(link, base, sizeof base - 1);
    if (length < 0) return "";
    base[length] = 0;
  }
  snprintf(into, path_size, "%s/%s", base, path);
  return into;
}

/* Counts a change that is about to be made; where it is the one, it is the end. */
static void change(const char *call, int folder, const char *path) {
  char into[path_size], line[path_size + 64];
  if (below == NULL) return;
  const char *full = absolute(folder, path, into);
  size_t length = strlen(below);
  if (strncmp(full, below, length) != 0) return;
  long n = atomic_fetch_add(&made, 1) + 1;
  int size = snprintf(line, sizeof line, "%ld %s %s\n", n, call, full + length);
  if (log_fd >= 0) syscall(SYS_write, log_fd, line, size);
  if (n != wanted) return;
  kill(getpid(), SIGKILL);
  pause();
}

static void change_open(const char *call, int fd) {
  char link[64], path[path_size];
  if (below == NULL) return;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return;
  path[length] = 0;
  /* Pipes and the like have no path. */
  if (path[0] == '/') change(call, AT_FDCWD, path);
}

static int is_refused(int folder, const char *path) {
  char into[path_size];
  if (refused == NULL || strcmp(absolute(folder, path, into), refused) != 0) return 0;
  errno = EPERM;
  return 1;
}

#define ONE(name, type, params, folder, path, args)     \
  type name params {                                    \
    if (is_refused(folder, path)) return -1;            \
    change(#name, folder, path);                        \
    return ((typeof(&name))real(#name)) args;           \
  }

#define TWO(name, params, from_folder, from, to_folder, to, args)                      \
  int name params {                                                                    \
    if (is_refused(from_folder, from) || is_refused(to_folder, to)) return -1;         \
    change(#name, to_folder, to);                                                      \
    return ((typeof(&name))real(#name)) args;                                          \
  }

#define OPENED(name, type, params, args)       \
  type name params {                           \
    change_open(#name, fd);                    \
    return ((typeof(&name))real(#name)) args;  \
  }

/* Only an opening that may make or empty a file changes anything. */
#define OPEN(name, params, folder, args)                          \
  int name params {                                               \
    mode_t mode = 0;                                              \
    if (flags & (O_CREAT | O_TRUNC)) change(#name, folder, path); \
    if (flags & (O_CREAT | O_TMPFILE)) {                          \
      va_list rest;                                               \
      va_start(rest, flags);                                      \
      mode = va_arg(rest, mode_t);                                \
      va_end(rest);                                               \
    }                                                             \
    return ((typeof(&name))real(#name)) args;                     \
  }

TWO(rename, (const char *from, const char *to), AT_FDCWD, from, AT_FDCWD, to, (from, to))
TWO(renameat, (int a, const char *from, int b, const char *to), a, from, b, to, (a, from, b, to))
TWO(link, (const char *from, const char *to), AT_FDCWD, from, AT_FDCWD, to, (from, to))
TWO(linkat, (int a, const char *from, int b, const char *to, int how), a, from, b, to, (a, from, b, to, how))
ONE(symlink, int, (const char *target, const char *path), AT_FDCWD, path, (target, path))
ONE(symlinkat, int, (const char *target, int folder, const char *path), folder, path, (target, folder, path))
ONE(unlink, int, (const char *path), AT_FDCWD, path, (path))
ONE(unlinkat, int, (int folder, const char *path, int how), folder, path, (folder, path, how))
ONE(rmdir, int, (const char *path), AT_FDCWD, path, (path))
ONE(mkdir, int, (const char *path, mode_t mode), AT_FDCWD, path, (path, mode))
ONE(mkdirat, int, (int folder, const char *path, mode_t mode), folder, path, (folder, path, mode))
ONE(chmod, int, (const char *path, mode_t mode), AT_FDCWD, path, (path, mode))
ONE(truncate, int, (const char *path, off_t length), AT_FDCWD, path, (path, length))
ONE(mkstemp, int, (char *path), AT_FDCWD, path, (path))
OPENED(ftruncate, int, (int fd, off_t length), (fd, length))
OPENED(fchmod, int, (int fd, mode_t mode), (fd, mode))
OPENED(write, ssize_t, (int fd, const void *bytes, size_t size), (fd, bytes, size))
OPENED(pwrite, ssize_t, (int fd, const void *bytes, size_t size, off_t at), (fd, bytes, size, at))
OPENED(pwrite64, ssize_t, (int fd, const void *bytes, size_t size, off64_t at), (fd, bytes, size, at))
OPENED(writev, ssize_t, (int fd, const struct iovec *parts, int count), (fd, parts, count))
OPEN(open, (const char *path, int flags, ...), AT_FDCWD, (path, flags, mode))
OPEN(open64, (const char *path, int flags, ...), AT_FDCWD, (path, flags, mode))
OPEN(openat, (int folder, const char *path, int flags, ...), folder, (folder, path, flags, mode))
OPEN(openat64, (int folder, const char *path, int flags, ...), folder, (folder, path, flags, mode))
