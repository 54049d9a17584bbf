
#include <archive.h>
#include <archive_entry.h>
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/ingest_support.h"

static struct ingest_log source_log;
static struct tmpdir dir;

static void make_dir(void)
{
    tmpdir_init(&dir);
}

static void remove_dir(void)
{
    tmpdir_release(&dir);
}

static const char *read_name(const char *name)
{
    return ingest_read(&source_log, ingest_path(&dir, name), NULL, NULL);
}

/* ---- making containers ---- */

struct member {
    const char *name;
    const char *bytes;
    size_t size;
};

/* An archive in memory; `format` a code of libarchive's, `filter` likewise. */
static size_t pack(
    char *packed, size_t size, int format, int filter, const struct member *members, size_t count)
{
    size_t used = 0;
    struct archive *archive = archive_write_new();
    ck_assert_int_eq(archive_write_set_format(archive, format), ARCHIVE_OK);
    ck_assert_int_eq(archive_write_add_filter(archive, filter), ARCHIVE_OK);
    (void)archive_write_set_bytes_in_last_block(archive, 1);
    ck_assert_int_eq(archive_write_open_memory(archive, packed, size, &used), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++) {
        struct archive_entry *entry = archive_entry_new();
        archive_entry_set_pathname(entry, members[i].name);
        archive_entry_set_size(entry, (la_int64_t)members[i].size);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        ck_assert_int_eq(archive_write_header(archive, entry), ARCHIVE_OK);
        (void)archive_write_data(archive, members[i].bytes, members[i].size);
        archive_entry_free(entry);
    }
    ck_assert_int_eq(archive_write_close(archive), ARCHIVE_OK);
    archive_write_free(archive);
    return used;
}

static const char one_line[] = "{\"id\":1,\"title\":\"A\"}\n";
static const char two_lines[] = "{\"title\":\"B\"}\n{\"id\":3,\"title\":\"C\"}\n";

static const struct member members[] = {
    {"x/a.jsonl", one_line, sizeof one_line - 1},
    {"x/.hidden.jsonl", one_line, sizeof one_line - 1},
    {"x/b.jsonl", two_lines, sizeof two_lines - 1},
};

static const struct {
    const char *name;
    int format;
    int filter;
} packings[] = {
    {"p.tar", ARCHIVE_FORMAT_TAR_PAX_RESTRICTED, ARCHIVE_FILTER_NONE},
    {"p.tar.gz", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP},
    {"p.tar.zst", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_ZSTD},
    {"p.tar.xz", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_XZ},
    {"p.tar.bz2", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_BZIP2},
    {"p.zip", ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE},
};

START_TEST(archives_give_their_members)
{
    static char packed[1 << 16];
    const size_t size =
        pack(packed, sizeof packed, packings[_i].format, packings[_i].filter, members, 3);
    tmpdir_write(&dir, packings[_i].name, packed, size);
    ck_assert_str_eq(read_name(packings[_i].name), "1|A||||\nx/b.jsonl:1|B||||\n3|C||||\n");
    ck_assert_uint_eq(source_log.files, 2);
    ck_assert_uint_eq(source_log.bytes, sizeof one_line + sizeof two_lines - 2);
}
END_TEST

START_TEST(compressed_files_are_read_under_their_own_name)
{
    static char packed[1 << 16];
    static const int filters[] = {
        ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_ZSTD, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_BZIP2};
    static const char *const names[] = {"b.jsonl.gz", "b.jsonl.zst", "b.jsonl.xz", "b.jsonl.bz2"};
    char expected[64];
    const size_t size =
        pack(packed, sizeof packed, ARCHIVE_FORMAT_RAW, filters[_i], &members[2], 1);
    tmpdir_write(&dir, names[_i], packed, size);
    snprintf(expected, sizeof expected, "%s:1|B||||\n3|C||||\n", names[_i]);
    ck_assert_str_eq(read_name(names[_i]), expected);
}
END_TEST

START_TEST(members_may_be_compressed_themselves)
{
    static char inner[1 << 16];
    static char outer[1 << 16];
    struct member member = {.name = "deep/b.jsonl.gz", .bytes = inner};
    member.size =
        pack(inner, sizeof inner, ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, &members[2], 1);
    const size_t size =
        pack(outer, sizeof outer, ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_ZSTD, &member, 1);
    tmpdir_write(&dir, "n/o.tar.zst", outer, size);
    ck_assert_str_eq(read_name("n"), "o.tar.zst/deep/b.jsonl.gz:1|B||||\n3|C||||\n");
}
END_TEST

