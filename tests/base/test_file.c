/* Files: what is read, written, replaced, listed and locked, and what is left when the system fails.
 *
 * Every place where a call can fail is visited by counting (support/fail.h).
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/checksum.h"
#include "base/file.h"
#include "base/limits.h"
#include "support/fail.h"
#include "support/rng.h"
#include "support/tmpdir.h"

static struct tmpdir dir;
static char path[TMPDIR_PATH_BYTES];
static lede_error error;

static void make_dir(void)
{
    tmpdir_init(&dir);
    memset(&error, 0, sizeof error);
}

static void remove_dir(void)
{
    fail_files_end();
    fail_memory_end();
    tmpdir_release(&dir);
}

static const char *at(const char *name)
{
    return tmpdir_join(&dir, name, path);
}

/* ---- paths ---- */

START_TEST(path_that_does_not_fit_is_a_limit)
{
    char joined[8];
    ck_assert_int_eq(path_join(joined, sizeof joined, "abc", "def", &error), LEDE_OK);
    ck_assert_str_eq(joined, "abc/def");
    ck_assert_int_eq(path_join(joined, sizeof joined, "abc", "defg", &error), LEDE_ERR_LIMIT);
    ck_assert_str_eq(error.message, "path is too long: abc/defg");
}
END_TEST

START_TEST(path_at_the_limit_joins_and_one_above_does_not)
{
    char joined[LEDE_PATH_BYTES_MAX];
    char long_dir[LEDE_PATH_BYTES_MAX];
    memset(long_dir, 'd', sizeof long_dir);
    long_dir[LEDE_PATH_BYTES_MAX - 3] = '\0'; /* and "/x" and a NUL */
    ck_assert_int_eq(path_join(joined, sizeof joined, long_dir, "x", &error), LEDE_OK);
    ck_assert_uint_eq(strlen(joined), LEDE_PATH_BYTES_MAX - 1);
    ck_assert_int_eq(path_join(joined, sizeof joined, long_dir, "xy", &error), LEDE_ERR_LIMIT);
    ck_assert_int_eq(file_replace(long_dir, "xy", span_of("", 0), &error), LEDE_ERR_LIMIT);
    struct file_lock lock = {0};
    ck_assert_int_eq(file_lock_take(&lock, long_dir, "xy", &error), LEDE_ERR_LIMIT);
    ck_assert(!lock.is_held);
}
END_TEST

START_TEST(base_is_what_stands_behind_the_last_slash)
{
    ck_assert_str_eq(path_base("a/b/c"), "c");
    ck_assert_str_eq(path_base("c"), "c");
    ck_assert_str_eq(path_base("a/"), "");
}
END_TEST

START_TEST(info_tells_what_a_path_is)
{
    struct file_info info;
    tmpdir_write(&dir, "file", "12345", 5);
    ck_assert_int_eq(symlink("file", at("link")), 0);
    ck_assert_int_eq(mkfifo(at("fifo"), 0600), 0);
    ck_assert_int_eq(file_info_read(at("file"), &info, &error), LEDE_OK);
    ck_assert_int_eq(info.kind, FILE_REGULAR);
    ck_assert_uint_eq(info.size, 5);
    ck_assert_int_eq(file_info_read(at("link"), &info, &error), LEDE_OK);
    ck_assert_int_eq(info.kind, FILE_REGULAR);
    ck_assert_int_eq(file_info_read(dir.path, &info, &error), LEDE_OK);
    ck_assert_int_eq(info.kind, FILE_DIRECTORY);
    ck_assert_int_eq(file_info_read(at("fifo"), &info, &error), LEDE_OK);
    ck_assert_int_eq(info.kind, FILE_OTHER);
    ck_assert_int_eq(file_info_read(at("none"), &info, &error), LEDE_OK);
    ck_assert_int_eq(info.kind, FILE_ABSENT);
    ck_assert_int_eq(file_info_read(at("file/below"), &info, &error), LEDE_OK);
    ck_assert_int_eq(info.kind, FILE_ABSENT);
}
END_TEST

/* ---- reading ---- */

