#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "storage/snapshot.h"
#include "support/storage_segment.h"

static struct tmpdir dir;
static lede_error error;

static const struct small_options first = {
    .doc_count = 20, .has_positions = true, .has_stored = true, .number = 1};
static const struct small_options first_deleted = {
    .doc_count = 20, .has_positions = true, .has_stored = true, .number = 1, .deletions_number = 3};
static const struct small_options second = {
    .doc_count = 30, .has_positions = true, .has_stored = true, .number = 2};

static void setup(void)
{
    tmpdir_init(&dir);
}

static void teardown(void)
{
    file_system_set(NULL);
    tmpdir_release(&dir);
}

static void commit(uint64_t generation, struct manifest_segment *segments, uint32_t count)
{
    const struct manifest manifest = small_manifest(generation, &first, segments, count);
    ck_assert_int_eq(manifest_write(dir.path, &manifest, &error), LEDE_OK);
}

static struct snapshot *open_or_fail(struct snapshot *previous)
{
    struct snapshot *snapshot = NULL;
    ck_assert_msg(
        snapshot_open(dir.path, previous, &snapshot, &error) == LEDE_OK, "%s", error.message);
    return snapshot;
}

START_TEST(an_empty_commit_opens)
{
    struct snapshot *snapshot = NULL;
    ck_assert_int_eq(snapshot_open(dir.path, NULL, &snapshot, &error), LEDE_ERR_NOT_FOUND);
    commit(1, NULL, 0);
    snapshot = open_or_fail(NULL);
    ck_assert_uint_eq(snapshot->live_count, 0);
    snapshot_drop(snapshot);
    snapshot_drop(NULL);
}
END_TEST

START_TEST(commits_share_the_segments_they_have_in_common)
{
    struct manifest_segment segments[2] = {
        small_segment_write(&dir, &first), small_segment_write(&dir, &second)};
    commit(1, segments, 1);
    struct snapshot *old = open_or_fail(NULL);
    struct snapshot *same = open_or_fail(old);
    ck_assert_ptr_eq(same, old);
    snapshot_drop(same);
    commit(2, segments, 2);
    struct snapshot *new = open_or_fail(old);
    ck_assert_ptr_ne(new, old);
    ck_assert_ptr_eq(snapshot_segment(new, 0), snapshot_segment(old, 0));
    ck_assert_uint_eq(new->live_count, 50);
    snapshot_drop(old);
    ck_assert_uint_eq(ids_find(&snapshot_segment(new, 0)->ids, "doc-7", 5), 7);

    segments[0] = small_segment_write(&dir, &first_deleted);
    commit(3, segments, 2);
    struct snapshot *deleted = open_or_fail(new);
    ck_assert_ptr_ne(snapshot_segment(deleted, 0), snapshot_segment(new, 0));
    ck_assert_ptr_eq(snapshot_segment(deleted, 1), snapshot_segment(new, 1));
    ck_assert_uint_eq(deleted->live_count, 48);
    ck_assert_uint_eq(deleted->live_length, new->live_length - small_length(1) - small_length(2));
    snapshot_drop(deleted);
    snapshot_drop(new);
}
END_TEST

START_TEST(a_snapshot_outlives_its_files)
{
    struct manifest_segment segments[1] = {small_segment_write(&dir, &first)};
    char path[TMPDIR_PATH_BYTES];
    commit(1, segments, 1);
    struct snapshot *snapshot = open_or_fail(NULL);
    ck_assert_int_eq(unlink(tmpdir_join(&dir, "segment-1.seg", path)), 0);
    uint64_t checks = 0;
    ck_assert_int_eq(segment_verify(snapshot_segment(snapshot, 0), NULL, NULL, &checks), LEDE_OK);
    snapshot_drop(snapshot);
}
END_TEST

START_TEST(a_file_that_stays_away_is_damage)
{
    struct manifest_segment segments[1] = {small_segment_write(&dir, &first)};
    struct snapshot *snapshot = NULL;
    char path[TMPDIR_PATH_BYTES];
    commit(1, segments, 1);
    ck_assert_int_eq(unlink(tmpdir_join(&dir, "segment-1.seg", path)), 0);
    ck_assert_int_eq(snapshot_open(dir.path, NULL, &snapshot, &error), LEDE_ERR_CORRUPT);
    ck_assert_ptr_nonnull(strstr(error.message, "segment-1.seg"));
    ck_assert_ptr_null(snapshot);
}
END_TEST

