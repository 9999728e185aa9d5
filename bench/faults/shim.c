/* A machine's troubles on demand, preloaded into the server: a wall clock that is wrong, a disk that is full.
   The file named by FAULTS_CONTROL holds two 64-bit numbers: nanoseconds to add to the wall clock; 1 for a full disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *control;
static int (*real_clock)(clockid_t, struct timespec *);
static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_truncate)(int, off64_t);

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULTS_CONTROL");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    real_clock = dlsym(RTLD_NEXT, "clock_gettime");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_write = dlsym(RTLD_NEXT, "write");
    real_truncate = dlsym(RTLD_NEXT, "ftruncate64");
    if (file >= 0) {
        void *found = mmap(NULL, 16, PROT_READ, MAP_SHARED, file, 0);
        if (found != MAP_FAILED) control = found;
        close(file);
    }
}

int clock_gettime(clockid_t which, struct timespec *now) {
    if (!real_clock) real_clock = dlsym(RTLD_NEXT, "clock_gettime");
    int done = real_clock(which, now);
    if (done == 0 && control && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) {
        int64_t moved = now->tv_nsec + control[0] % 1000000000;
        now->tv_sec += control[0] / 1000000000 + (moved >= 1000000000) - (moved < 0);
        now->tv_nsec = (moved + 1000000000) % 1000000000;
    }
    return done;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec exact;
    (void)zone;
    int done = clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return done;
}

time_t time(time_t *out) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (out) *out = exact.tv_sec;
    return exact.tv_sec;
}

static int is_full(int file) {
    struct stat what;
    return control && control[1] && fstat(file, &what) == 0 && S_ISREG(what.st_mode);
}

/* A full disk takes what still fits: the first half of a write, then nothing. */
ssize_t pwrite64(int file, const void *data, size_t size, off64_t at) {
    if (is_full(file)) {
        if (size > 4096) return real_pwrite(file, data, size / 2, at);
        errno = ENOSPC;
        return -1;
    }
    return real_pwrite(file, data, size, at);
}
ssize_t pwrite(int file, const void *data, size_t size, off_t at) { return pwrite64(file, data, size, at); }

ssize_t write(int file, const void *data, size_t size) {
    if (!real_write) real_write = dlsym(RTLD_NEXT, "write");
    if (is_full(file)) {
        errno = ENOSPC;
        return -1;
    }
    return real_write(file, data, size);
}

int ftruncate64(int file, off64_t size) {
    struct stat what;
    if (is_full(file) && fstat(file, &what) == 0 && size > what.st_size) {
        errno = ENOSPC;
        return -1;
    }
    return real_truncate(file, size);
}
int ftruncate(int file, off_t size) { return ftruncate64(file, size); }