START_TEST(a_container_cut_anywhere_keeps_the_records_before_and_tells_it)
{
    static char packed[1 << 18];
    static char text[1 << 16];
    size_t length = 0;
    for (unsigned i = 0; length + 64 < sizeof text; i++) {
        length += (size_t)snprintf(
            text + length, 64, "{\"id\":%u,\"title\":\"%u\"}\n", i, i * 2654435761u);
    }
    const struct member member = {.name = "a.jsonl", .bytes = text, .size = length};
    static const int filters[] = {
        ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_ZSTD, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_BZIP2};
    const bool is_tar = _i % 2 == 1;
    const size_t size = pack(packed, sizeof packed,
        is_tar ? ARCHIVE_FORMAT_TAR_USTAR : ARCHIVE_FORMAT_RAW, filters[_i / 2], &member, 1);
    size_t last = 0;
    for (size_t cut = 64; cut + 16 < size; cut += size / 13) {
        tmpdir_write(&dir, "cut", packed, cut);
        (void)ingest_read(&source_log, ingest_path(&dir, "cut"), NULL, NULL);
        ck_assert_msg(source_log.problems == 1, "cut at %zu of %zu: %zu problems: %s", cut, size,
            source_log.problems, source_log.text);
        ck_assert_uint_ge(source_log.records, last);
        last = source_log.records;
    }
    for (size_t at = 0; at < size; at += size / 37 + 1) {
        packed[at] ^= 0x20;
        tmpdir_write(&dir, "cut", packed, size);
        (void)ingest_read(&source_log, ingest_path(&dir, "cut"), NULL, NULL);
        packed[at] ^= 0x20;
    }
}
END_TEST

/* ---- trees ---- */

START_TEST(trees_are_walked_in_order_of_names_without_hidden_ones)
{
    tmpdir_write_text(&dir, "t/b.jsonl", "{\"title\":\"b\"}");
    tmpdir_write_text(&dir, "t/B.jsonl", "{\"title\":\"B\"}");
    tmpdir_write_text(&dir, "t/a/z.jsonl", "{\"title\":\"z\"}");
    tmpdir_write_text(
        &dir, "t/a/README", "A headline for this page\n\nIt is a text of one sentence.\n");
    tmpdir_write_text(&dir, "t/.git/x.jsonl", "{\"title\":\"hidden\"}");
    tmpdir_write_text(&dir, "t/.x.jsonl", "{\"title\":\"hidden\"}");
    tmpdir_write_text(&dir, "t/empty.jsonl", "");
    const char *expected = "B.jsonl:1|B||||\n"
                           "a/README|A headline for this page|It is a text of one sentence.|||\n"
                           "a/z.jsonl:1|z||||\nb.jsonl:1|b||||\n";
    ck_assert_str_eq(read_name("t"), expected);
    ck_assert_uint_eq(source_log.files, 5);
    ck_assert_str_eq(read_name("t/"), expected);
}
END_TEST

START_TEST(links_in_circles_end)
{
    tmpdir_write_text(&dir, "t/a/x.jsonl", "{\"title\":\"x\"}");
    ck_assert_int_eq(symlink("..", ingest_path(&dir, "t/a/up")), 0);
    ck_assert_int_eq(symlink("self", ingest_path(&dir, "t/self")), 0);
    ck_assert_int_eq(symlink("nothing", ingest_path(&dir, "t/to")), 0);
    ck_assert_int_eq(symlink("a", ingest_path(&dir, "t/z")), 0);
    ck_assert_str_eq(read_name("t"),
        "!0 link to a directory above\na/x.jsonl:1|x||||\n!0 link in a circle\n"
        "!0 link to nothing\n!0 link to a directory above\nz/x.jsonl:1|x||||\n");
}
END_TEST

START_TEST(what_cannot_be_opened_is_a_problem_inside_a_tree)
{
    tmpdir_write_text(&dir, "t/a.jsonl", "{\"title\":\"a\"}");
    tmpdir_write_text(&dir, "t/b.jsonl", "{\"title\":\"b\"}");
    ck_assert_int_eq(mkfifo(ingest_path(&dir, "t/pipe"), 0600), 0);
    ck_assert_int_eq(chmod(ingest_path(&dir, "t/a.jsonl"), 0), 0);
    const char *read = read_name("t");
    ck_assert_ptr_nonnull(strstr(read, "b.jsonl:1|b||||\n!0 not a regular file\n"));
    if (geteuid() != 0) {
        ck_assert_int_eq(strncmp(read, "!0 cannot open", 14), 0);
    }
}
END_TEST

