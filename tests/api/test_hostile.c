/* Indexes that somebody has altered: each byte in turn, with the checksums left wrong (bit rot, found by
 * lede_verify) or made right again (malice, which need not be found but must be survived), cut files,
 * and files in each other's place.
 *
 * LEDE_TEST_LONG visits every byte instead of some; LEDE_TEST_TRACE tells each alteration before it is
 * tried, which names the one that a crash comes from.
 */
#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/checksum.h"
#include "lede.h"
#include "support/busy_index.h"
#include "support/rng.h"
#include "support/storage_files.h"
#include "support/tmpdir.h"

enum { FILES_MAX = 24, NAME_BYTES = 256, WALK_SECONDS_MAX = 20 };

struct victim {
    char name[NAME_BYTES];
    uint8_t *bytes; /* as they were written */
    size_t size;
};

struct hostile {
    struct tmpdir dir;
    struct victim files[FILES_MAX];
    size_t file_count;
    size_t tried;
};

/* Small enough that much of each file can be visited; then one with long lists: several blocks and
 * super rows. */
static const struct busy_shape SHAPES[] = {
    {.doc_count = 300, .segment_count = 3, .words = 20},
    {.doc_count = 12000, .segment_count = 1, .words = 4},
    {.doc_count = 300, .segment_count = 2, .words = 20, .no_positions = 1, .no_store = 1},
};

/* A step that visits about so many bytes of the shape's files in a usual run. */
static const size_t VISITS[] = {400, 30, 100};

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct victim *)a)->name, ((const struct victim *)b)->name);
}

static void hostile_init(struct hostile *hostile, const struct busy_shape *shape)
{
    *hostile = (struct hostile){0};
    tmpdir_init(&hostile->dir);
    busy_index_make(hostile->dir.path, shape);
    DIR *list = opendir(hostile->dir.path);
    ck_assert_ptr_nonnull(list);
    for (struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, "lock") == 0) {
            continue;
        }
        ck_assert_uint_lt(hostile->file_count, FILES_MAX);
        struct victim *file = &hostile->files[hostile->file_count++];
        (void)snprintf(file->name, sizeof file->name, "%s", entry->d_name);
        file->bytes = (uint8_t *)tmpdir_read(&hostile->dir, file->name, &file->size);
    }
    (void)closedir(list);
    qsort(hostile->files, hostile->file_count, sizeof hostile->files[0], compare_names);
    struct busy_walk walk;
    busy_index_walk(hostile->dir.path, &walk);
    ck_assert_msg((walk.seen & ~(BUSY_SOUND | (shape->no_store ? STATUS_BIT(LEDE_ERR_UNSUPPORTED) |
                                                                     STATUS_BIT(LEDE_ERR_MISMATCH)
                                                               : 0))) == 0,
        "%s", walk.error.message);
    ck_assert_uint_gt(walk.total, 100);
    busy_sync_off();
}

static void hostile_release(struct hostile *hostile)
{
    busy_sync_on();
    for (size_t i = 0; i < hostile->file_count; i++) {
        free(hostile->files[i].bytes);
    }
    tmpdir_release(&hostile->dir);
}

static struct victim *find(struct hostile *hostile, const char *name)
{
    for (size_t i = 0; i < hostile->file_count; i++) {
        if (strcmp(hostile->files[i].name, name) == 0) {
            return &hostile->files[i];
        }
    }
    ck_abort_msg("no file %s", name);
}

/* Write a file in its place. Emptying it first, as tmpdir_write does, has some file systems flush it. */
static void put(const struct hostile *hostile, const char *name, const void *bytes, size_t size)
{
    char path[TMPDIR_PATH_BYTES];
    const int fd = open(tmpdir_join(&hostile->dir, name, path), O_WRONLY | O_CREAT, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes, size), size);
    ck_assert_int_eq(ftruncate(fd, (off_t)size), 0);
    ck_assert_int_eq(close(fd), 0);
}

static void restore(struct hostile *hostile, const struct victim *file)
{
    put(hostile, file->name, file->bytes, file->size);
}

static void restore_all(struct hostile *hostile)
{
    for (size_t i = 0; i < hostile->file_count; i++) {
        restore(hostile, &hostile->files[i]);
    }
}

