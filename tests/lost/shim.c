// A disk and a clock that fail on demand: loaded into the program with LD_PRELOAD by the tests in this folder, which
// compile it themselves. It counts the calls that change something below one folder and lets one of them go wrong.
//
// LOST_BELOW  the folder; changes elsewhere pass and do not count
// LOST_LOG    a file that gets a line for every counted call: number, kind, path
// LOST_GATE   where set, nothing counts as long as this file does not exist
// LOST_AT     the number of the call that goes wrong; or
// LOST_TEXT   bytes: the first write that holds them goes wrong
// LOST_DO     fail: this call and all later ones fail; a write is cut in half first
//             once: only this call fails
//             kill: the process is killed before the call; a write is cut in half first
//             stop: the process is stopped (SIGSTOP) after the call
// LOST_ERRNO  the number of the error of a call that fails
// LOST_CLOCK  seconds that are added to the time of day
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum verdict { GO, FAIL, HALF, DIE, STOP };

static const char *below, *text, *what, *gate;
static long at, shift;
static int error_number = EIO, log_fd = -1;
static atomic_long count;
static atomic_int over;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
    const char *number;
    below = getenv("LOST_BELOW");
    text = getenv("LOST_TEXT");
    what = getenv("LOST_DO");
    gate = getenv("LOST_GATE");
    if ((number = getenv("LOST_AT"))) at = atol(number);
    if ((number = getenv("LOST_ERRNO"))) error_number = atoi(number);
    if ((number = getenv("LOST_CLOCK"))) shift = atol(number);
    const char *log = getenv("LOST_LOG");
    if (log) log_fd = REAL(open)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
}

static int inside(const char *path) {
    size_t length = below ? strlen(below) : 0;
    return length && strncmp(path, below, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static int does(const char *word) { return what && strcmp(what, word) == 0; }

// A full disk still takes away, and opens what is there.
static int needs_room(const char *kind, const char *path) {
    if (strcmp(kind, "open") == 0) return access(path, F_OK) != 0;
    return strcmp(kind, "unlink") != 0 && strcmp(kind, "rmdir") != 0 && strcmp(kind, "truncate") != 0;
}

static enum verdict judge(const char *kind, const char *path, const void *data, size_t size) {
    if (!inside(path) || (gate && access(gate, F_OK) != 0)) return GO;
    long number = atomic_fetch_add(&count, 1) + 1;
    if (log_fd >= 0) {
        char line[PATH_MAX + 64];
        int length = snprintf(line, sizeof line, "%ld %s %s\n", number, kind, path);
        if (length > 0) (void)!REAL(write)(log_fd, line, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
    }
    int first = text ? data && memmem(data, size, text, strlen(text)) && !atomic_exchange(&over, 1) : number == at;
    int later = !text && at && number > at;
    int fails = error_number != ENOSPC || needs_room(kind, path);
    if (does("fail") && (first || later) && fails) return first && size > 1 ? HALF : FAIL;
    if (does("once") && first && fails) return FAIL;
    if (does("kill") && first) {
        if (size > 1) return DIE;
        kill(getpid(), SIGKILL);
    }
    return does("stop") && first ? STOP : GO;
}

// For calls that are not writes.
static int refused(const char *kind, const char *path) {
    if (judge(kind, path, NULL, 0) != FAIL) return 0;
    errno = error_number;
    return 1;
}

static const char *name_of(int fd, char *buffer) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, buffer, PATH_MAX - 1);
    buffer[length > 0 ? length : 0] = 0;
    return buffer;
}

static const char *name_at(int folder, const char *name, char *buffer) {
    if (name[0] == '/' || folder == AT_FDCWD) return name;
    size_t length = strlen(name_of(folder, buffer));
    snprintf(buffer + length, PATH_MAX - length, "/%s", name);
    return buffer;
}

ssize_t write(int fd, const void *data, size_t size) {
    char name[PATH_MAX];
    switch (below ? judge("write", name_of(fd, name), data, size) : GO) {
    case FAIL: errno = error_number; return -1;
    case HALF: return REAL(write)(fd, data, size / 2);
    case DIE: (void)!REAL(write)(fd, data, size / 2); kill(getpid(), SIGKILL); return -1;
    case STOP: {
        ssize_t written = REAL(write)(fd, data, size);
        raise(SIGSTOP); // to this very thread, which must not come one step further
        return written;
    }
    default: return REAL(write)(fd, data, size);
    }
}

// The parts of a vector are written one by one: a short count is no error, and the caller goes on with the rest.
ssize_t writev(int fd, const struct iovec *parts, int parts_count) {
    if (!below) return REAL(writev)(fd, parts, parts_count);
    for (int i = 0; i < parts_count; i++)
        if (parts[i].iov_len) return write(fd, parts[i].iov_base, parts[i].iov_len);
    return 0;
}

static int create(const char *kind, const char *path, int flags) {
    return below && flags & (O_CREAT | O_TRUNC) && refused(kind, path);
}

#define OPEN(name)                                               \
    int name(const char *path, int flags, ...) {                 \
        va_list rest;                                            \
        va_start(rest, flags);                                   \
        mode_t mode = va_arg(rest, mode_t);                      \
        va_end(rest);                                            \
        return create("open", path, flags) ? -1 : REAL(name)(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                             \
    int name(int folder, const char *path, int flags, ...) {     \
        char buffer[PATH_MAX];                                   \
        va_list rest;                                            \
        va_start(rest, flags);                                   \
        mode_t mode = va_arg(rest, mode_t);                      \
        va_end(rest);                                            \
        if (flags & (O_CREAT | O_TRUNC) && create("open", name_at(folder, path, buffer), flags)) return -1; \
        return REAL(name)(folder, path, flags, mode);            \
    }
OPENAT(openat)
OPENAT(openat64)

int mkdir(const char *path, mode_t mode) { return refused("mkdir", path) ? -1 : REAL(mkdir)(path, mode); }

int rename(const char *from, const char *to) { return refused("rename", to) ? -1 : REAL(rename)(from, to); }

int unlink(const char *path) { return refused("unlink", path) ? -1 : REAL(unlink)(path); }

int rmdir(const char *path) { return refused("rmdir", path) ? -1 : REAL(rmdir)(path); }

int unlinkat(int folder, const char *path, int flags) {
    char name[PATH_MAX];
    const char *kind = flags & AT_REMOVEDIR ? "rmdir" : "unlink";
    return refused(kind, name_at(folder, path, name)) ? -1 : REAL(unlinkat)(folder, path, flags);
}

#define ON_FILE(name, kind, parameters, arguments)               \
    int name parameters {                                        \
        char path[PATH_MAX];                                     \
        return below && refused(kind, name_of(fd, path)) ? -1 : REAL(name) arguments; \
    }
ON_FILE(fsync, "fsync", (int fd), (fd))
ON_FILE(fdatasync, "fsync", (int fd), (fd))
ON_FILE(ftruncate, "truncate", (int fd, off_t size), (fd, size))
ON_FILE(ftruncate64, "truncate", (int fd, off64_t size), (fd, size))
ON_FILE(fchmod, "chmod", (int fd, mode_t mode), (fd, mode))

int clock_gettime(clockid_t id, struct timespec *now) {
    static __typeof__(&clock_gettime) real;
    if (!real) real = REAL(clock_gettime);
    int done = real(id, now);
    if (id == CLOCK_REALTIME) now->tv_sec += shift;
    return done;
}