START_TEST(deep_directories_end_in_a_problem)
{
    char path[8192];
    size_t length = (size_t)snprintf(path, sizeof path, "%s/t", dir.path);
    (void)mkdir(path, 0777);
    for (int i = 0; i < 200; i++) {
        length += (size_t)snprintf(path + length, sizeof path - length, "/d");
        ck_assert_int_eq(mkdir(path, 0777), 0);
    }
    ck_assert_str_eq(read_name("t"), "!0 directories nested too deeply\n");
}
END_TEST

/* ---- formats and errors ---- */

START_TEST(formats_are_found_by_name_and_content)
{
    tmpdir_write_text(&dir, "a", "{\"id\":1,\"title\":\"A\"}\n{\"id\":2,\"title\":\"B\"}\n");
    ck_assert_str_eq(read_name("a"), "1|A||||\n2|B||||\n");
    tmpdir_write_text(&dir, "b", "[\n{\"id\":1,\n\"title\":\"A\"}]");
    ck_assert_str_eq(read_name("b"), "1|A||||\n");
    tmpdir_write_text(
        &dir, "c.json", "{\"id\":1,\"title\":\"A\"}\nbad\n{\"id\":2,\"title\":\"B\"}\n");
    ck_assert_uint_eq((read_name("c.json"), source_log.records), 2);
    tmpdir_write_text(&dir, "d.jsonl", "[{\"id\":1,\"title\":\"A\"}]");
    ck_assert_str_eq(read_name("d.jsonl"), "1|A||||\n");
    tmpdir_write_text(&dir, "e.html", "<!DOCTYPE html><p>x");
    ck_assert_str_eq(read_name("e.html"), "!0 no known format: HTML\n");
    tmpdir_write(&dir, "f.bin",
        "\x7f"
        "ELF\0\0\0\1\2\3\4",
        12);
    ck_assert_str_eq(read_name("f.bin"), "!0 no known format: binary\n");
    tmpdir_write_text(
        &dir, "g.txt", "\xef\xbb\xbfThe mayor of the town\n\nHe has gone to the sea.");
    ck_assert_str_eq(read_name("g.txt"), "g|The mayor of the town|He has gone to the sea.|||\n");
    ck_assert_str_eq(ingest_read(&source_log, ingest_path(&dir, "a"), "text", NULL),
        "a||{\"id\":1,\"title\":\"A\"}/{\"id\":2,\"title\":\"B\"}|||\n");
}
END_TEST

START_TEST(texts_in_utf_16_are_converted)
{
    static const char little[] = "\xff\xfe{\0\"\0i\0d\0\"\0:\0001\0,\0\"\0t\0i\0t\0l\0e\0\"\0:"
                                 "\0\"\0\xe9\0\x3d\xd8\0\xde\"\0}\0";
    char big[sizeof little];
    const size_t size = sizeof little - 1;
    for (size_t i = 0; i + 1 < size; i += 2) {
        big[i] = little[i + 1];
        big[i + 1] = little[i];
    }
    tmpdir_write(&dir, "l.jsonl", little, size);
    ck_assert_str_eq(read_name("l.jsonl"), "1|\xc3\xa9\xf0\x9f\x98\x80||||\n");
    tmpdir_write(&dir, "b.jsonl", big, size);
    ck_assert_str_eq(read_name("b.jsonl"), "1|\xc3\xa9\xf0\x9f\x98\x80||||\n");
}
END_TEST

START_TEST(sources_that_are_not_there_and_bad_options_are_errors)
{
    lede_error error = {0};
    struct source_sink sink = ingest_log_sink(&source_log);
    ck_assert_int_eq(
        source_read(ingest_path(&dir, "none"), NULL, &sink, &error), LEDE_ERR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(error.message, "none"));
    tmpdir_write_text(&dir, "a.jsonl", "{\"title\":\"a\"}\n{\"title\":\"b\"}\n");
    struct source_options options = {.format = "word"};
    ck_assert_int_eq(
        source_read(ingest_path(&dir, "a.jsonl"), &options, &sink, &error), LEDE_ERR_INVALID);
    const char *map = "title";
    options = (struct source_options){.field_maps = &map, .field_map_count = 1};
    ck_assert_int_eq(
        source_read(ingest_path(&dir, "a.jsonl"), &options, &sink, &error), LEDE_ERR_INVALID);
}
END_TEST