START_TEST(mapping_shows_the_whole_file)
{
    struct mapping mapping;
    char bytes[10000];
    struct rng rng;
    rng_init(&rng, 1);
    rng_fill(&rng, bytes, sizeof bytes);
    tmpdir_write(&dir, "file", bytes, sizeof bytes);
    ck_assert_int_eq(mapping_open(at("file"), &mapping, &error), LEDE_OK);
    ck_assert_uint_eq(mapping.size, sizeof bytes);
    ck_assert_mem_eq(mapping.bytes, bytes, sizeof bytes);
    ck_assert_int_eq(unlink(at("file")), 0); /* a map outlives its name */
    ck_assert_mem_eq(mapping.bytes, bytes, sizeof bytes);
    mapping_close(&mapping);
    mapping_close(&mapping);
}
END_TEST

/* What was advised last, as bytes from the begin of the mapping. */
static struct {
    const uint8_t *base;
    size_t begin, size;
    int advice;
    unsigned count;
} advised;

static int note_advice(void *bytes, size_t size, int advice)
{
    advised.begin = (size_t)((const uint8_t *)bytes - advised.base);
    advised.size = size;
    advised.advice = advice;
    advised.count++;
    errno = EINVAL; /* refused: it is a hint */
    return -1;
}

START_TEST(advice_is_given_for_the_pages_that_begin_in_a_part)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    struct file_system noting = *file_system_real();
    struct mapping mapping;
    char *bytes = calloc(3, page);
    noting.advise = note_advice;
    tmpdir_write(&dir, "pages", bytes, 3 * page);
    free(bytes);
    ck_assert_int_eq(mapping_open(at("pages"), &mapping, &error), LEDE_OK);
    advised.base = mapping.bytes;
    advised.count = 0;
    file_system_set(&noting);
    mapping_advise(&mapping, span_of(mapping.bytes + 1, page), MAPPING_NO_ORDER);
    ck_assert_uint_eq(advised.begin, page);
    ck_assert_uint_eq(advised.size, page);
    ck_assert_int_eq(advised.advice, MADV_RANDOM);
    mapping_advise(&mapping, span_of(mapping.bytes, 3 * page), MAPPING_FRONT_TO_END);
    ck_assert_uint_eq(advised.begin, 0);
    ck_assert_uint_eq(advised.size, 3 * page);
    ck_assert_int_eq(advised.advice, MADV_SEQUENTIAL);
    ck_assert_uint_eq(advised.count, 2);
    mapping_advise(&mapping, span_of(mapping.bytes + 1, page - 1), MAPPING_NO_ORDER);
    ck_assert_uint_eq(advised.count, 2); /* no page begins there */
    file_system_set(NULL);
    mapping_close(&mapping);
}
END_TEST

START_TEST(empty_file_maps_to_no_bytes_but_a_pointer)
{
    struct mapping mapping;
    tmpdir_write(&dir, "empty", "", 0);
    ck_assert_int_eq(mapping_open(at("empty"), &mapping, &error), LEDE_OK);
    ck_assert_uint_eq(mapping.size, 0);
    ck_assert_ptr_nonnull(mapping.bytes);
    mapping_close(&mapping);
}
END_TEST

START_TEST(only_regular_files_are_mapped)
{
    struct mapping mapping = {.size = 77};
    tmpdir_write(&dir, "file", "x", 1);
    ck_assert_int_eq(symlink("file", at("link")), 0);
    ck_assert_int_eq(mkfifo(at("fifo"), 0600), 0);
    ck_assert_int_eq(mapping_open(at("none"), &mapping, &error), LEDE_ERR_NOT_FOUND);
    ck_assert_int_eq(error.status, LEDE_ERR_NOT_FOUND);
    ck_assert_int_eq(error.system_error, ENOENT);
    ck_assert_ptr_nonnull(strstr(error.message, "none: No such file"));
    ck_assert_int_eq(mapping_open(at("file/below"), &mapping, &error), LEDE_ERR_NOT_FOUND);
    ck_assert_int_eq(mapping_open(dir.path, &mapping, &error), LEDE_ERR_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "not a regular file"));
    ck_assert_int_eq(mapping_open(at("link"), &mapping, &error), LEDE_ERR_IO);
    ck_assert_int_eq(error.system_error, ELOOP);
    ck_assert_int_eq(mapping_open(at("fifo"), &mapping, &error), LEDE_ERR_IO); /* and returns */
    ck_assert_uint_eq(mapping.size, 77);
}
END_TEST

