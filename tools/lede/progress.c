/* progress.c -- rates are means since the beginning: steadier than those of the last moment, and
 * indexing is steady work. */
#include "progress.h"

#include "output.h"

#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { TREE_DESCRIPTORS = 16 };

uint64_t progress_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static bool is_packed(const char *path)
{
    static const char *const endings[] = {
        ".gz", ".zst", ".xz", ".bz2", ".tar", ".tgz", ".txz", ".tbz2", ".zip"};
    const size_t length = strlen(path);
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        const size_t ending = strlen(endings[i]);
        if (length >= ending && strcasecmp(path + length - ending, endings[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Sizes of a tree: nftw hands no context to its callback, so the sum has to live here. It is set and
 * read by tree_bytes only, which runs once per source before indexing begins. */
static uint64_t tree_sum;

static int add_file(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)place;
    if (type != FTW_F) {
        return 0;
    }
    if (!S_ISREG(status->st_mode) || is_packed(path)) {
        return 1;
    }
    tree_sum += (uint64_t)status->st_size;
    return 0;
}

/* 0: not known. */
static uint64_t tree_bytes(const char *path)
{
    tree_sum = 0;
    return nftw(path, add_file, TREE_DESCRIPTORS, 0) == 0 ? tree_sum : 0;
}

void progress_begin(
    struct progress *progress, bool is_quiet, const char *const *sources, size_t source_count)
{
    *progress = (struct progress){
        .is_shown = !is_quiet && isatty(STDERR_FILENO) == 1, .start_ns = progress_now_ns()};
    for (size_t i = 0; i < source_count && progress->is_shown; i++) {
        const uint64_t bytes = tree_bytes(sources[i]);
        if (bytes == 0) {
            progress->bytes_total = 0;
            return;
        }
        progress->bytes_total += bytes;
    }
}

void progress_draw(struct progress *progress, uint64_t documents, uint64_t bytes)
{
    if (!progress->is_shown) {
        return;
    }
    const double seconds = (double)(progress_now_ns() - progress->start_ns) / 1e9;
    const double rate = seconds > 0 ? 1 / seconds : 0;
    char count[OUTPUT_NUMBER_BYTES], per_second[OUTPUT_NUMBER_BYTES];
    fprintf(stderr, "\r%s documents  %s/s  %.1f MB/s", output_count_text(documents, count),
        output_count_text((uint64_t)((double)documents * rate), per_second),
        (double)bytes / 1e6 * rate);
    if (progress->bytes_total > bytes && bytes > 0) {
        const double left = (double)(progress->bytes_total - bytes) / ((double)bytes * rate) + 0.5;
        const uint64_t left_s = left < 1e9 ? (uint64_t)left : 0;
        fprintf(stderr, "  %" PRIu64 ":%02" PRIu64 " left", left_s / 60, left_s % 60);
    }
    fputs("\033[K", stderr);
    progress->is_on_screen = true;
}

void progress_say(struct progress *progress, const char *what)
{
    if (progress->is_shown) {
        fprintf(stderr, "\r%s\033[K", what);
        progress->is_on_screen = true;
    }
}

void progress_wipe(struct progress *progress)
{
    if (progress->is_on_screen) {
        fputs("\r\033[K", stderr);
        progress->is_on_screen = false;
    }
}