START_TEST(the_sink_stops_a_source_with_its_own_status)
{
    static char packed[1 << 16];
    lede_error error = {0};
    struct source_sink sink = ingest_log_sink(&source_log);
    source_log.stop_after = 2;
    tmpdir_write(&dir, "p.tar.gz", packed,
        pack(packed, sizeof packed, ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP, members, 3));
    ck_assert_int_eq(
        source_read(ingest_path(&dir, "p.tar.gz"), NULL, &sink, &error), LEDE_ERR_SYNTAX);
    ck_assert_str_eq(error.message, "stopped by the sink");
    ck_assert_uint_eq(source_log.records, 2);
}
END_TEST

static lede_status stop_progress(void *context, uint64_t files, uint64_t bytes, lede_error *error)
{
    (void)context;
    (void)files;
    (void)bytes;
    return lede_fail(error, LEDE_ERR_BUSY, "stopped by progress");
}

START_TEST(progress_stops_a_source_with_its_own_status)
{
    lede_error error = {0};
    struct source_sink sink = ingest_log_sink(&source_log);
    sink.progress = stop_progress;
    tmpdir_write_text(&dir, "a.jsonl", "{\"title\":\"a\"}\n");
    ck_assert_int_eq(source_read(ingest_path(&dir, "a.jsonl"), NULL, &sink, &error), LEDE_ERR_BUSY);
    ck_assert_str_eq(error.message, "stopped by progress");
}
END_TEST

static const char *read_standard_input(const char *text, const char *format)
{
    const int saved = dup(STDIN_FILENO);
    tmpdir_write_text(&dir, "in", text);
    const int fd = open(ingest_path(&dir, "in"), O_RDONLY);
    ck_assert_int_ge(fd, 0);
    (void)dup2(fd, STDIN_FILENO);
    (void)close(fd);
    const char *log = ingest_read(&source_log, "-", format, NULL);
    if (saved >= 0) {
        (void)dup2(saved, STDIN_FILENO);
        (void)close(saved);
    }
    return log;
}

START_TEST(standard_input_is_read_once_and_its_format_found)
{
    ck_assert_str_eq(
        read_standard_input("{\"id\":1,\"title\":\"a\"}\n{\"id\":2,\"title\":\"b\"}\n", NULL),
        "1|a||||\n2|b||||\n");
}
END_TEST

/* The id of the one record that standard input has. */
static void read_made_id(const char *text, char id_out[32])
{
    const char *log = read_standard_input(text, NULL);
    ck_assert_uint_eq(source_log.records, 1);
    const size_t length = strcspn(log, "|");
    ck_assert_msg(
        length == 18 && strncmp(log, "-:", 2) == 0 && strspn(log + 2, "0123456789abcdef") == 16,
        "%s", log);
    memcpy(id_out, log, length);
    id_out[length] = '\0';
}

START_TEST(ids_made_on_standard_input_are_of_the_content)
{
    static const char *const texts[] = {"{\"title\":\"a\"}", "{\"title\":\"b\"}",
        "{\"body\":\"a\"}", "{\"title\":\"a\",\"url\":\"u\"}",
        "{\"title\":\"a\",\"date\":\"2020-01-02\"}",
        "Frost takes half of the apples\n\nThe growers met today.\n",
        "Frost takes half of the pears\n\nThe growers met today.\n"};
    enum { COUNT = sizeof texts / sizeof *texts };
    char ids[COUNT][32];
    for (size_t i = 0; i < COUNT; i++) {
        char moved[128];
        char again[32];
        read_made_id(texts[i], ids[i]);
        snprintf(moved, sizeof moved, "\n\n%s", texts[i]);
        read_made_id(moved, again);
        ck_assert_str_eq(again, ids[i]);
        for (size_t k = 0; k < i; k++) {
            ck_assert_str_ne(ids[k], ids[i]);
        }
    }
}
END_TEST

START_TEST(a_first_line_of_known_names_is_a_table)
{
    static const struct {
        const char *text;
        const char *log;
    } tables[] = {
        {"id,headline,section\n1,Frost,farms\n", "1|Frost||||section=farms\n"},
        {"\"Date\",\"ID\",\"Text\"\r\n2020-01-02,1,\"a, b\"\r\n", "1||a, b|2020-01-02||\n"},
        {"url\tcontent\tid\r\nu\ta \"b\ti\r\n", "i||a \"b||u|\n"},
        {"id;title\n1;Frost, again\n", "1|Frost, again||||\n"},
        {"id,title\n", ""},
    };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        ck_assert_str_eq(read_standard_input(tables[i].text, NULL), tables[i].log);
    }
    static const char *const pages[] = {"Title, place and time\n\nAll was well.\n",
        "Text\n\nA title, a date, an id were missing.\n", "id\n\ntitle, date\n", ",\n"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        ck_assert_msg(strncmp(read_standard_input(pages[i], NULL), "-:", 2) == 0, "%s", pages[i]);
    }
}
END_TEST