START_TEST(mapping_that_fails_leaves_nothing_open)
{
    tmpdir_write(&dir, "file", "12345", 5);
    for (uint64_t call = 0;; call++) {
        struct fail_files files = FAIL_FILES_INIT;
        struct mapping mapping = {0};
        files.calls = FAIL_OPEN | FAIL_STAT | FAIL_MAP;
        files.at = call;
        fail_files_begin(&files);
        const lede_status status = mapping_open(at("file"), &mapping, &error);
        mapping_close(&mapping);
        fail_files_end();
        ck_assert_int_eq(files.live_files, 0);
        ck_assert_int_eq(files.live_maps, 0);
        if (files.failed == 0) {
            ck_assert_int_eq(status, LEDE_OK);
            ck_assert_uint_eq(call, 3);
            break;
        }
        ck_assert_int_eq(status, LEDE_ERR_IO);
        ck_assert_int_eq(error.system_error, EIO);
    }
}
END_TEST

START_TEST(reader_gives_every_byte_in_small_pieces_too)
{
    struct fail_files files = FAIL_FILES_INIT;
    struct file_reader reader;
    char bytes[1000];
    char got[2000];
    memset(bytes, 'n', sizeof bytes);
    tmpdir_write(&dir, "file", bytes, sizeof bytes);
    files.piece_bytes = 7;
    fail_files_begin(&files);
    ck_assert_int_eq(file_reader_open(&reader, at("file"), &error), LEDE_OK);
    size_t total = 0;
    for (;;) {
        size_t size = 0;
        ck_assert_int_eq(
            file_reader_read(&reader, got + total, sizeof got - total, &size, &error), LEDE_OK);
        if (size == 0) {
            break;
        }
        total += size;
    }
    file_reader_close(&reader);
    file_reader_close(&reader);
    ck_assert_uint_eq(total, sizeof bytes);
    ck_assert_mem_eq(got, bytes, sizeof bytes);
    ck_assert_int_eq(files.live_files, 0);
}
END_TEST

START_TEST(read_goes_on_after_an_interruption_and_fails_on_an_error)
{
    struct fail_files files = FAIL_FILES_INIT;
    struct file_reader reader;
    char got[8];
    size_t size = 77;
    tmpdir_write(&dir, "file", "news", 4);
    ck_assert_int_eq(file_reader_open(&reader, at("none"), &error), LEDE_ERR_NOT_FOUND);
    ck_assert_int_eq(file_reader_open(&reader, at("file"), &error), LEDE_OK);
    files.calls = FAIL_READ;
    files.at = 0;
    files.system_error = EINTR;
    fail_files_begin(&files);
    ck_assert_int_eq(file_reader_read(&reader, got, sizeof got, &size, &error), LEDE_OK);
    ck_assert_uint_eq(size, 4);
    files.at = 2;
    files.system_error = EIO;
    ck_assert_int_eq(file_reader_read(&reader, got, sizeof got, &size, &error), LEDE_ERR_IO);
    ck_assert_uint_eq(size, 4); /* untouched */
    ck_assert_ptr_nonnull(strstr(error.message, "cannot read "));
    fail_files_end();
    file_reader_close(&reader);
}
END_TEST

/* ---- writing ---- */

static void fill_bytes(char *bytes, size_t size, uint64_t seed)
{
    struct rng rng;
    rng_init(&rng, seed);
    rng_fill(&rng, bytes, size);
}

