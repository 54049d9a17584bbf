#include "index/writer.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/limits.h"
#include "storage/snapshot.h"
#include "support/index_model.h"
#include "support/tmpdir.h"

static const char *const source_field[] = {"source"};

static const struct writer_options usual = {.keywords = source_field, .keyword_count = 1};

static struct writer *open_with(const char *dir, const struct writer_options *options)
{
    struct writer *writer;
    lede_error error;
    const lede_status status = writer_open(dir, options, &writer, &error);
    ck_assert_msg(status == LEDE_OK, "%s", error.message);
    return writer;
}

static struct writer *open_usual(const char *dir)
{
    return open_with(dir, &usual);
}

static void commit(struct writer *writer)
{
    ck_assert_int_eq(writer_commit(writer, NULL), LEDE_OK);
}

static void delete (struct index_model *model, uint32_t i, struct writer *writer)
{
    const char *id = model->docs[i].id;
    ck_assert_int_eq(writer_delete(writer, span_of(id, strlen(id)), NULL), LEDE_OK);
    model->docs[i].is_live = false;
}

static void make_and_add(
    struct index_model *model, uint32_t first, uint32_t end, struct writer *writer)
{
    for (uint32_t i = first; i < end; i++) {
        index_model_make(model, i);
        (void)index_model_add(model, i, writer);
    }
}

static struct document document_of(const char *id, const char *body)
{
    return (struct document){
        .id = span_of(id, strlen(id)), .body = span_of(body, strlen(body)), .date = DATE_NONE};
}

static lede_status add(struct writer *writer, const char *id, const char *body)
{
    struct added added;
    const struct document document = document_of(id, body);
    return writer_add(writer, &document, &added, NULL);
}

/* Segments, generation and live documents of the last commit. */
struct commit_seen {
    uint32_t segment_count;
    uint64_t generation;
    uint64_t live_count;
};

static struct commit_seen look(const char *dir)
{
    struct snapshot *snapshot;
    ck_assert_int_eq(snapshot_open(dir, NULL, &snapshot, NULL), LEDE_OK);
    const struct commit_seen seen = {
        .segment_count = snapshot->manifest.segment_count,
        .generation = snapshot->manifest.generation,
        .live_count = snapshot->live_count,
    };
    snapshot_drop(snapshot);
    return seen;
}

/* ---- commits ---- */