START_TEST(a_segment_made_with_other_options_is_refused)
{
    struct manifest_segment segments[1] = {small_segment_write(&dir, &first)};
    struct manifest manifest = small_manifest(1, &first, segments, 1);
    struct snapshot *snapshot = NULL;
    manifest.analyzer_fingerprint++;
    ck_assert_int_eq(manifest_write(dir.path, &manifest, &error), LEDE_OK);
    ck_assert_int_eq(snapshot_open(dir.path, NULL, &snapshot, &error), LEDE_ERR_CORRUPT);
    manifest.analyzer_fingerprint--;
    manifest.has_stored = false;
    ck_assert_int_eq(manifest_write(dir.path, &manifest, &error), LEDE_OK);
    ck_assert_int_eq(snapshot_open(dir.path, NULL, &snapshot, &error), LEDE_ERR_CORRUPT);
}
END_TEST

/* A file system under which a writer commits and removes the segment just before a reader opens it,
 * `overtakings` times. */
static unsigned overtakings;
static uint64_t overtaking_generation;
static struct manifest_segment overtaking_segment;
static struct file_system overtaken;

static int open_overtaken(const char *path, int flags, mode_t mode)
{
    if (overtakings == 0 || strstr(path, "segment-1.seg") == NULL) {
        return file_system_real()->open(path, flags, mode);
    }
    overtakings--;
    file_system_set(NULL);
    commit(++overtaking_generation, &overtaking_segment, 1);
    file_system_set(&overtaken);
    errno = ENOENT;
    return -1;
}

START_TEST(a_reader_that_is_overtaken_goes_round_again)
{
    struct snapshot *snapshot = NULL;
    overtaken = *file_system_real();
    overtaken.open = open_overtaken;
    overtaking_segment = small_segment_write(&dir, &first);
    overtaking_generation = 1;
    commit(1, &overtaking_segment, 1);
    overtakings = 5;
    file_system_set(&overtaken);
    snapshot = open_or_fail(NULL);
    ck_assert_uint_eq(snapshot->manifest.generation, 6);
    snapshot_drop(snapshot);
    overtakings = 1000;
    ck_assert_int_eq(snapshot_open(dir.path, NULL, &snapshot, &error), LEDE_ERR_BUSY);
    ck_assert_uint_gt(overtakings, 900);
}
END_TEST

static void *hold_and_drop(void *context)
{
    struct snapshot *snapshot = context;
    for (unsigned i = 0; i < 10000; i++) {
        snapshot_hold(snapshot);
        snapshot_drop(snapshot);
    }
    snapshot_drop(snapshot);
    return NULL;
}

START_TEST(threads_hold_and_drop_one_snapshot)
{
    struct manifest_segment segments[1] = {small_segment_write(&dir, &first)};
    pthread_t threads[3];
    commit(1, segments, 1);
    struct snapshot *snapshot = open_or_fail(NULL);
    for (size_t i = 0; i < 3; i++) {
        snapshot_hold(snapshot);
        ck_assert_int_eq(pthread_create(&threads[i], NULL, hold_and_drop, snapshot), 0);
    }
    snapshot_drop(snapshot);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    }
}
END_TEST

Suite *suite_snapshot(void)
{
    Suite *suite = suite_create("snapshot");
    TCase *basics = tcase_create("basics");
    tcase_add_checked_fixture(basics, setup, teardown);
    tcase_set_timeout(basics, 60);
    tcase_add_test(basics, an_empty_commit_opens);
    tcase_add_test(basics, commits_share_the_segments_they_have_in_common);
    tcase_add_test(basics, a_snapshot_outlives_its_files);
    tcase_add_test(basics, a_file_that_stays_away_is_damage);
    tcase_add_test(basics, a_segment_made_with_other_options_is_refused);
    tcase_add_test(basics, a_reader_that_is_overtaken_goes_round_again);
    tcase_add_test(basics, threads_hold_and_drop_one_snapshot);
    suite_add_tcase(suite, basics);
    return suite;
}