/* Sizes around the writer's buffer of 256 KiB, in appends of very different sizes and short writes. */
START_TEST(writer_writes_what_was_appended)
{
    enum { SIZE = 1 << 20 };
    struct fail_files files = FAIL_FILES_INIT;
    struct file_writer writer = {0};
    struct checksum *checksum = checksum_new();
    struct rng rng;
    char *bytes = malloc(SIZE);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_ptr_nonnull(checksum);
    fill_bytes(bytes, SIZE, 2);
    rng_init(&rng, (uint64_t)_i);
    files.piece_bytes = _i % 2 == 0 ? 0 : 10007;
    fail_files_begin(&files);
    tmpdir_write(&dir, "file", "what was there before, and longer than nothing", 46);
    ck_assert_int_eq(file_writer_open(&writer, at("file"), &error), LEDE_OK);
    writer.checksum = checksum;
    size_t size = 0;
    while (size < SIZE) {
        size_t part = (size_t)rng_skewed(&rng, 20);
        part = part > SIZE - size ? SIZE - size : part;
        ck_assert_int_eq(file_writer_append(&writer, bytes + size, part, &error), LEDE_OK);
        size += part;
        ck_assert_uint_eq(writer.offset, size);
    }
    ck_assert_int_eq(file_writer_finish(&writer, &error), LEDE_OK);
    ck_assert(!writer.is_open);
    file_writer_abandon(&writer); /* of a closed one: nothing */
    ck_assert_uint_eq(checksum_value(checksum), checksum_bytes(bytes, SIZE));
    ck_assert(tmpdir_holds(&dir, "file", bytes, SIZE));
    ck_assert_int_eq(files.live_files, 0);
    checksum_free(checksum);
    free(bytes);
}
END_TEST

START_TEST(zeros_are_appended)
{
    struct file_writer writer = {0};
    char expected[501] = {'x'};
    ck_assert_int_eq(file_writer_open(&writer, at("file"), &error), LEDE_OK);
    ck_assert_int_eq(file_writer_append(&writer, "x", 1, &error), LEDE_OK);
    ck_assert_int_eq(file_writer_append_zeros(&writer, 500, &error), LEDE_OK);
    ck_assert_int_eq(file_writer_append_zeros(&writer, 0, &error), LEDE_OK);
    ck_assert_int_eq(file_writer_append(&writer, NULL, 0, &error), LEDE_OK);
    ck_assert_int_eq(file_writer_close(&writer, &error), LEDE_OK);
    ck_assert(tmpdir_holds(&dir, "file", expected, sizeof expected));
}
END_TEST

START_TEST(abandoned_file_is_gone)
{
    struct file_writer writer = {0};
    ck_assert_int_eq(file_writer_open(&writer, at("file"), &error), LEDE_OK);
    ck_assert_int_eq(file_writer_append(&writer, "x", 1, &error), LEDE_OK);
    ck_assert_int_eq(file_writer_flush(&writer, &error), LEDE_OK);
    file_writer_abandon(&writer);
    ck_assert(!tmpdir_has(&dir, "file"));
}
END_TEST

START_TEST(writer_does_not_follow_links)
{
    struct file_writer writer = {0};
    tmpdir_write(&dir, "target", "old", 3);
    ck_assert_int_eq(symlink("target", at("link")), 0);
    ck_assert_int_eq(file_writer_open(&writer, at("link"), &error), LEDE_ERR_IO);
    ck_assert(!writer.is_open);
    ck_assert(tmpdir_holds(&dir, "target", "old", 3));
    ck_assert_int_eq(file_writer_open(&writer, at("none/file"), &error), LEDE_ERR_NOT_FOUND);
}
END_TEST

/* Writing 700,000 bytes where so many fit: the error says why, and the file is thrown away. */
START_TEST(full_disk_is_an_error_at_every_place)
{
    enum { SIZE = 700000 };
    static const uint64_t disks[] = {0, 1, 262143, 262144, 262145, 524288, SIZE - 1};
    struct fail_files files = FAIL_FILES_INIT;
    struct file_writer writer = {0};
    char *bytes = calloc(1, SIZE);
    ck_assert_ptr_nonnull(bytes);
    files.disk_bytes = disks[_i];
    fail_files_begin(&files);
    ck_assert_int_eq(file_writer_open(&writer, at("file"), &error), LEDE_OK);
    lede_status status = LEDE_OK;
    for (size_t offset = 0; status == LEDE_OK && offset < SIZE; offset += 1000) {
        status = file_writer_append(&writer, bytes + offset, 1000, &error);
    }
    if (status == LEDE_OK) {
        status = file_writer_finish(&writer, &error);
    }
    file_writer_abandon(&writer);
    ck_assert_int_eq(status, LEDE_ERR_IO);
    ck_assert_int_eq(error.system_error, ENOSPC);
    ck_assert_ptr_nonnull(strstr(error.message, "No space left"));
    ck_assert(!tmpdir_has(&dir, "file"));
    ck_assert_int_eq(files.live_files, 0);
    free(bytes);
}
END_TEST