/* ---- checksums ---- */

static void fix_tail(uint8_t *bytes, size_t size)
{
    store_le64(bytes + size - 8, checksum_bytes(bytes, size - 8));
}

/* The rows of the segments in a sound manifest (FORMAT.md section 3). */
static uint8_t *row_of(uint8_t *manifest, uint64_t number)
{
    size_t at = 80;
    for (uint32_t i = 0; i < load_le32(manifest + 72); i++) {
        at += 1u + manifest[at];
    }
    for (uint32_t i = 0; i < load_le32(manifest + 76); i++, at += 48) {
        if (load_le64(manifest + at) == number) {
            return manifest + at;
        }
    }
    ck_abort_msg("the manifest has no segment %llu", (unsigned long long)number);
}

/* Make every checksum over the altered bytes right, the manifest's among them. */
static void fix(struct hostile *hostile, const struct victim *file, uint8_t *bytes)
{
    unsigned long long segment, number;
    if (strcmp(file->name, "manifest") == 0) {
        fix_tail(bytes, file->size);
        return;
    }
    const struct victim *old = find(hostile, "manifest");
    uint8_t *manifest = malloc(old->size);
    ck_assert_ptr_nonnull(manifest);
    memcpy(manifest, old->bytes, old->size);
    if (sscanf(file->name, "deletions-%llu-%llu.del", &segment, &number) == 2) {
        fix_tail(bytes, file->size);
        store_le64(row_of(manifest, segment) + 40, load_le64(bytes + file->size - 8));
    } else {
        ck_assert_int_eq(sscanf(file->name, "segment-%llu.seg", &segment), 1);
        storage_container_fix(bytes, file->size);
        store_le64(row_of(manifest, segment) + 16, load_le64(bytes + file->size - 48));
    }
    fix_tail(manifest, old->size);
    put(hostile, "manifest", manifest, old->size);
    free(manifest);
}

/* ---- altering ---- */

enum { ALTERATIONS = 10 };

/* Alteration `kind` of the bytes at `at`; false where it changes nothing. */
static bool alter(uint8_t *bytes, size_t size, size_t at, unsigned kind, struct rng *rng)
{
    uint8_t old[8];
    const size_t room = size - at < 8 ? size - at : 8;
    memcpy(old, bytes + at, room);
    switch (kind) {
    case 0: bytes[at] ^= 1; break;
    case 1: bytes[at] ^= 0x80; break;
    case 2: bytes[at] = 0xff; break;
    case 3: bytes[at] = 0; break;
    case 4: bytes[at]++; break;
    case 5: bytes[at] = (uint8_t)rng_next(rng); break;
    case 6: memset(bytes + at, 0xff, room < 4 ? room : 4); break;
    case 7: memset(bytes + at, 0xff, room); break;
    case 8: memset(bytes + at, 0, room); break;
    default: rng_fill(rng, bytes + at, room); break;
    }
    return memcmp(old, bytes + at, room) != 0;
}

static uint64_t now_s(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec;
}

enum {
    DAMAGED =
        STATUS_BIT(LEDE_ERR_CORRUPT) | STATUS_BIT(LEDE_ERR_TOO_NEW) | STATUS_BIT(LEDE_ERR_TOO_OLD),
    /* An index without texts or positions says so, and one whose manifest names another analysis or
     * other keyword fields than those that we ask for. */
    ABSENT = STATUS_BIT(LEDE_ERR_UNSUPPORTED) | STATUS_BIT(LEDE_ERR_MISMATCH) |
             STATUS_BIT(LEDE_ERR_INVALID) | STATUS_BIT(LEDE_ERR_SYNTAX),
};