START_TEST(a_format_of_which_the_file_has_nothing_is_a_problem)
{
    static const char rubbish[] = "\x7f\0\1ELF<\xff nothing <here>\n\0\n\2";
    static const char *const formats[] = {"trec", "reuters", "jsonl", "json", "csv", "tsv"};
    tmpdir_write(&dir, "x", rubbish, sizeof rubbish - 1);
    tmpdir_write(&dir, "line", rubbish, 12);
    tmpdir_write(&dir, "empty", rubbish, 0);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        static const char *const names[] = {"x", "line"};
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            (void)ingest_read(&source_log, ingest_path(&dir, names[k]), formats[i], NULL);
            ck_assert_msg(
                source_log.problems >= 1, "%s as %s: %s", names[k], formats[i], source_log.text);
        }
        ck_assert_str_eq(
            ingest_read(&source_log, ingest_path(&dir, "empty"), formats[i], NULL), "");
    }
    ck_assert_str_eq(
        ingest_read(&source_log, ingest_path(&dir, "x"), "trec", NULL), "!0 no <DOC> found\n");
    ck_assert_str_eq(ingest_read(&source_log, ingest_path(&dir, "x"), "reuters", NULL),
        "!0 no <REUTERS> found\n");
}
END_TEST

START_TEST(carriage_returns_and_nul_bytes_are_survived_in_every_format)
{
    static const char bytes[] =
        "id,title\r\n1,\"a\0b\"\r\n{\"id\":2,\"title\":\"\r\n\0\"}\r\n<DOC>\0</DOC><REUTERS>\0";
    static const char *const formats[] = {"text", "jsonl", "json", "csv", "tsv", "trec", "reuters"};
    tmpdir_write(&dir, "x", bytes, sizeof bytes - 1);
    tmpdir_write(&dir, "empty", bytes, 0);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        (void)ingest_read(&source_log, ingest_path(&dir, "x"), formats[i], NULL);
        ck_assert_uint_gt(source_log.records + source_log.problems, 0);
        ck_assert_str_eq(
            ingest_read(&source_log, ingest_path(&dir, "empty"), formats[i], NULL), "");
    }
}
END_TEST

Suite *suite_source(void)
{
    Suite *suite = suite_create("source");
    TCase *containers = tcase_create("containers");
    tcase_add_checked_fixture(containers, make_dir, remove_dir);
    tcase_set_timeout(containers, 60);
    tcase_add_loop_test(
        containers, archives_give_their_members, 0, (int)(sizeof packings / sizeof *packings));
    tcase_add_loop_test(containers, compressed_files_are_read_under_their_own_name, 0, 4);
    tcase_add_test(containers, members_may_be_compressed_themselves);
    tcase_add_loop_test(
        containers, a_container_cut_anywhere_keeps_the_records_before_and_tells_it, 0, 8);
    suite_add_tcase(suite, containers);
    TCase *trees = tcase_create("trees");
    tcase_add_checked_fixture(trees, make_dir, remove_dir);
    tcase_add_test(trees, trees_are_walked_in_order_of_names_without_hidden_ones);
    tcase_add_test(trees, links_in_circles_end);
    tcase_add_test(trees, what_cannot_be_opened_is_a_problem_inside_a_tree);
    tcase_add_test(trees, deep_directories_end_in_a_problem);
    suite_add_tcase(suite, trees);
    TCase *files = tcase_create("files");
    tcase_add_checked_fixture(files, make_dir, remove_dir);
    tcase_add_test(files, formats_are_found_by_name_and_content);
    tcase_add_test(files, texts_in_utf_16_are_converted);
    tcase_add_test(files, sources_that_are_not_there_and_bad_options_are_errors);
    tcase_add_test(files, the_sink_stops_a_source_with_its_own_status);
    tcase_add_test(files, progress_stops_a_source_with_its_own_status);
    tcase_add_test(files, standard_input_is_read_once_and_its_format_found);
    tcase_add_test(files, ids_made_on_standard_input_are_of_the_content);
    tcase_add_test(files, a_first_line_of_known_names_is_a_table);
    tcase_add_test(files, a_format_of_which_the_file_has_nothing_is_a_problem);
    tcase_add_test(files, carriage_returns_and_nul_bytes_are_survived_in_every_format);
    suite_add_tcase(suite, files);
    return suite;
}