/* ---- replacing ---- */

enum { OLD_SIZE = 300, NEW_SIZE = 400000 };

/* After a replacement with faults: the old bytes or the new ones, whole, and nothing beside them but,
 * where not even unlink works, the temporary file. */
static void check_replaced(lede_status status, const struct fail_files *files,
    const char *old_bytes, const char *new_bytes)
{
    const bool is_old = tmpdir_holds(&dir, "manifest", old_bytes, OLD_SIZE);
    const bool is_new = tmpdir_holds(&dir, "manifest", new_bytes, NEW_SIZE);
    const unsigned long long call = files->at;
    ck_assert_msg(is_old || is_new, "call %llu: neither old nor new", call);
    ck_assert_msg(status != LEDE_OK || is_new, "call %llu: success, and the old bytes", call);
    ck_assert_int_eq(files->live_files, 0);
    if ((files->calls & FAIL_UNLINK) == 0 || files->mode == FAIL_ONCE) {
        ck_assert_msg(tmpdir_count(&dir) == 1, "call %llu: leftovers", call);
    }
}

/* Every call, then every call and all behind it, with two kinds of error. */
START_TEST(replacing_is_all_or_nothing_wherever_it_fails)
{
    static const int system_errors[] = {EIO, ENOSPC};
    char old_bytes[OLD_SIZE];
    char *new_bytes = malloc(NEW_SIZE);
    ck_assert_ptr_nonnull(new_bytes);
    fill_bytes(old_bytes, OLD_SIZE, 3);
    fill_bytes(new_bytes, NEW_SIZE, 4);
    uint64_t call = 0;
    for (;; call++) {
        struct fail_files files = FAIL_FILES_INIT;
        files.at = call;
        files.mode = _i % 2 == 0 ? FAIL_ONCE : FAIL_FROM_ON;
        files.system_error = system_errors[_i / 2];
        tmpdir_write(&dir, "manifest", old_bytes, OLD_SIZE);
        fail_files_begin(&files);
        const lede_status status =
            file_replace(dir.path, "manifest", span_of(new_bytes, NEW_SIZE), &error);
        fail_files_end();
        check_replaced(status, &files, old_bytes, new_bytes);
        if (files.failed == 0) {
            ck_assert_int_eq(status, LEDE_OK);
            break;
        }
        /* All calls matter but one: the close of the directory that was synced. */
        if (status == LEDE_OK) {
            ck_assert(tmpdir_holds(&dir, "manifest", new_bytes, NEW_SIZE));
        } else {
            ck_assert_int_eq(status, LEDE_ERR_IO);
            ck_assert_int_eq(error.system_error, system_errors[_i / 2]);
        }
        /* A temporary file that stayed does not disturb the next one. */
        ck_assert_int_eq(
            file_replace(dir.path, "manifest", span_of(new_bytes, NEW_SIZE), &error), LEDE_OK);
        ck_assert_uint_eq(tmpdir_count(&dir), 1);
    }
    ck_assert_uint_ge(call, 8); /* open, two writes, sync, close, rename, open, sync, close */
    free(new_bytes);
}
END_TEST

START_TEST(replacing_on_a_full_disk_keeps_the_old_file)
{
    char old_bytes[OLD_SIZE];
    char *new_bytes = malloc(NEW_SIZE);
    ck_assert_ptr_nonnull(new_bytes);
    fill_bytes(old_bytes, OLD_SIZE, 3);
    fill_bytes(new_bytes, NEW_SIZE, 4);
    tmpdir_write(&dir, "manifest", old_bytes, OLD_SIZE);
    for (uint64_t disk = 0; disk < NEW_SIZE; disk += 49999) {
        struct fail_files files = FAIL_FILES_INIT;
        files.disk_bytes = disk;
        files.piece_bytes = 30011;
        fail_files_begin(&files);
        ck_assert_int_eq(
            file_replace(dir.path, "manifest", span_of(new_bytes, NEW_SIZE), &error), LEDE_ERR_IO);
        fail_files_end();
        ck_assert_int_eq(error.system_error, ENOSPC);
        ck_assert(tmpdir_holds(&dir, "manifest", old_bytes, OLD_SIZE));
        ck_assert_uint_eq(tmpdir_count(&dir), 1);
    }
    free(new_bytes);
}
END_TEST