/* Everything there is to ask of the directory as it stands; `what` names the alteration. */
static lede_status ask(struct hostile *hostile, const char *what)
{
    struct busy_walk walk;
    lede_error error = {0};
    lede_verify_report report = {0};
    const uint64_t start = now_s();
    if (getenv("LEDE_TEST_TRACE") != NULL) {
        (void)fprintf(stderr, "%s\n", what);
    }
    busy_index_walk(hostile->dir.path, &walk);
    ck_assert_msg((walk.seen & ~(BUSY_SOUND | DAMAGED | ABSENT)) == 0,
        "%s: statuses %x, the last %s: %s", what, walk.seen, lede_status_name(walk.error.status),
        walk.error.message);
    const lede_status status = lede_verify(hostile->dir.path, NULL, NULL, &report, &error);
    ck_assert_msg((STATUS_BIT(status) & (STATUS_BIT(LEDE_OK) | DAMAGED)) != 0,
        "%s: verify says %s: %s", what, lede_status_name(status), error.message);
    ck_assert_msg(
        now_s() - start < WALK_SECONDS_MAX, "%s: took %d s", what, (int)(now_s() - start));
    hostile->tried++;
    return status;
}

/* A writer goes over the damage too: it looks ids up and makes deletions, or merges all there is. */
static void write_over(struct hostile *hostile, const char *what)
{
    lede_error error = {0};
    const bool is_merge = hostile->tried % 8 != 0;
    const lede_status status = is_merge ? busy_index_merge(hostile->dir.path, &error)
                                        : busy_index_write(hostile->dir.path, &error);
    ck_assert_msg((STATUS_BIT(status) & (STATUS_BIT(LEDE_OK) | DAMAGED | ABSENT)) != 0,
        "%s: writing gives %s: %s", what, lede_status_name(status), error.message);
    if (is_merge && status == LEDE_OK) {
        (void)ask(hostile, what);
    }
    /* What it wrote goes again; what it removed comes back. */
    DIR *list = opendir(hostile->dir.path);
    for (struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        char path[TMPDIR_PATH_BYTES];
        if (entry->d_name[0] != '.') {
            (void)unlink(tmpdir_join(&hostile->dir, entry->d_name, path));
        }
    }
    (void)closedir(list);
    restore_all(hostile);
}

/* Alter one file in one place, ask, and put it back. */
static void try(struct hostile *hostile, const struct victim *file, size_t at, unsigned kind,
    bool is_fixed, struct rng *rng)
{
    char what[512];
    uint8_t *bytes = malloc(file->size);
    ck_assert_ptr_nonnull(bytes);
    memcpy(bytes, file->bytes, file->size);
    (void)snprintf(what, sizeof what, "%s, byte %zu, alteration %u%s", file->name, at, kind,
        is_fixed ? ", checksums right" : "");
    if (alter(bytes, file->size, at, kind, rng)) {
        if (is_fixed) {
            fix(hostile, file, bytes);
        }
        put(hostile, file->name, bytes, file->size);
        const lede_status status = ask(hostile, what);
        ck_assert_msg(is_fixed || status != LEDE_OK, "%s: not found by verify", what);
        if (hostile->tried % 4 == 0) {
            write_over(hostile, what);
        } else {
            restore(hostile, file);
            restore(hostile, find(hostile, "manifest"));
        }
    }
    free(bytes);
}

static void alter_everywhere(int shape, bool is_fixed)
{
    struct hostile hostile;
    struct rng rng;
    const bool is_long = getenv("LEDE_TEST_LONG") != NULL;
    size_t total = 0;
    rng_init(&rng, rng_seed(99));
    hostile_init(&hostile, &SHAPES[shape]);
    for (size_t i = 0; i < hostile.file_count; i++) {
        total += hostile.files[i].size;
    }
    for (size_t i = 0; i < hostile.file_count; i++) {
        const struct victim *file = &hostile.files[i];
        /* More of the small files: they are the ones that steer. */
        const size_t step = is_long                          ? 1
                            : shape == 0 && file->size < 512 ? 3
                                                             : 1 + total / VISITS[shape];
        for (size_t at = 0; at < file->size; at += 1 + (size_t)rng_below(&rng, 2 * step - 1)) {
            const unsigned kind = (unsigned)rng_below(&rng, ALTERATIONS);
            for (unsigned j = 0; j < (is_long ? ALTERATIONS : 1); j++) {
                try(&hostile, file, at, is_long ? j : kind, is_fixed, &rng);
            }
        }
        /* Header and footer of each segment, byte by byte. */
        for (size_t at = 0; !is_long && shape == 0 && file->size >= 512 && at < 64; at++) {
            try(&hostile, file, file->size - 1 - at, (unsigned)at % ALTERATIONS, is_fixed, &rng);
        }
    }
    ck_assert_int_eq(lede_verify(hostile.dir.path, NULL, NULL, NULL, NULL), LEDE_OK);
    if (getenv("LEDE_TEST_TRACE") != NULL) {
        (void)fprintf(stderr, "%zu bytes, %zu alterations\n", total, hostile.tried);
    }
    hostile_release(&hostile);
}