START_TEST(a_new_index_has_its_first_commit_without_a_document)
{
    struct tmpdir dir;
    struct snapshot *snapshot;
    char path[TMPDIR_PATH_BYTES];
    tmpdir_init(&dir);
    tmpdir_join(&dir, "new.lede", path);
    struct writer *writer = open_usual(path);
    ck_assert_int_eq(snapshot_open(path, NULL, &snapshot, NULL), LEDE_ERR_NOT_FOUND);
    commit(writer);
    ck_assert_uint_eq(look(path).generation, 1);
    ck_assert_uint_eq(look(path).segment_count, 0);
    commit(writer);
    ck_assert_uint_eq(look(path).generation, 1);
    writer_close(writer);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(nothing_is_seen_before_the_commit)
{
    struct tmpdir dir;
    tmpdir_init(&dir);
    struct writer *writer = open_usual(dir.path);
    commit(writer);
    ck_assert_int_eq(add(writer, "a", "bank"), LEDE_OK);
    ck_assert_uint_eq(look(dir.path).live_count, 0);
    commit(writer);
    ck_assert_uint_eq(look(dir.path).live_count, 1);
    ck_assert_int_eq(add(writer, "b", "bank"), LEDE_OK);
    writer_close(writer);
    ck_assert_uint_eq(look(dir.path).live_count, 1);
    /* manifest, lock, one segment */
    ck_assert_uint_eq(tmpdir_count(&dir), 3);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(documents_are_replaced_and_deleted_wherever_they_are)
{
    struct tmpdir dir;
    struct index_model *model = index_model_new(rng_seed(11));
    tmpdir_init(&dir);
    struct writer *writer = open_usual(dir.path);
    make_and_add(model, 0, 200, writer);
    index_model_make(model, 7);
    ck_assert(index_model_add(model, 7, writer).replaced);
    delete (model, 9, writer);
    commit(writer);
    index_model_check(model, dir.path);

    make_and_add(model, 150, 300, writer); /* 50 of them in the first segment */
    delete (model, 3, writer);
    delete (model, 299, writer);
    commit(writer);
    index_model_check(model, dir.path);
    writer_close(writer);

    writer = open_usual(dir.path);
    index_model_make(model, 9);
    ck_assert(!index_model_add(model, 9, writer).replaced);
    index_model_make(model, 10);
    ck_assert(index_model_add(model, 10, writer).replaced);
    index_model_make(model, 10);
    ck_assert(index_model_add(model, 10, writer).replaced);
    delete (model, 151, writer);
    commit(writer);
    writer_close(writer);
    index_model_check(model, dir.path);
    ck_assert_uint_eq(look(dir.path).generation, 3);
    free(model);
    tmpdir_release(&dir);
}
END_TEST

/* Any operations in any order. */
START_TEST(an_index_is_what_its_history_says)
{
    struct tmpdir dir;
    struct index_model *model = index_model_new(rng_seed(100 + (uint64_t)_i));
    const struct writer_options options = {
        .keywords = source_field,
        .keyword_count = 1,
        .memory_bytes = 1 << 18,
        .commit_every = _i % 2 == 0 ? 0 : 37,
    };
    tmpdir_init(&dir);
    struct writer *writer = open_with(dir.path, &options);
    for (uint32_t step = 0; step < 1500; step++) {
        const uint32_t i = (uint32_t)rng_below(&model->rng, 400);
        const uint64_t what = rng_below(&model->rng, 100);
        const bool was_live = model->docs[i].is_live;
        if (what < 75) {
            index_model_make(model, i);
            ck_assert_int_eq(index_model_add(model, i, writer).replaced, was_live);
        } else if (what < 97) {
            char id[16];
            const int length = snprintf(id, sizeof id, "d%u", i);
            ck_assert_int_eq(writer_delete(writer, span_of(id, (size_t)length), NULL),
                was_live ? LEDE_OK : LEDE_ERR_NOT_FOUND);
            model->docs[i].is_live = false;
        } else if (what < 99) {
            commit(writer);
            index_model_check(model, dir.path);
        } else {
            commit(writer);
            writer_close(writer);
            writer = open_with(dir.path, &options);
        }
    }
    commit(writer);
    writer_close(writer);
    index_model_check(model, dir.path);
    free(model);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(a_segment_without_live_documents_leaves)
{
    struct tmpdir dir;
    struct index_model *model = index_model_new(12);
    tmpdir_init(&dir);
    struct writer *writer = open_usual(dir.path);
    make_and_add(model, 0, 20, writer);
    commit(writer);
    make_and_add(model, 20, 40, writer);
    delete (model, 0, writer);
    commit(writer);
    ck_assert_uint_eq(look(dir.path).segment_count, 2);
    for (uint32_t i = 1; i < 20; i++) {
        delete (model, i, writer);
    }
    commit(writer);
    ck_assert_uint_eq(look(dir.path).segment_count, 1);
    /* manifest, lock, one segment: the other's files are gone */
    ck_assert_uint_eq(tmpdir_count(&dir), 3);
    for (uint32_t i = 20; i < 40; i++) {
        delete (model, i, writer);
    }
    commit(writer);
    ck_assert_uint_eq(look(dir.path).segment_count, 0);
    index_model_check(model, dir.path);
    make_and_add(model, 0, 5, writer);
    commit(writer);
    index_model_check(model, dir.path);
    writer_close(writer);
    free(model);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(a_document_added_and_deleted_before_the_commit_was_never_there)
{
    struct tmpdir dir;
    tmpdir_init(&dir);
    struct writer *writer = open_usual(dir.path);
    commit(writer);
    ck_assert_int_eq(add(writer, "a", "bank"), LEDE_OK);
    ck_assert_int_eq(writer_delete(writer, span_of("a", 1), NULL), LEDE_OK);
    ck_assert_int_eq(writer_delete(writer, span_of("a", 1), NULL), LEDE_ERR_NOT_FOUND);
    commit(writer);
    ck_assert_uint_eq(look(dir.path).generation, 1);
    writer_close(writer);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(little_memory_makes_many_segments)
{
    struct tmpdir dir;
    struct index_model *model = index_model_new(13);
    const struct writer_options options = {
        .keywords = source_field, .keyword_count = 1, .memory_bytes = LEDE_MEMORY_BYTES_MIN};
    tmpdir_init(&dir);
    struct writer *writer = open_with(dir.path, &options);
    make_and_add(model, 0, 400, writer);
    commit(writer);
    writer_close(writer);
    ck_assert_uint_gt(look(dir.path).segment_count, 5);
    index_model_check(model, dir.path);
    free(model);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(commits_come_every_so_many_documents)
{
    struct tmpdir dir;
    const struct writer_options options = {.commit_every = 10};
    char id[16];
    tmpdir_init(&dir);
    struct writer *writer = open_with(dir.path, &options);
    for (uint32_t i = 0; i < 35; i++) {
        (void)snprintf(id, sizeof id, "%u", i);
        ck_assert_int_eq(add(writer, id, "bank"), LEDE_OK);
    }
    ck_assert_uint_eq(look(dir.path).generation, 3);
    ck_assert_uint_eq(look(dir.path).live_count, 30);
    writer_close(writer);
    tmpdir_release(&dir);
}
END_TEST

/* A reader keeps what it opened though the files are removed by the next commit. */
START_TEST(a_reader_keeps_its_commit)
{
    struct tmpdir dir;
    struct snapshot *old;
    struct snapshot *fresh;
    char id[LEDE_ID_BYTES_MAX + 1];
    tmpdir_init(&dir);
    struct writer *writer = open_usual(dir.path);
    ck_assert_int_eq(add(writer, "a", "bank"), LEDE_OK);
    commit(writer);
    ck_assert_int_eq(snapshot_open(dir.path, NULL, &old, NULL), LEDE_OK);
    ck_assert_int_eq(writer_delete(writer, span_of("a", 1), NULL), LEDE_OK);
    ck_assert_int_eq(add(writer, "b", "bank"), LEDE_OK);
    commit(writer);
    ck_assert_int_eq(snapshot_open(dir.path, old, &fresh, NULL), LEDE_OK);
    ck_assert_uint_eq(old->live_count, 1);
    ck_assert_uint_eq(ids_at(&snapshot_segment(old, 0)->ids, 0, id), 1);
    ck_assert_str_eq(id, "a");
    ck_assert_uint_eq(ids_at(&snapshot_segment(fresh, 0)->ids, 0, id), 1);
    ck_assert_str_eq(id, "b");
    snapshot_drop(old);
    snapshot_drop(fresh);
    writer_close(writer);
    tmpdir_release(&dir);
}
END_TEST

/* ---- opening ---- */

static void check_refused(
    const char *dir, const struct writer_options *options, lede_status expected, const char *word)
{
    struct writer *writer = NULL;
    lede_error error;
    ck_assert_int_eq(writer_open(dir, options, &writer, &error), expected);
    ck_assert_ptr_null(writer);
    ck_assert_int_eq(error.status, expected);
    ck_assert_msg(strstr(error.message, word) != NULL, "\"%s\" is not in: %s", word, error.message);
}

START_TEST(options_that_differ_from_the_index_are_refused)
{
    static const char *const others[] = {"source", "section"};
    struct tmpdir dir;
    tmpdir_init(&dir);
    struct writer *writer = open_usual(dir.path);
    commit(writer);
    writer_close(writer);
    check_refused(
        dir.path, &(struct writer_options){.language = "german"}, LEDE_ERR_MISMATCH, "\"german\"");
    check_refused(
        dir.path, &(struct writer_options){.language = "german"}, LEDE_ERR_MISMATCH, "\"english\"");
    check_refused(dir.path, &(struct writer_options){.keywords = others, .keyword_count = 2},
        LEDE_ERR_MISMATCH, "\"section\"");
    check_refused(
        dir.path, &(struct writer_options){.no_positions = true}, LEDE_ERR_MISMATCH, "positions");
    check_refused(dir.path, &(struct writer_options){.no_store = true}, LEDE_ERR_MISMATCH, "texts");
    check_refused(
        dir.path, &(struct writer_options){.must_create = true}, LEDE_ERR_EXISTS, "already");
    /* What is not said is as the index has it. */
    writer_close(open_with(dir.path, &(struct writer_options){.language = "english"}));
    writer_close(open_with(dir.path, &(struct writer_options){0}));
    tmpdir_release(&dir);
}
END_TEST

START_TEST(an_index_of_another_analysis_is_refused)
{
    struct tmpdir dir;
    struct manifest manifest;
    tmpdir_init(&dir);
    struct writer *writer = open_usual(dir.path);
    commit(writer);
    writer_close(writer);
    ck_assert_int_eq(manifest_read(dir.path, &manifest, NULL), LEDE_OK);
    manifest.analyzer_fingerprint ^= 1;
    ck_assert_int_eq(manifest_write(dir.path, &manifest, NULL), LEDE_OK);
    manifest_release(&manifest);
    check_refused(dir.path, &usual, LEDE_ERR_MISMATCH, "analysis");
    tmpdir_release(&dir);
}
END_TEST

START_TEST(options_out_of_range_make_nothing)
{
    static const char *const twice[] = {"source", "source"};
    static const char *const reserved[] = {"title"};
    static const char *const blank[] = {"a b"};
    static const char *const empty[] = {""};
    static const char *many[LEDE_KEYWORD_FIELDS_MAX + 1];
    static char names[LEDE_KEYWORD_FIELDS_MAX + 1][8];
    struct tmpdir dir;
    char path[TMPDIR_PATH_BYTES];
    tmpdir_init(&dir);
    tmpdir_join(&dir, "x", path);
    for (size_t i = 0; i <= LEDE_KEYWORD_FIELDS_MAX; i++) {
        (void)snprintf(names[i], sizeof names[i], "k%zu", i);
        many[i] = names[i];
    }
    check_refused(
        path, &(struct writer_options){.language = "klingon"}, LEDE_ERR_INVALID, "klingon");
    check_refused(path, &(struct writer_options){.threads = LEDE_WRITER_THREADS_MAX + 1},
        LEDE_ERR_LIMIT, "65 threads, at most 64 are allowed");
    check_refused(path, &(struct writer_options){.memory_bytes = LEDE_MEMORY_BYTES_MIN - 1},
        LEDE_ERR_INVALID, "memory");
    check_refused(path, &(struct writer_options){.keywords = twice, .keyword_count = 2},
        LEDE_ERR_INVALID, "twice");
    check_refused(path, &(struct writer_options){.keywords = reserved, .keyword_count = 1},
        LEDE_ERR_INVALID, "title");
    check_refused(path, &(struct writer_options){.keywords = blank, .keyword_count = 1},
        LEDE_ERR_INVALID, "a b");
    check_refused(path, &(struct writer_options){.keywords = empty, .keyword_count = 1},
        LEDE_ERR_INVALID, "name");
    check_refused(path,
        &(struct writer_options){.keywords = many, .keyword_count = LEDE_KEYWORD_FIELDS_MAX + 1},
        LEDE_ERR_LIMIT, "keyword");
    ck_assert_uint_eq(tmpdir_count(&dir), 0);
    struct writer *writer = open_with(path, &(struct writer_options){.keywords = many,
                                                .keyword_count = LEDE_KEYWORD_FIELDS_MAX,
                                                .memory_bytes = LEDE_MEMORY_BYTES_MIN});
    commit(writer);
    writer_close(writer);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(a_directory_of_something_else_is_not_touched)
{
    struct tmpdir dir;
    char path[TMPDIR_PATH_BYTES];
    tmpdir_init(&dir);
    tmpdir_write(&dir, "thesis.txt", "precious", 8);
    tmpdir_write(&dir, "segment-1.seg", "precious", 8);
    check_refused(dir.path, &usual, LEDE_ERR_INVALID, "no index");
    ck_assert_uint_eq(tmpdir_count(&dir), 2);
    ck_assert(tmpdir_holds(&dir, "segment-1.seg", "precious", 8));
    tmpdir_join(&dir, "thesis.txt", path);
    check_refused(path, &usual, LEDE_ERR_INVALID, "no index");
    tmpdir_join(&dir, "not/there", path);
    check_refused(path, &usual, LEDE_ERR_NOT_FOUND, "not/there");
    tmpdir_release(&dir);
}
END_TEST

START_TEST(leftovers_are_swept_and_strangers_kept)
{
    static const char *const leftovers[] = {"manifest.tmp", "segment-17.seg", "segment-18.seg.tmp",
        "deletions-1-9.del", "deletions-1-9.del.tmp", "records.scratch",
        "segment-17.positions.scratch"};
    static const char *const strangers[] = {"segment-017.seg", "notes.txt", "segment-x.seg",
        "other.tmp", "positions.scratch", "segment-1.2.scratch", "segment-.rows.scratch"};
    struct tmpdir dir;
    struct index_model *model = index_model_new(14);
    tmpdir_init(&dir);
    struct writer *writer = open_usual(dir.path);
    make_and_add(model, 0, 10, writer);
    commit(writer);
    delete (model, 2, writer);
    commit(writer);
    writer_close(writer);
    const size_t before = tmpdir_count(&dir);
    for (size_t i = 0; i < sizeof leftovers / sizeof leftovers[0]; i++) {
        tmpdir_write(&dir, leftovers[i], "x", 1);
    }
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++) {
        tmpdir_write(&dir, strangers[i], "x", 1);
    }
    writer_close(open_usual(dir.path));
    ck_assert_uint_eq(tmpdir_count(&dir), before + sizeof strangers / sizeof strangers[0]);
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++) {
        ck_assert_msg(tmpdir_has(&dir, strangers[i]), "%s is gone", strangers[i]);
    }
    index_model_check(model, dir.path);
    free(model);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(a_writer_that_died_before_its_first_commit_leaves_a_place_to_begin)
{
    struct tmpdir dir;
    tmpdir_init(&dir);
    tmpdir_write(&dir, "lock", "", 0);
    tmpdir_write(&dir, "segment-1.seg", "x", 1);
    tmpdir_write(&dir, "records.scratch", "x", 1);
    struct writer *writer = open_usual(dir.path);
    ck_assert_uint_eq(tmpdir_count(&dir), 1);
    ck_assert_int_eq(add(writer, "a", "bank"), LEDE_OK);
    commit(writer);
    writer_close(writer);
    ck_assert_uint_eq(look(dir.path).live_count, 1);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(a_second_writer_is_told_who_holds_the_index)
{
    struct tmpdir dir;
    int ready[2];
    char pid[32];
    char byte;
    tmpdir_init(&dir);
    ck_assert_int_eq(pipe(ready), 0);
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct writer *writer;
        const bool is_open = writer_open(dir.path, &usual, &writer, NULL) == LEDE_OK;
        (void)!write(ready[1], is_open ? "y" : "n", 1);
        for (;;) {
            (void)pause();
        }
    }
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    ck_assert_int_eq(byte, 'y');
    (void)snprintf(pid, sizeof pid, "process %ld", (long)child);
    check_refused(dir.path, &usual, LEDE_ERR_BUSY, pid);
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    /* The lock died with its process. */
    writer_close(open_usual(dir.path));
    (void)close(ready[0]);
    (void)close(ready[1]);
    tmpdir_release(&dir);
}
END_TEST

/* ---- documents ---- */

static void check_add(
    struct writer *writer, const struct document *document, lede_status expected, const char *word)
{
    struct added added;
    lede_error error = {0};
    ck_assert_int_eq(writer_add(writer, document, &added, &error), expected);
    ck_assert_msg(strstr(error.message, word) != NULL, "\"%s\" is not in: %s", word, error.message);
}

START_TEST(documents_beyond_a_bound_are_refused_and_the_writer_goes_on)
{
    static struct record_field fields[LEDE_DOCUMENT_FIELDS_MAX + 1];
    static char url[LEDE_URL_BYTES_MAX + 1];
    char id[LEDE_ID_BYTES_MAX + 1];
    struct tmpdir dir;
    tmpdir_init(&dir);
    struct writer *writer = open_usual(dir.path);
    memset(id, 'i', sizeof id);
    memset(url, 'u', sizeof url);
    for (size_t i = 0; i <= LEDE_DOCUMENT_FIELDS_MAX; i++) {
        fields[i] = (struct record_field){.name = span_of("n", 1), .value = span_of("v", 1)};
    }
    struct document document = document_of("", "bank");
    check_add(writer, &document, LEDE_ERR_INVALID, "no id");
    document.id = span_of("a\nb", 3);
    check_add(writer, &document, LEDE_ERR_INVALID, "0x0a");
    document.id = span_of(id, sizeof id);
    check_add(writer, &document, LEDE_ERR_LIMIT, "512");
    /* One byte that becomes three. */
    id[0] = '\xff';
    document.id = span_of(id, LEDE_ID_BYTES_MAX);
    check_add(writer, &document, LEDE_ERR_LIMIT, "512");
    id[0] = 'i';
    check_add(writer, &document, LEDE_OK, "");

    document = document_of("b", "bank");
    document.url = span_of(url, sizeof url);
    check_add(writer, &document, LEDE_ERR_LIMIT, "url");
    document.url.size = LEDE_URL_BYTES_MAX;
    check_add(writer, &document, LEDE_OK, "");

    document = document_of("c", "bank");
    document.fields = fields;
    document.field_count = LEDE_DOCUMENT_FIELDS_MAX + 1;
    check_add(writer, &document, LEDE_ERR_LIMIT, "fields");
    document.field_count = LEDE_DOCUMENT_FIELDS_MAX;
    check_add(writer, &document, LEDE_OK, "");
    fields[1].name.size = 0;
    check_add(writer, &document, LEDE_ERR_INVALID, "no name");

    /* The bytes are not looked at before their number is. */
    document = document_of("d", "bank");
    document.body.size = (size_t)LEDE_DOCUMENT_BYTES_MAX + 1;
    check_add(writer, &document, LEDE_ERR_LIMIT, "bytes");
    commit(writer);
    writer_close(writer);
    ck_assert_uint_eq(look(dir.path).live_count, 3);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(invalid_bytes_are_stored_as_replacement_characters)
{
    struct tmpdir dir;
    struct snapshot *snapshot;
    struct added added;
    char id[LEDE_ID_BYTES_MAX + 1];
    struct span bytes;
    struct record record;
    tmpdir_init(&dir);
    struct writer *writer = open_usual(dir.path);
    struct document document = document_of("a\xff", "caf\xe9 bar");
    ck_assert_int_eq(writer_add(writer, &document, &added, NULL), LEDE_OK);
    ck_assert(added.was_invalid);
    uint64_t tokens;
    ck_assert_int_eq(writer_settle(writer, &tokens, NULL), LEDE_OK);
    ck_assert_uint_eq(tokens, 2);
    ck_assert_int_eq(writer_add(writer, &document, &added, NULL), LEDE_OK);
    ck_assert(added.replaced);
    document = document_of("b", "bar");
    ck_assert_int_eq(writer_add(writer, &document, &added, NULL), LEDE_OK);
    ck_assert(!added.was_invalid);
    commit(writer);
    ck_assert_int_eq(snapshot_open(dir.path, NULL, &snapshot, NULL), LEDE_OK);
    ck_assert_uint_eq(snapshot->live_count, 2);
    const struct segment *segment = snapshot_segment(snapshot, 0);
    ck_assert_uint_eq(ids_at(&segment->ids, 1, id), 4);
    ck_assert_str_eq(id, "a\xef\xbf\xbd");
    struct docstore_reader *reader = docstore_reader_new();
    ck_assert_int_eq(docstore_read(&segment->docstore, reader, 1, SIZE_MAX, &bytes, NULL), LEDE_OK);
    ck_assert_int_eq(record_decode(bytes, NULL, 0, &record, NULL), LEDE_OK);
    ck_assert_uint_eq(record.body.size, 10);
    ck_assert_mem_eq(record.body.bytes, "caf\xef\xbf\xbd bar", 10);
    docstore_reader_free(reader);
    snapshot_drop(snapshot);
    /* Found again by the same bytes. */
    ck_assert_int_eq(writer_delete(writer, span_of("a\xff", 2), NULL), LEDE_OK);
    writer_close(writer);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(keyword_values_are_trimmed_and_cut)
{
    enum { VALUES = LEDE_KEYWORD_VALUES_MAX + 1 };
    static char longest[LEDE_KEYWORD_BYTES_MAX + 2];
    static char numbers[VALUES][8];
    static struct record_field fields[VALUES];
    struct tmpdir dir;
    struct snapshot *snapshot;
    struct added added;
    uint32_t ordinals[LEDE_KEYWORD_VALUES_MAX];
    memset(longest, 'k', sizeof longest);
    memcpy(longest + LEDE_KEYWORD_BYTES_MAX - 1, "\xc3\xa9", 2); /* across the limit */
    const struct span name = span_of("source", 6);
    tmpdir_init(&dir);
    struct writer *writer = open_usual(dir.path);
    struct document document = document_of("2", "");
    document.fields = fields;
    document.field_count = 3;
    fields[0] = (struct record_field){.name = name, .value = span_of(" \t tass \n", 9)};
    fields[1] = (struct record_field){.name = name, .value = span_of("  ", 2)};
    fields[2] = (struct record_field){.name = span_of("other", 5), .value = span_of("x", 1)};
    ck_assert_int_eq(writer_add(writer, &document, &added, NULL), LEDE_OK);
    ck_assert(!added.had_cut_keywords);

    document.id = span_of("1", 1);
    document.field_count = 1;
    fields[0] = (struct record_field){.name = name, .value = span_of(longest, sizeof longest)};
    ck_assert_int_eq(writer_add(writer, &document, &added, NULL), LEDE_OK);
    ck_assert(added.had_cut_keywords);

    document.id = span_of("0", 1);
    document.field_count = VALUES;
    for (uint32_t i = 0; i < VALUES; i++) {
        const int length = snprintf(numbers[i], sizeof numbers[i], "v%u", i);
        fields[i] =
            (struct record_field){.name = name, .value = span_of(numbers[i], (size_t)length)};
    }
    ck_assert_int_eq(writer_add(writer, &document, &added, NULL), LEDE_OK);
    ck_assert(added.had_cut_keywords);
    commit(writer);
    writer_close(writer);

    ck_assert_int_eq(snapshot_open(dir.path, NULL, &snapshot, NULL), LEDE_OK);
    const struct keyword_column *column =
        keywords_field(&snapshot_segment(snapshot, 0)->keywords, "source", 6);
    ck_assert_uint_eq(keyword_ordinals(column, 0, ordinals), 1);
    ck_assert_uint_eq(ordinals[0], keyword_find(column, "tass", 4));
    ck_assert_uint_eq(keyword_ordinals(column, 1, ordinals), 1);
    ck_assert_uint_eq(keyword_value(column, ordinals[0]).size, LEDE_KEYWORD_BYTES_MAX - 1);
    ck_assert_uint_eq(keyword_ordinals(column, 2, ordinals), LEDE_KEYWORD_VALUES_MAX);
    ck_assert_uint_eq(keyword_find(column, "v255", 4), KEYWORD_NONE);
    snapshot_drop(snapshot);
    tmpdir_release(&dir);
}
END_TEST

/* The one segment of the index by so many names: so many cannot come about otherwise, as they are merged. */
static void multiply_segments(const char *dir, uint32_t count)
{
    struct manifest manifest;
    ck_assert_int_eq(manifest_read(dir, &manifest, NULL), LEDE_OK);
    ck_assert_uint_eq(manifest.segment_count, 1);
    const struct manifest_segment first = manifest.segments[0];
    mem_free(manifest.segments);
    manifest.segments = mem_zalloc(count, sizeof *manifest.segments);
    manifest.segment_count = count;
    manifest.next_number = first.number + count;
    char name[LEDE_FILE_NAME_BYTES_MAX];
    char from[LEDE_PATH_BYTES_MAX];
    char to[LEDE_PATH_BYTES_MAX];
    segment_file_name(first.number, name);
    ck_assert_int_eq(path_join(from, sizeof from, dir, name, NULL), LEDE_OK);
    for (uint32_t i = 0; i < count; i++) {
        manifest.segments[i] = first;
        manifest.segments[i].number += i;
        segment_file_name(first.number + i, name);
        ck_assert_int_eq(path_join(to, sizeof to, dir, name, NULL), LEDE_OK);
        ck_assert(i == 0 || link(from, to) == 0);
    }
    ck_assert_int_eq(manifest_write(dir, &manifest, NULL), LEDE_OK);
    manifest_release(&manifest);
}

/* An answer that a document is refused (LIMIT) would have a caller go on without it. */
START_TEST(an_index_full_of_segments_stops_the_writer)
{
    struct tmpdir dir;
    tmpdir_init(&dir);
    struct writer *writer = open_usual(dir.path);
    ck_assert_int_eq(add(writer, "a", "one"), LEDE_OK);
    commit(writer);
    writer_close(writer);
    multiply_segments(dir.path, LEDE_SEGMENTS_MAX);

    writer = open_usual(dir.path);
    struct added added;
    lede_error error;
    const struct document document = document_of("c", "one");
    ck_assert_int_eq(writer_add(writer, &document, &added, &error), LEDE_ERR_UNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(error.message, "merge them"));
    ck_assert_int_eq(writer_commit(writer, NULL), LEDE_ERR_UNSUPPORTED);
    writer_close(writer);
    ck_assert_uint_eq(look(dir.path).segment_count, LEDE_SEGMENTS_MAX);
    tmpdir_release(&dir);
}
END_TEST

Suite *suite_writer(void)
{
    Suite *suite = suite_create("writer");
    TCase *tcase = tcase_create("basics");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, a_new_index_has_its_first_commit_without_a_document);
    tcase_add_test(tcase, nothing_is_seen_before_the_commit);
    tcase_add_test(tcase, documents_are_replaced_and_deleted_wherever_they_are);
    tcase_add_test(tcase, a_segment_without_live_documents_leaves);
    tcase_add_test(tcase, a_document_added_and_deleted_before_the_commit_was_never_there);
    tcase_add_test(tcase, little_memory_makes_many_segments);
    tcase_add_test(tcase, commits_come_every_so_many_documents);
    tcase_add_test(tcase, a_reader_keeps_its_commit);
    tcase_add_test(tcase, options_that_differ_from_the_index_are_refused);
    tcase_add_test(tcase, an_index_of_another_analysis_is_refused);
    tcase_add_test(tcase, options_out_of_range_make_nothing);
    tcase_add_test(tcase, a_directory_of_something_else_is_not_touched);
    tcase_add_test(tcase, leftovers_are_swept_and_strangers_kept);
    tcase_add_test(tcase, a_writer_that_died_before_its_first_commit_leaves_a_place_to_begin);
    tcase_add_test(tcase, a_second_writer_is_told_who_holds_the_index);
    tcase_add_test(tcase, documents_beyond_a_bound_are_refused_and_the_writer_goes_on);
    tcase_add_test(tcase, invalid_bytes_are_stored_as_replacement_characters);
    tcase_add_test(tcase, keyword_values_are_trimmed_and_cut);
    tcase_add_test(tcase, an_index_full_of_segments_stops_the_writer);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("model");
    tcase_set_timeout(tcase, 300);
    tcase_add_loop_test(tcase, an_index_is_what_its_history_says, 0, 4);
    suite_add_tcase(suite, tcase);
    return suite;
}