START_TEST(replacing_without_memory_keeps_the_old_file)
{
    struct fail_memory memory;
    tmpdir_write(&dir, "manifest", "old", 3);
    for (uint64_t call = 0;; call++) {
        fail_memory_begin(&memory, call, FAIL_ONCE);
        const lede_status status = file_replace(dir.path, "manifest", span_of("new!", 4), &error);
        fail_memory_end();
        ck_assert_int_eq(memory.live_blocks, 0);
        if (memory.failed == 0) {
            ck_assert_int_eq(status, LEDE_OK);
            ck_assert(tmpdir_holds(&dir, "manifest", "new!", 4));
            break;
        }
        ck_assert_int_eq(status, LEDE_ERR_NOMEM);
        ck_assert(tmpdir_holds(&dir, "manifest", "old", 3));
    }
    ck_assert_uint_eq(tmpdir_count(&dir), 1);
}
END_TEST

START_TEST(interrupted_calls_are_repeated)
{
    for (uint64_t call = 0; call < 3; call++) {
        struct fail_files files = FAIL_FILES_INIT;
        files.calls = FAIL_OPEN | FAIL_WRITE;
        files.at = call;
        files.system_error = EINTR;
        fail_files_begin(&files);
        ck_assert_int_eq(file_replace(dir.path, "file", span_of("new!", 4), &error), LEDE_OK);
        fail_files_end();
        ck_assert_uint_eq(files.failed, 1);
        ck_assert(tmpdir_holds(&dir, "file", "new!", 4));
    }
}
END_TEST

START_TEST(renaming_and_removing)
{
    tmpdir_write(&dir, "a", "1", 1);
    tmpdir_write(&dir, "b", "2", 1);
    char other[TMPDIR_PATH_BYTES];
    ck_assert_int_eq(file_rename(at("a"), tmpdir_join(&dir, "b", other), &error), LEDE_OK);
    ck_assert(tmpdir_holds(&dir, "b", "1", 1));
    ck_assert_int_eq(file_rename(at("a"), other, &error), LEDE_ERR_NOT_FOUND);
    ck_assert_int_eq(file_remove(at("b"), &error), LEDE_OK);
    ck_assert_int_eq(file_remove(at("b"), &error), LEDE_OK);
    ck_assert_int_eq(file_remove(dir.path, &error), LEDE_ERR_IO);
}
END_TEST

/* ---- directories ---- */

START_TEST(directory_is_made_once_and_not_over_a_file)
{
    ck_assert_int_eq(dir_create(at("d"), &error), LEDE_OK);
    ck_assert_int_eq(dir_create(at("d"), &error), LEDE_OK);
    ck_assert_int_eq(dir_sync(at("d"), &error), LEDE_OK);
    ck_assert_int_eq(dir_create(at("none/d"), &error), LEDE_ERR_NOT_FOUND);
    tmpdir_write(&dir, "file", "x", 1);
    ck_assert_int_eq(dir_create(at("file"), &error), LEDE_ERR_IO);
    ck_assert_int_eq(error.system_error, EEXIST);
    ck_assert_int_eq(dir_sync(at("file"), &error), LEDE_ERR_NOT_FOUND); /* no such directory */
    tmpdir_write(&dir, "d/inside", "x", 1);
    ck_assert_int_eq(dir_remove(at("d"), &error), LEDE_ERR_IO);
    ck_assert_int_eq(file_remove(at("d/inside"), &error), LEDE_OK);
    ck_assert_int_eq(dir_remove(at("d"), &error), LEDE_OK);
    ck_assert_int_eq(dir_remove(at("d"), &error), LEDE_ERR_NOT_FOUND);
}
END_TEST