START_TEST(altered_bytes_are_survived_and_found)
{
    alter_everywhere(_i, false);
}
END_TEST

START_TEST(altered_bytes_with_right_checksums_are_survived)
{
    alter_everywhere(_i, true);
}
END_TEST

/* Many places at once, or a piece of the file moved over another: what single bytes do not reach. */
START_TEST(shuffled_bytes_with_right_checksums_are_survived)
{
    struct hostile hostile;
    struct rng rng;
    const int rounds = getenv("LEDE_TEST_LONG") != NULL ? 100000 : 300;
    hostile_init(&hostile, &SHAPES[_i]);
    for (int round = 0; round < (_i == 1 ? rounds / 10 : rounds); round++) {
        char what[128];
        rng_init(&rng, (uint64_t)round);
        struct victim *file = &hostile.files[rng_below(&rng, hostile.file_count)];
        uint8_t *bytes = malloc(file->size);
        ck_assert_ptr_nonnull(bytes);
        memcpy(bytes, file->bytes, file->size);
        for (uint64_t i = 1 + rng_below(&rng, 12); i > 0; i--) {
            const size_t at = (size_t)rng_below(&rng, file->size);
            const size_t from = (size_t)rng_below(&rng, file->size);
            const size_t most = file->size - (at > from ? at : from);
            switch (rng_below(&rng, 3)) {
            case 0:
                memmove(
                    bytes + at, bytes + from, (size_t)rng_below(&rng, 1 + (most < 64 ? most : 64)));
                break;
            default:
                (void)alter(bytes, file->size, at, (unsigned)rng_below(&rng, ALTERATIONS), &rng);
                break;
            }
        }
        /* Often the magic, the table and the footer stay, or nothing would be read. */
        if (strstr(file->name, ".seg") != NULL && rng_below(&rng, 8) != 0) {
            const size_t toc = (size_t)load_le64(file->bytes + file->size - 64);
            memcpy(bytes, file->bytes, 64);
            memcpy(bytes + toc, file->bytes + toc, file->size - toc);
        }
        (void)snprintf(what, sizeof what, "%.80s, round %d", file->name, round);
        fix(&hostile, file, bytes);
        put(&hostile, file->name, bytes, file->size);
        (void)ask(&hostile, what);
        write_over(&hostile, what);
        free(bytes);
    }
    hostile_release(&hostile);
}
END_TEST

START_TEST(cut_files_are_found)
{
    struct hostile hostile;
    hostile_init(&hostile, &SHAPES[0]);
    const bool is_long = getenv("LEDE_TEST_LONG") != NULL;
    for (size_t i = 0; i < hostile.file_count; i++) {
        const struct victim *file = &hostile.files[i];
        const size_t step = is_long || file->size < 600 ? 1 : 1 + file->size / 200;
        for (size_t size = 0; size < file->size; size += step) {
            char what[512];
            (void)snprintf(what, sizeof what, "%s cut to %zu bytes", file->name, size);
            put(&hostile, file->name, file->bytes, size);
            ck_assert_msg(ask(&hostile, what) == LEDE_ERR_CORRUPT, "%s", what);
            if (size % 16 == 0) {
                write_over(&hostile, what);
            }
        }
        /* A byte more than there should be. */
        uint8_t *longer = calloc(1, file->size + 1);
        memcpy(longer, file->bytes, file->size);
        put(&hostile, file->name, longer, file->size + 1);
        ck_assert_int_eq(ask(&hostile, "a byte too long"), LEDE_ERR_CORRUPT);
        free(longer);
        restore(&hostile, file);
    }
    hostile_release(&hostile);
}
END_TEST

