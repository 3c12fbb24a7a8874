/*
 * One file, served through FUSE, that keeps a diary of what was asked of it: the disk of a machine whose power is cut.
 * A loop device on it sees a disk with a cache: what was written is sure to stay only after the next flush.
 *
 *   cut-disk IMAGE POINT DIARY
 *
 * IMAGE is the file behind it, POINT an empty file where it is seen, DIARY where each write and each flush goes, in
 * their order. A byte on standard input is a mark in the diary; the end of standard input is the end of the program. It
 * says `ready` on standard output when POINT can be used. An entry of the diary is three little-endian numbers of eight
 * bytes, kind (0 write, 1 flush, 2 mark), offset and length, and then the bytes that were written.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum { largest = 128 * 1024, room = largest + 8192 };
enum kind { written, flushed, marked };

static int device, image;
static FILE *diary;
static char request[room], content[largest];

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void note(enum kind kind, uint64_t offset, uint64_t length, const void *bytes) {
  const uint64_t head[] = {kind, offset, length};
  fwrite(head, sizeof head, 1, diary);
  fwrite(bytes, 1, bytes == NULL ? 0 : length, diary);
  if (fflush(diary) != 0) fail("diary");
}

static void answer(uint64_t unique, int error, const void *bytes, size_t length) {
  static char reply[room];
  const struct fuse_out_header head = {.len = sizeof head + length, .error = error, .unique = unique};
  memcpy(reply, &head, sizeof head);
  if (length > 0) memcpy(reply + sizeof head, bytes, length);
  if (write(device, reply, head.len) < 0 && errno != ENOENT) fail("answer");
}

static struct fuse_attr attributes(void) {
  struct stat found;
  if (fstat(image, &found) != 0) fail("image");
  return (struct fuse_attr){
      .ino = FUSE_ROOT_ID, .size = found.st_size, .blocks = found.st_blocks, .mode = S_IFREG | 0600, .nlink = 1, .blksize = 4096};
}

static void serve(const struct fuse_in_header *head, const void *body) {
  const uint64_t unique = head->unique;
  switch (head->opcode) {
  case FUSE_INIT: {
    const struct fuse_init_in *in = body;
    const struct fuse_init_out out = {
        .major = FUSE_KERNEL_VERSION, .minor = 31, .max_readahead = in->max_readahead, .flags = FUSE_BIG_WRITES, .max_write = largest};
    answer(unique, 0, &out, sizeof out);
    return;
  }
  case FUSE_GETATTR: {
    const struct fuse_attr_out out = {.attr_valid = 3600, .attr = attributes()};
    answer(unique, 0, &out, sizeof out);
    return;
  }
  case FUSE_OPEN: {
    const struct fuse_open_out out = {.open_flags = FOPEN_KEEP_CACHE};
    answer(unique, 0, &out, sizeof out);
    return;
  }
  case FUSE_READ: {
    const struct fuse_read_in *in = body;
    const ssize_t length = pread(image, content, in->size < largest ? in->size : largest, in->offset);
    answer(unique, length < 0 ? -errno : 0, content, length < 0 ? 0 : length);
    return;
  }
  case FUSE_WRITE: {
    const struct fuse_write_in *in = body;
    const struct fuse_write_out out = {.size = in->size};
    if (pwrite(image, in + 1, in->size, in->offset) != (ssize_t)in->size) fail("image");
    note(written, in->offset, in->size, in + 1);
    answer(unique, 0, &out, sizeof out);
    return;
  }
  case FUSE_FSYNC:
    note(flushed, 0, 0, NULL);
    answer(unique, 0, NULL, 0);
    return;
  case FUSE_FLUSH:
  case FUSE_RELEASE:
    answer(unique, 0, NULL, 0);
    return;
  case FUSE_FORGET:
  case FUSE_BATCH_FORGET:
  case FUSE_INTERRUPT:
    return;
  default:
    answer(unique, -ENOSYS, NULL, 0);
  }
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  char options[128], byte;
  image = open(arguments[1], O_RDWR | O_CLOEXEC);
  diary = fopen(arguments[3], "we");
  device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (image < 0 || diary == NULL || device < 0) fail("open");
  snprintf(options, sizeof options, "fd=%d,rootmode=100600,user_id=0,group_id=0", device);
  if (mount("cut-disk", arguments[2], "fuse", MS_NOSUID | MS_NODEV, options) != 0) fail("mount");
  if (write(STDOUT_FILENO, "ready\n", 6) != 6) fail("stdout");
  struct pollfd asked[] = {{.fd = device, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
  while (poll(asked, 2, -1) >= 0 || errno == EINTR) {
    if (asked[0].revents & POLLERR) break;
    if (asked[0].revents & POLLIN) {
      if (read(device, request, sizeof request) < 0) {
        if (errno == ENODEV) break;
        if (errno == EINTR || errno == EAGAIN || errno == ENOENT) continue;
        fail("request");
      }
      const struct fuse_in_header *head = (const void *)request;
      serve(head, head + 1);
    }
    if (asked[1].revents & (POLLIN | POLLHUP)) {
      if (read(STDIN_FILENO, &byte, 1) <= 0) break;
      note(marked, 0, 0, NULL);
    }
  }
  return umount2(arguments[2], MNT_DETACH) == 0 || errno == EINVAL ? 0 : 1;
}
