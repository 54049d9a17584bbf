#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lede.h"
#include "support/tmpdir.h"

static lede_text text(const char *bytes)
{
    return (lede_text){.data = bytes, .length = strlen(bytes)};
}

static lede_writer *open_writer(const char *path, int no_store)
{
    static const char *const keywords[] = {"source", "section"};
    lede_writer_options options = LEDE_WRITER_OPTIONS_INIT;
    lede_writer *writer;
    options.keywords = keywords;
    options.keyword_count = 2;
    options.no_store = no_store;
    ck_assert_int_eq(lede_writer_open(path, &options, &writer, NULL), LEDE_OK);
    return writer;
}

static void add(
    lede_writer *writer, const char *id, const char *title, const char *body, const char *date)
{
    const lede_field fields[] = {{text("source"), text("belta")}, {text("note"), text("x")}};
    const lede_document document = {
        .id = text(id),
        .title = text(title),
        .body = text(body),
        .date = text(date),
        .url = text("https://news.example/"),
        .fields = fields,
        .field_count = 2,
    };
    ck_assert_int_eq(lede_writer_add(writer, &document, NULL, NULL), LEDE_OK);
}

static void commit(lede_writer *writer)
{
    ck_assert_int_eq(lede_writer_commit(writer, NULL), LEDE_OK);
}

/* Two segments, and a document deleted in the first. */
static void make_index(const char *path)
{
    lede_writer *writer = open_writer(path, 0);
    add(writer, "a", "Summit in Minsk", "bank bank river", "2020-05-26");
    add(writer, "b", "Bank", "minsk", "1912-04");
    add(writer, "gone", "Bank", "only here bank", "1900");
    commit(writer);
    add(writer, "c", "", "river bank", "");
    add(writer, "d", "Minsk", "summits", "2021-01-02");
    ck_assert_int_eq(lede_writer_delete(writer, "gone", 4, NULL), LEDE_OK);
    commit(writer);
    lede_writer_close(writer);
}

static lede_index *open_index(const char *path)
{
    lede_index *index;
    lede_error error;
    const lede_status status = lede_index_open(path, NULL, &index, &error);
    ck_assert_msg(status == LEDE_OK, "%s", error.message);
    return index;
}