START_TEST(files_in_each_other_s_place_are_found)
{
    struct hostile hostile;
    hostile_init(&hostile, &SHAPES[0]);
    for (size_t i = 0; i < hostile.file_count; i++) {
        for (size_t j = 0; j < hostile.file_count; j++) {
            char what[600];
            const struct victim *file = &hostile.files[i];
            const struct victim *other = &hostile.files[j];
            if (i == j) {
                continue;
            }
            (void)snprintf(what, sizeof what, "%s in the place of %s", other->name, file->name);
            put(&hostile, file->name, other->bytes, other->size);
            ck_assert_msg(ask(&hostile, what) == LEDE_ERR_CORRUPT, "%s", what);
            restore(&hostile, file);
        }
        /* Not there at all; a directory in its place is no file either. */
        char path[TMPDIR_PATH_BYTES];
        struct busy_walk walk;
        ck_assert_int_eq(unlink(tmpdir_join(&hostile.dir, hostile.files[i].name, path)), 0);
        busy_index_walk(hostile.dir.path, &walk);
        const lede_status expected =
            strcmp(hostile.files[i].name, "manifest") == 0 ? LEDE_ERR_NOT_FOUND : LEDE_ERR_CORRUPT;
        ck_assert_msg(walk.seen == STATUS_BIT(expected), "without %s: %s", hostile.files[i].name,
            walk.error.message);
        ck_assert_int_eq(lede_verify(hostile.dir.path, NULL, NULL, NULL, NULL), expected);
        restore(&hostile, &hostile.files[i]);
    }
    hostile_release(&hostile);
}
END_TEST

/* An old manifest beside new segments: what it names may be gone or other than it says. */
START_TEST(an_older_manifest_is_never_half_believed)
{
    struct hostile hostile;
    hostile_init(&hostile, &SHAPES[0]);
    ck_assert_int_eq(busy_index_write(hostile.dir.path, NULL), LEDE_OK);
    restore(&hostile, find(&hostile, "manifest"));
    const lede_status status = ask(&hostile, "the manifest of the commit before");
    ck_assert_int_eq(status, LEDE_ERR_CORRUPT); /* its deletions were removed */
    hostile_release(&hostile);
}
END_TEST

START_TEST(newer_formats_are_told_from_damage)
{
    struct hostile hostile;
    hostile_init(&hostile, &SHAPES[0]);
    for (size_t i = 0; i < hostile.file_count; i++) {
        for (uint32_t version = 0; version < 3; version += 2) {
            const struct victim *file = &hostile.files[i];
            const lede_status expected = version == 0 ? LEDE_ERR_TOO_OLD : LEDE_ERR_TOO_NEW;
            struct busy_walk walk;
            lede_error error = {0};
            uint8_t *bytes = malloc(file->size);
            memcpy(bytes, file->bytes, file->size);
            store_le32(bytes + 8, version);
            put(&hostile, file->name, bytes, file->size);
            busy_index_walk(hostile.dir.path, &walk);
            ck_assert_msg(walk.seen == STATUS_BIT(expected), "%s of version %u: %s", file->name,
                version, walk.error.message);
            const lede_status status = lede_verify(hostile.dir.path, NULL, NULL, NULL, &error);
            ck_assert_msg(status == expected, "%s of version %u: verify says %s: %s", file->name,
                version, lede_status_name(status), error.message);
            ck_assert_int_eq(busy_index_write(hostile.dir.path, &error), expected);
            restore(&hostile, file);
            free(bytes);
        }
    }
    hostile_release(&hostile);
}
END_TEST

Suite *suite_hostile(void)
{
    Suite *suite = suite_create("hostile");
    TCase *corrupt = tcase_create("corrupt");
    tcase_set_timeout(corrupt, getenv("LEDE_TEST_LONG") != NULL ? 36000 : 300);
    tcase_add_loop_test(corrupt, altered_bytes_are_survived_and_found, 0, 3);
    tcase_add_loop_test(corrupt, altered_bytes_with_right_checksums_are_survived, 0, 3);
    tcase_add_loop_test(corrupt, shuffled_bytes_with_right_checksums_are_survived, 0, 3);
    tcase_add_test(corrupt, cut_files_are_found);
    tcase_add_test(corrupt, files_in_each_other_s_place_are_found);
    tcase_add_test(corrupt, an_older_manifest_is_never_half_believed);
    tcase_add_test(corrupt, newer_formats_are_told_from_damage);
    suite_add_tcase(suite, corrupt);
    return suite;
}