START_TEST(list_is_sorted_by_byte_and_has_no_dots)
{
    static const char *const sorted[] = {".hidden", "A", "Z", "a", "a-b", "ab", "\xc3\xa9"};
    enum { COUNT = sizeof sorted / sizeof *sorted };
    for (size_t i = COUNT; i-- > 0;) {
        tmpdir_write(&dir, sorted[i], "", 0);
    }
    struct dir_list list = {0};
    ck_assert_int_eq(dir_list_read(dir.path, &list, &error), LEDE_OK);
    ck_assert_uint_eq(list.count, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        ck_assert_str_eq(list.names[i], sorted[i]);
    }
    dir_list_free(&list);
    dir_list_free(&list);
    ck_assert_int_eq(dir_list_read(at("none"), &list, &error), LEDE_ERR_NOT_FOUND);
}
END_TEST

START_TEST(listing_that_fails_leaves_nothing)
{
    for (char name[2] = "a"; name[0] < 'z'; name[0]++) {
        tmpdir_write(&dir, name, "", 0);
    }
    struct dir_list list = {.count = 77};
    for (uint64_t call = 0;; call++) {
        struct fail_memory memory;
        fail_memory_begin(&memory, call, FAIL_ONCE);
        const lede_status status = dir_list_read(dir.path, &list, &error);
        if (memory.failed == 0) {
            ck_assert_int_eq(status, LEDE_OK);
            ck_assert_uint_eq(list.count, 25);
            dir_list_free(&list);
            ck_assert_int_eq(memory.live_blocks, 0);
            break;
        }
        ck_assert_int_eq(status, LEDE_ERR_NOMEM);
        ck_assert_int_eq(memory.live_blocks, 0);
        ck_assert_uint_eq(list.count, 77);
    }
    fail_memory_end();
    struct fail_files files = FAIL_FILES_INIT;
    files.calls = FAIL_READ;
    files.at = 10;
    fail_files_begin(&files);
    ck_assert_int_eq(dir_list_read(dir.path, &list, &error), LEDE_ERR_IO);
    ck_assert_int_eq(files.live_files, 0);
}
END_TEST

/* ---- the lock ---- */

START_TEST(second_lock_is_busy_and_names_the_process)
{
    struct file_lock first = {0};
    struct file_lock second = {0};
    char expected[64];
    ck_assert_int_eq(file_lock_take(&first, dir.path, "lock", &error), LEDE_OK);
    ck_assert_int_eq(file_lock_take(&second, dir.path, "lock", &error), LEDE_ERR_BUSY);
    ck_assert(!second.is_held);
    (void)snprintf(expected, sizeof expected, "(process %ld)", (long)getpid());
    ck_assert_msg(strstr(error.message, expected) != NULL, "%s", error.message);
    file_lock_drop(&first);
    file_lock_drop(&first);
    ck_assert_int_eq(file_lock_take(&second, dir.path, "lock", &error), LEDE_OK);
    file_lock_drop(&second);
}
END_TEST

START_TEST(longer_number_of_an_older_holder_leaves_nothing)
{
    struct file_lock first = {0};
    struct file_lock second = {0};
    char expected[64];
    tmpdir_write(&dir, "lock", "123456789012345678\n", 19);
    ck_assert_int_eq(file_lock_take(&first, dir.path, "lock", &error), LEDE_OK);
    ck_assert_int_eq(file_lock_take(&second, dir.path, "lock", &error), LEDE_ERR_BUSY);
    (void)snprintf(expected, sizeof expected, "(process %ld)", (long)getpid());
    ck_assert_msg(strstr(error.message, expected) != NULL, "%s", error.message);
    file_lock_drop(&first);
}
END_TEST

/* A child takes the lock, says so, and waits to be killed. */
static pid_t start_holder(void)
{
    int channel[2];
    ck_assert_int_eq(pipe(channel), 0);
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct file_lock lock;
        const char is_taken = file_lock_take(&lock, dir.path, "lock", NULL) == LEDE_OK ? 'y' : 'n';
        (void)!write(channel[1], &is_taken, 1);
        for (;;) {
            (void)pause();
        }
    }
    (void)close(channel[1]);
    char is_taken = 'n';
    const ssize_t got = read(channel[0], &is_taken, 1);
    (void)close(channel[0]);
    if (got != 1 || is_taken != 'y') {
        (void)kill(child, SIGKILL);
        ck_abort_msg("the child could not take the lock");
    }
    return child;
}