START_TEST(no_index_is_not_found)
{
    struct tmpdir dir;
    lede_index *index = NULL;
    lede_index_options options = LEDE_INDEX_OPTIONS_INIT;
    tmpdir_init(&dir);
    ck_assert_int_eq(lede_index_open(dir.path, NULL, &index, NULL), LEDE_ERR_NOT_FOUND);
    ck_assert_int_eq(lede_index_open(NULL, NULL, &index, NULL), LEDE_ERR_INVALID);
    options.struct_size = 3;
    ck_assert_int_eq(lede_index_open(dir.path, &options, &index, NULL), LEDE_ERR_INVALID);
    ck_assert_ptr_null(index);
    lede_index_close(NULL);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(an_index_sees_a_commit_when_it_refreshes)
{
    struct tmpdir dir;
    lede_index_stats stats;
    int has_changed = -1;
    tmpdir_init(&dir);
    make_index(dir.path);
    lede_index *index = open_index(dir.path);
    ck_assert_int_eq(lede_index_refresh(index, &has_changed, NULL), LEDE_OK);
    ck_assert_int_eq(has_changed, 0);
    lede_writer *writer = open_writer(dir.path, 0);
    add(writer, "e", "new", "", "");
    commit(writer);
    lede_writer_close(writer);
    ck_assert_int_eq(lede_index_stats_read(index, &stats, NULL), LEDE_OK);
    ck_assert_uint_eq(stats.documents, 4);
    ck_assert_int_eq(lede_index_refresh(index, &has_changed, NULL), LEDE_OK);
    ck_assert_int_eq(has_changed, 1);
    ck_assert_int_eq(lede_index_stats_read(index, &stats, NULL), LEDE_OK);
    ck_assert_uint_eq(stats.documents, 5);
    lede_index_close(index);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(statistics_are_those_of_live_documents)
{
    struct tmpdir dir;
    lede_index_stats stats;
    tmpdir_init(&dir);
    make_index(dir.path);
    lede_index *index = open_index(dir.path);
    ck_assert_int_eq(lede_index_stats_read(index, &stats, NULL), LEDE_OK);
    ck_assert_uint_eq(stats.documents, 4);
    ck_assert_uint_eq(stats.deleted_documents, 1);
    ck_assert_uint_eq(stats.tokens, 6 + 2 + 2 + 2);
    ck_assert_double_eq_tol(stats.average_length, 3.0, 1e-12);
    ck_assert_uint_eq(stats.segments, 2);
    ck_assert_uint_eq(stats.generation, 2);
    ck_assert_uint_eq(stats.undated_documents, 1);
    ck_assert_str_eq(stats.date_first, "1912-04");
    ck_assert_str_eq(stats.date_last, "2021-01-02");
    ck_assert_str_eq(stats.language, "english");
    ck_assert_int_eq(stats.has_positions, 1);
    ck_assert_int_eq(stats.has_stored, 1);
    /* summit in minsk bank river; only here -- river bank, minsk summit */
    ck_assert_uint_eq(stats.terms, 7 + 4);
    ck_assert_uint_eq(stats.postings, 5 + 2 + 3 + 2 + 2);
    lede_index_close(index);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(parts_add_up_to_the_bytes_of_the_files)
{
    static const char *const files[] = {
        "manifest", "segment-1.seg", "segment-2.seg", "deletions-1-3.del"};
    struct tmpdir dir;
    lede_index_stats stats;
    uint64_t in_parts = 0;
    uint64_t in_files = 0;
    tmpdir_init(&dir);
    make_index(dir.path);
    lede_index *index = open_index(dir.path);
    ck_assert_int_eq(lede_index_stats_read(index, &stats, NULL), LEDE_OK);
    lede_index_close(index);
    for (size_t i = 0; i < stats.part_count; i++) {
        in_parts += stats.parts[i].bytes;
        for (size_t j = 0; j < i; j++) {
            ck_assert_str_ne(stats.parts[i].name, stats.parts[j].name);
        }
    }
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        size_t size;
        free(tmpdir_read(&dir, files[i], &size));
        in_files += size;
    }
    ck_assert_uint_eq(in_parts, stats.bytes);
    ck_assert_uint_eq(in_files, stats.bytes);
    ck_assert_uint_eq(tmpdir_count(&dir), sizeof files / sizeof files[0] + 1);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(an_empty_index_has_statistics)
{
    struct tmpdir dir;
    lede_index_stats stats;
    lede_terms *terms;
    lede_term term;
    tmpdir_init(&dir);
    lede_writer *writer = open_writer(dir.path, 0);
    commit(writer);
    lede_writer_close(writer);
    lede_index *index = open_index(dir.path);
    ck_assert_int_eq(lede_index_stats_read(index, &stats, NULL), LEDE_OK);
    ck_assert_uint_eq(stats.documents, 0);
    ck_assert_double_eq(stats.average_length, 0);
    ck_assert_str_eq(stats.date_first, "");
    ck_assert_int_eq(lede_terms_open(index, "", 0, &terms, NULL), LEDE_OK);
    ck_assert_int_eq(lede_terms_next(terms, &term, NULL), LEDE_ERR_NOT_FOUND);
    lede_terms_free(terms);
    ck_assert_int_eq(lede_verify(dir.path, NULL, NULL, NULL, NULL), LEDE_OK);
    lede_index_close(index);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(keyword_fields_are_listed_in_order)
{
    struct tmpdir dir;
    tmpdir_init(&dir);
    make_index(dir.path);
    lede_index *index = open_index(dir.path);
    ck_assert_str_eq(lede_index_keyword(index, 0), "source");
    ck_assert_str_eq(lede_index_keyword(index, 1), "section");
    ck_assert_ptr_null(lede_index_keyword(index, 2));
    lede_index_close(index);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(terms_of_all_segments_are_merged)
{
    static const struct {
        const char *term;
        uint64_t documents, occurrences;
    } expected[] = {
        {"bank", 3, 4}, {"in", 1, 1}, {"minsk", 3, 3}, {"river", 2, 2}, {"summit", 2, 2}};
    struct tmpdir dir;
    lede_terms *terms;
    lede_term term;
    tmpdir_init(&dir);
    make_index(dir.path);
    lede_index *index = open_index(dir.path);
    ck_assert_int_eq(lede_terms_open(index, NULL, 0, &terms, NULL), LEDE_OK);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        ck_assert_int_eq(lede_terms_next(terms, &term, NULL), LEDE_OK);
        ck_assert_str_eq(term.text.data, expected[i].term);
        ck_assert_uint_eq(term.documents, expected[i].documents);
        ck_assert_uint_eq(term.occurrences, expected[i].occurrences);
    }
    ck_assert_int_eq(lede_terms_next(terms, &term, NULL), LEDE_ERR_NOT_FOUND);
    ck_assert_int_eq(lede_terms_next(terms, &term, NULL), LEDE_ERR_NOT_FOUND);
    lede_terms_free(terms);

    ck_assert_int_eq(lede_terms_open(index, "ri", 2, &terms, NULL), LEDE_OK);
    ck_assert_int_eq(lede_terms_next(terms, &term, NULL), LEDE_OK);
    ck_assert_str_eq(term.text.data, "river");
    ck_assert_int_eq(lede_terms_next(terms, &term, NULL), LEDE_ERR_NOT_FOUND);
    lede_terms_free(terms);

    char prefix[300];
    memset(prefix, 'b', sizeof prefix);
    ck_assert_int_eq(lede_terms_open(index, prefix, sizeof prefix, &terms, NULL), LEDE_OK);
    ck_assert_int_eq(lede_terms_next(terms, &term, NULL), LEDE_ERR_NOT_FOUND);
    lede_terms_free(terms);
    lede_terms_free(NULL);
    lede_index_close(index);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(a_stored_document_is_what_was_given)
{
    struct tmpdir dir;
    lede_stored *stored = NULL;
    lede_error error;
    tmpdir_init(&dir);
    make_index(dir.path);
    lede_index *index = open_index(dir.path);
    ck_assert_int_eq(lede_get(index, "a", 1, &stored, NULL), LEDE_OK);
    lede_index_close(index);
    /* Owned: it outlives the index. */
    const lede_document *document = lede_stored_document(stored);
    ck_assert_str_eq(document->id.data, "a");
    ck_assert_str_eq(document->title.data, "Summit in Minsk");
    ck_assert_str_eq(document->body.data, "bank bank river");
    ck_assert_str_eq(document->date.data, "2020-05-26");
    ck_assert_str_eq(document->url.data, "https://news.example/");
    ck_assert_uint_eq(document->body.length, 15);
    ck_assert_uint_eq(document->field_count, 2);
    ck_assert_str_eq(document->fields[1].name.data, "note");
    ck_assert_str_eq(document->fields[1].value.data, "x");
    lede_stored_free(stored);
    lede_stored_free(NULL);

    index = open_index(dir.path);
    stored = NULL;
    ck_assert_int_eq(lede_get(index, "gone", 4, &stored, &error), LEDE_ERR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(error.message, "\"gone\""));
    ck_assert_int_eq(lede_get(index, "", 0, &stored, NULL), LEDE_ERR_NOT_FOUND);
    ck_assert_int_eq(lede_get(index, NULL, 1, &stored, NULL), LEDE_ERR_INVALID);
    ck_assert_ptr_null(stored);
    lede_index_close(index);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(an_index_without_texts_says_so)
{
    struct tmpdir dir;
    lede_stored *stored;
    lede_index_stats stats;
    tmpdir_init(&dir);
    lede_writer *writer = open_writer(dir.path, 1);
    add(writer, "a", "Bank", "", "");
    commit(writer);
    lede_writer_close(writer);
    lede_index *index = open_index(dir.path);
    ck_assert_int_eq(lede_get(index, "a", 1, &stored, NULL), LEDE_ERR_UNSUPPORTED);
    ck_assert_int_eq(lede_index_stats_read(index, &stats, NULL), LEDE_OK);
    ck_assert_int_eq(stats.has_stored, 0);
    lede_index_close(index);
    tmpdir_release(&dir);
}
END_TEST

/* ---- damage ---- */

struct damages {
    uint32_t count;
    char text[4096];
};

static void on_damage(void *context, const char *message)
{
    struct damages *damages = context;
    damages->count++;
    strncat(damages->text, message, sizeof damages->text - strlen(damages->text) - 1);
}

static void flip(const struct tmpdir *dir, const char *name, size_t place)
{
    size_t size;
    char *bytes = tmpdir_read(dir, name, &size);
    bytes[place % size] ^= 1;
    tmpdir_write(dir, name, bytes, size);
    free(bytes);
}

START_TEST(a_sound_index_is_verified)
{
    struct tmpdir dir;
    struct damages damages = {0};
    lede_verify_report report;
    lede_index_stats stats;
    tmpdir_init(&dir);
    make_index(dir.path);
    ck_assert_int_eq(lede_verify(dir.path, on_damage, &damages, &report, NULL), LEDE_OK);
    ck_assert_uint_eq(damages.count, 0);
    ck_assert_uint_eq(report.segments, 2);
    ck_assert_uint_eq(report.damaged_segments, 0);
    ck_assert_uint_eq(report.damages, 0);
    ck_assert_uint_gt(report.checks, 20);
    lede_index *index = open_index(dir.path);
    ck_assert_int_eq(lede_index_stats_read(index, &stats, NULL), LEDE_OK);
    ck_assert_uint_eq(report.bytes, stats.bytes);
    lede_index_close(index);
    tmpdir_release(&dir);
}
END_TEST

/* Any byte of any file: each has a checksum over it. */
START_TEST(a_flipped_bit_is_found_wherever_it_is)
{
    static const char *const files[] = {"manifest", "segment-1.seg", "deletions-1-3.del"};
    struct tmpdir dir;
    tmpdir_init(&dir);
    make_index(dir.path);
    for (size_t file = 0; file < sizeof files / sizeof files[0]; file++) {
        size_t size;
        free(tmpdir_read(&dir, files[file], &size));
        const size_t step = file == 1 ? 7 : 1;
        for (size_t place = 0; place < size; place += step) {
            struct damages damages = {0};
            lede_verify_report report = {0};
            flip(&dir, files[file], place);
            const lede_status status = lede_verify(dir.path, on_damage, &damages, &report, NULL);
            ck_assert_msg(status != LEDE_OK, "%s: byte %zu", files[file], place);
            ck_assert_msg(status == LEDE_ERR_CORRUPT || status == LEDE_ERR_TOO_NEW ||
                              status == LEDE_ERR_TOO_OLD,
                "%s: byte %zu gives %s", files[file], place, lede_status_name(status));
            if (status == LEDE_ERR_CORRUPT) {
                ck_assert_uint_ge(damages.count, 1);
                ck_assert_uint_eq(report.damages, damages.count);
            }
            flip(&dir, files[file], place);
        }
    }
    ck_assert_int_eq(lede_verify(dir.path, NULL, NULL, NULL, NULL), LEDE_OK);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(a_lost_segment_does_not_hide_the_others)
{
    struct tmpdir dir;
    char path[TMPDIR_PATH_BYTES];
    struct damages damages = {0};
    lede_verify_report report;
    lede_error error;
    tmpdir_init(&dir);
    make_index(dir.path);
    ck_assert_int_eq(remove(tmpdir_join(&dir, "segment-1.seg", path)), 0);
    flip(&dir, "segment-2.seg", 100);
    ck_assert_int_eq(lede_verify(dir.path, on_damage, &damages, &report, &error), LEDE_ERR_CORRUPT);
    ck_assert_uint_eq(report.damaged_segments, 2);
    ck_assert_ptr_nonnull(strstr(damages.text, "3 documents are lost"));
    ck_assert_ptr_nonnull(strstr(damages.text, "segment-2.seg"));
    ck_assert_ptr_nonnull(strstr(error.message, "segment-1.seg"));
    lede_index *index;
    lede_index_options options = LEDE_INDEX_OPTIONS_INIT;
    options.verify = 1;
    ck_assert_int_eq(lede_index_open(dir.path, &options, &index, NULL), LEDE_ERR_CORRUPT);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(opening_with_verify_finds_what_opening_does_not)
{
    struct tmpdir dir;
    lede_index *index;
    lede_index_options options = LEDE_INDEX_OPTIONS_INIT;
    tmpdir_init(&dir);
    make_index(dir.path);
    /* In the first section, which no search has touched yet. */
    flip(&dir, "segment-1.seg", 70);
    lede_index_close(open_index(dir.path));
    options.verify = 1;
    ck_assert_int_eq(lede_index_open(dir.path, &options, &index, NULL), LEDE_ERR_CORRUPT);
    flip(&dir, "segment-1.seg", 70);
    ck_assert_int_eq(lede_index_open(dir.path, &options, &index, NULL), LEDE_OK);
    lede_index_close(index);
    tmpdir_release(&dir);
}
END_TEST

START_TEST(verifying_what_is_not_there_is_not_found)
{
    struct tmpdir dir;
    tmpdir_init(&dir);
    ck_assert_int_eq(lede_verify(dir.path, NULL, NULL, NULL, NULL), LEDE_ERR_NOT_FOUND);
    ck_assert_int_eq(lede_verify(NULL, NULL, NULL, NULL, NULL), LEDE_ERR_INVALID);
    tmpdir_release(&dir);
}
END_TEST

/* ---- analysis ---- */

struct tokens {
    uint32_t count;
    uint32_t stop_at;
    char terms[256];
};

static int on_token(void *context, const lede_token *token)
{
    struct tokens *tokens = context;
    ck_assert_uint_eq(token->position, tokens->count);
    ck_assert_uint_lt(token->start, token->end);
    strcat(strcat(tokens->terms, token->term.data), " ");
    return ++tokens->count == tokens->stop_at;
}

START_TEST(analysis_gives_terms_in_order)
{
    static const char words[] = "Banks held SUMMITS";
    lede_analyzer *analyzer = NULL;
    struct tokens tokens = {0};
    ck_assert_int_eq(lede_analyzer_new("english", &analyzer, NULL), LEDE_OK);
    ck_assert_int_eq(
        lede_analyze(analyzer, words, sizeof words - 1, on_token, &tokens, NULL), LEDE_OK);
    ck_assert_str_eq(tokens.terms, "bank held summit ");
    tokens = (struct tokens){.stop_at = 2};
    ck_assert_int_eq(lede_analyze(analyzer, words, sizeof words - 1, on_token, &tokens, NULL),
        LEDE_ERR_CANCELLED);
    ck_assert_uint_eq(tokens.count, 2);
    ck_assert_int_eq(lede_analyze(analyzer, NULL, 0, on_token, &tokens, NULL), LEDE_OK);
    ck_assert_int_eq(lede_analyze(analyzer, NULL, 1, on_token, &tokens, NULL), LEDE_ERR_INVALID);
    lede_analyzer_free(analyzer);
    lede_analyzer_free(NULL);
    ck_assert_int_eq(lede_analyzer_new("klingon", &analyzer, NULL), LEDE_ERR_INVALID);
}
END_TEST

START_TEST(every_language_that_is_listed_can_be_had)
{
    size_t count = 0;
    for (; lede_language(count) != NULL; count++) {
        lede_analyzer *analyzer;
        ck_assert_int_eq(lede_analyzer_new(lede_language(count), &analyzer, NULL), LEDE_OK);
        lede_analyzer_free(analyzer);
    }
    ck_assert_uint_gt(count, 10);
}
END_TEST

Suite *suite_index_api(void)
{
    Suite *suite = suite_create("index_api");
    TCase *tcase = tcase_create("basics");
    tcase_add_test(tcase, no_index_is_not_found);
    tcase_add_test(tcase, an_index_sees_a_commit_when_it_refreshes);
    tcase_add_test(tcase, statistics_are_those_of_live_documents);
    tcase_add_test(tcase, parts_add_up_to_the_bytes_of_the_files);
    tcase_add_test(tcase, an_empty_index_has_statistics);
    tcase_add_test(tcase, keyword_fields_are_listed_in_order);
    tcase_add_test(tcase, terms_of_all_segments_are_merged);
    tcase_add_test(tcase, a_stored_document_is_what_was_given);
    tcase_add_test(tcase, an_index_without_texts_says_so);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("damage");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, a_sound_index_is_verified);
    tcase_add_test(tcase, a_flipped_bit_is_found_wherever_it_is);
    tcase_add_test(tcase, a_lost_segment_does_not_hide_the_others);
    tcase_add_test(tcase, opening_with_verify_finds_what_opening_does_not);
    tcase_add_test(tcase, verifying_what_is_not_there_is_not_found);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("analysis");
    tcase_add_test(tcase, analysis_gives_terms_in_order);
    tcase_add_test(tcase, every_language_that_is_listed_can_be_had);
    suite_add_tcase(suite, tcase);
    return suite;
}