START_TEST(lock_of_a_killed_process_is_free)
{
    struct file_lock lock = {0};
    char expected[64];
    const pid_t child = start_holder();
    const lede_status while_it_lives = file_lock_take(&lock, dir.path, "lock", &error);
    (void)kill(child, SIGKILL);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    ck_assert_int_eq(while_it_lives, LEDE_ERR_BUSY);
    (void)snprintf(expected, sizeof expected, "(process %ld)", (long)child);
    ck_assert_msg(strstr(error.message, expected) != NULL, "%s", error.message);
    ck_assert_int_eq(file_lock_take(&lock, dir.path, "lock", &error), LEDE_OK);
    file_lock_drop(&lock);
}
END_TEST

START_TEST(lock_that_fails_is_not_held)
{
    struct file_lock lock = {0};
    ck_assert_int_eq(file_lock_take(&lock, at("none"), "lock", &error), LEDE_ERR_NOT_FOUND);
    struct fail_files files = FAIL_FILES_INIT;
    files.calls = FAIL_LOCK;
    files.at = 0;
    files.system_error = ENOLCK;
    fail_files_begin(&files);
    ck_assert_int_eq(file_lock_take(&lock, dir.path, "lock", &error), LEDE_ERR_IO);
    ck_assert_int_eq(error.system_error, ENOLCK);
    ck_assert(!lock.is_held);
    ck_assert_int_eq(files.live_files, 0);
    file_lock_drop(&lock);
}
END_TEST

static TCase *add_tcase(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, make_dir, remove_dir);
    suite_add_tcase(suite, tcase);
    return tcase;
}

Suite *suite_file(void)
{
    Suite *suite = suite_create("file");
    TCase *paths = add_tcase(suite, "paths");
    tcase_add_test(paths, path_that_does_not_fit_is_a_limit);
    tcase_add_test(paths, path_at_the_limit_joins_and_one_above_does_not);
    tcase_add_test(paths, base_is_what_stands_behind_the_last_slash);
    tcase_add_test(paths, info_tells_what_a_path_is);
    TCase *reading = add_tcase(suite, "reading");
    tcase_add_test(reading, mapping_shows_the_whole_file);
    tcase_add_test(reading, advice_is_given_for_the_pages_that_begin_in_a_part);
    tcase_add_test(reading, empty_file_maps_to_no_bytes_but_a_pointer);
    tcase_add_test(reading, only_regular_files_are_mapped);
    tcase_add_test(reading, mapping_that_fails_leaves_nothing_open);
    tcase_add_test(reading, reader_gives_every_byte_in_small_pieces_too);
    tcase_add_test(reading, read_goes_on_after_an_interruption_and_fails_on_an_error);
    TCase *writing = add_tcase(suite, "writing");
    tcase_add_loop_test(writing, writer_writes_what_was_appended, 0, 6);
    tcase_add_test(writing, zeros_are_appended);
    tcase_add_test(writing, abandoned_file_is_gone);
    tcase_add_test(writing, writer_does_not_follow_links);
    tcase_add_loop_test(writing, full_disk_is_an_error_at_every_place, 0, 7);
    TCase *replacing = add_tcase(suite, "replacing");
    tcase_add_loop_test(replacing, replacing_is_all_or_nothing_wherever_it_fails, 0, 4);
    tcase_add_test(replacing, replacing_on_a_full_disk_keeps_the_old_file);
    tcase_add_test(replacing, replacing_without_memory_keeps_the_old_file);
    tcase_add_test(replacing, interrupted_calls_are_repeated);
    tcase_add_test(replacing, renaming_and_removing);
    TCase *directories = add_tcase(suite, "directories");
    tcase_add_test(directories, directory_is_made_once_and_not_over_a_file);
    tcase_add_test(directories, list_is_sorted_by_byte_and_has_no_dots);
    tcase_add_test(directories, listing_that_fails_leaves_nothing);
    TCase *locking = add_tcase(suite, "locking");
    tcase_add_test(locking, second_lock_is_busy_and_names_the_process);
    tcase_add_test(locking, longer_number_of_an_older_holder_leaves_nothing);
    tcase_add_test(locking, lock_of_a_killed_process_is_free);
    tcase_add_test(locking, lock_that_fails_is_not_held);
    return suite;
}
