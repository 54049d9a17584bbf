
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/fail.h"
#include "support/ingest_support.h"

static struct ingest_log jsonl_log;

static const char *lines(const char *text)
{
    return ingest_read_text(&jsonl_log, "n.jsonl", text, strlen(text), NULL);
}

static const char *whole(const char *text)
{
    return ingest_read_text(&jsonl_log, "n.json", text, strlen(text), NULL);
}

static const char *mapped(const char *text, const char *map)
{
    return ingest_read_text(&jsonl_log, "n.jsonl", text, strlen(text), map);
}

START_TEST(members_become_the_document_and_its_fields)
{
    ck_assert_str_eq(lines("{\"id\": \"a1\", \"title\": \"T\", \"body\": \"B\", \"date\": "
                           "\"2020-05-26\", \"url\": \"u\", "
                           "\"source\": \"wire\", \"tags\": [\"x\", \"y\", \"x\"], \"pages\": 3, "
                           "\"paid\": false, \"none\": null, "
                           "\"meta\": {\"author\": \"N\"}}\n"),
        "a1|T|B|2020-05-26|u|source=wire;tags=x;tags=y;pages=3;paid=false\n");
}
END_TEST

START_TEST(other_names_in_use_are_known_in_any_case)
{
    ck_assert_str_eq(lines("{\"guid\": 17, \"Headline\": \"T\", \"content\": \"B\", \"pubDate\": "
                           "\"Fri, 20 Oct 2006 18:15:00 -0400\", \"link\": \"l\"}"),
        "17|T|B|2006-10-20T22:15:00Z|l|\n");
    ck_assert_str_eq(lines("{\"id\": 1, \"headline\": \"H\", \"title\": \"T\", \"text\": \"B\"}"),
        "1|T|B|||headline=H\n");
    ck_assert_str_eq(
        lines("{\"id\": 1, \"headline\": \"H\", \"title\": \"\", \"text\": \"B\"}"), "1|H|B|||\n");
}
END_TEST

START_TEST(unix_seconds_and_milliseconds_are_dates)
{
    ck_assert_str_eq(lines("{\"id\":1,\"title\":\"T\",\"timestamp\":1000000000}\n"
                           "{\"id\":2,\"title\":\"T\",\"date\":1590452532000}\n"
                           "{\"id\":3,\"title\":\"T\",\"date\":1912}\n"),
        "1|T||2001-09-09T01:46:40Z||\n2|T||2020-05-26T00:22:12Z||\n3|T||1912||\n");
}
END_TEST

START_TEST(dates_that_are_none_leave_a_remark)
{
    ck_assert_str_eq(lines("{\"id\":1,\"title\":\"T\",\"date\":\"2021-02-30\"}\n"
                           "{\"id\":2,\"title\":\"T\",\"date\":\"soon\"}\n"
                           "{\"id\":3,\"title\":\"T\",\"date\":\" \"}\n"
                           "{\"id\":4,\"title\":\"T\"}\n"),
        "1|T|||| #date \"2021-02-30\" does not exist\n2|T|||| #date \"soon\" cannot be read\n"
        "3|T||||\n4|T||||\n");
}
END_TEST

START_TEST(without_an_id_path_and_line_make_one)
{
    ck_assert_str_eq(lines("{\"title\":\"A\"}\n\n{\"title\":\"B\"}{\"title\":\"C\"}\n"),
        "n.jsonl:1|A||||\nn.jsonl:3|B||||\nn.jsonl:3.2|C||||\n");
}
END_TEST

START_TEST(a_bad_line_is_a_problem_and_the_next_is_read)
{
    ck_assert_str_eq(lines("{\"id\":1,\"title\":\"A\"}\nnot json\n[1,2]\n\"text\"\n42\n{\"id\":\n"
                           "{\"id\":2,\"title\":\"B\"\n{}\n{\"id\":3,\"title\":\"C\"}"),
        "1|A||||\n"
        "!2 lexical error: invalid string in json text.\n"
        "!3 no JSON object\n!4 no JSON object\n!5 no JSON object\n"
        "!6 ends inside an object\n!7 ends inside an object\n"
        "!8 no name in it is known as id, title, body, date or url\n3|C||||\n");
}
END_TEST

START_TEST(bytes_that_are_not_text_do_not_lose_a_record)
{
    static const char text[] = "{\"id\":1,\"title\":\"a\xff\xfe z\"}\n"
                               "{\"id\":2,\"title\":\"a\\u0000z\"}\n"
                               "{\"id\":3,\"title\":\"a\tz\"}\n"
                               "{\"id\":4,\"title\":\"a\0z\"}\r\n"
                               "{\"id\":5,\"title\":\"\\u00e9\\ud83d\\ude00\"}\n";
    ck_assert_str_eq(ingest_read_text(&jsonl_log, "n.jsonl", text, sizeof text - 1, NULL),
        "1|a\xff\xfe z||||\n2|a0z||||\n3|a z||||\n4|a z||||\n5|\xc3\xa9\xf0\x9f\x98\x80||||\n");
}
END_TEST

START_TEST(field_maps_reach_into_objects_and_rename)
{
    static const char text[] =
        "{\"id\":1,\"meta\":{\"head\":{\"t\":\"T\"},\"by\":[{\"n\":\"A\"},{\"n\":\"B\"}]},"
        "\"title\":\"other\",\"text\":[\"p1\",\"p2\"]}";
    ck_assert_str_eq(mapped(text, "title=meta.head.t"), "1|T|p1/p2|||title=other\n");
    ck_assert_str_eq(mapped(text, "author=meta.by.n"), "1|other|p1/p2|||author=A;author=B\n");
    ck_assert_str_eq(mapped(text, "body=meta.none"), "1|other||||text=p1;text=p2\n");
}
END_TEST

START_TEST(a_text_of_objects_is_read_however_it_is_laid_out)
{
    ck_assert_str_eq(whole("[\n {\"id\":1,\n  \"title\":\"A\"},\n {\"title\":\"B\"}\n]\n"),
        "1|A||||\nn.json:4|B||||\n");
    ck_assert_str_eq(whole("{\n \"id\": 1,\n \"title\": \"A\"\n}\n{\n\"title\":\"B\"}"),
        "1|A||||\nn.json:5|B||||\n");
    ck_assert_str_eq(whole("{\"id\":1,\"title\":\"A\"}\n{\"id\":2,\"title\":\"B\"}\nrubbish\n{"
                           "\"id\":3,\"title\":\"C\"}\n"),
        "1|A||||\n2|B||||\n!3 lexical error: invalid char in json text.\n3|C||||\n");
    ck_assert_str_eq(whole("[]"), "");
    ck_assert_str_eq(whole("[1, 2]"), "!1 no JSON object\n");
    ck_assert_str_eq(
        whole("[{\"id\":1,\"title\":\"A\"},"), "1|A||||\n!1 ends inside an object or array\n");
    ck_assert_str_eq(whole("[{\"id\":1,\"title\":\"A\"},\n{\"id\"]"),
        "1|A||||\n!2 parse error: object key and value must be separated by a colon (':')\n");
}
END_TEST

START_TEST(deep_nesting_is_refused_and_the_next_line_read)
{
    char text[4096];
    size_t length = (size_t)sprintf(text, "{\"id\":1,\"title\":");
    memset(text + length, '[', 1000);
    length += 1000;
    length += (size_t)sprintf(text + length, "\n{\"id\":2,\"title\":\"B\"}\n");
    ck_assert_str_eq(ingest_read_text(&jsonl_log, "n.jsonl", text, length, NULL),
        "!1 nested too deeply\n2|B||||\n");
}
END_TEST

START_TEST(a_line_longer_than_any_window_is_read)
{
    enum { SIZE = 5000000 };
    char *text = malloc(SIZE + 100);
    size_t length = (size_t)sprintf(text, "{\"id\":1,\"body\":\"");
    memset(text + length, 'x', SIZE);
    length += SIZE;
    length += (size_t)sprintf(text + length, "\"}\n{\"id\":2,\"body\":\"y\"}");
    static const char *const names[] = {"n.jsonl", "n.json"};
    for (size_t i = 0; i < 2; i++) {
        struct tmpdir dir;
        tmpdir_init(&dir);
        tmpdir_write(&dir, names[i], text, length);
        (void)ingest_read(&jsonl_log, ingest_path(&dir, names[i]), names[i] + 2, NULL);
        tmpdir_release(&dir);
        ck_assert_uint_eq(jsonl_log.records, 2);
        ck_assert_uint_eq(jsonl_log.body_bytes, SIZE + 1);
        ck_assert_uint_eq(jsonl_log.bytes, length);
    }
    free(text);
}
END_TEST

START_TEST(every_allocation_may_fail)
{
    struct tmpdir dir;
    tmpdir_init(&dir);
    tmpdir_write_text(&dir, "a.jsonl",
        "{\"id\":1,\"title\":\"a\\u00e9\",\"tags\":[\"x\",\"y\"]}\nbad\n{\"id\":2,\"body\":[\"a\","
        "\"b\"]}\n");
    tmpdir_write_text(&dir, "b.csv", "id,title\n1,\"a \"\"b\"\"\"\n");
    tmpdir_write_text(
        &dir, "c.txt", "A headline of some words\n\nMINSK, 26 May 2020 - It was so.\n");
    tmpdir_write_text(
        &dir, "d.sgm", "<REUTERS NEWID=\"1\"><TEXT><TITLE>T</TITLE></TEXT></REUTERS>");
    const struct source_sink sink = ingest_log_sink(&jsonl_log);
    lede_status status = LEDE_ERR_NOMEM;
    uint64_t at = 0;
    for (; status != LEDE_OK && at < 10000; at++) {
        struct fail_memory memory;
        lede_error error = {0};
        (void)ingest_log_sink(&jsonl_log);
        fail_memory_begin(&memory, at, FAIL_FROM_ON);
        status = source_read(dir.path, NULL, &sink, &error);
        fail_memory_end();
        ck_assert_msg(status == LEDE_OK || status == LEDE_ERR_NOMEM, "%llu: %d",
            (unsigned long long)at, status);
        ck_assert_int_eq(memory.live_blocks, 0);
    }
    ck_assert_int_eq(status, LEDE_OK);
    ck_assert_uint_gt(at, 10);
    ck_assert_uint_eq(jsonl_log.records, 5);
    tmpdir_release(&dir);
}
END_TEST

Suite *suite_jsonl(void)
{
    Suite *suite = suite_create("jsonl");
    TCase *basics = tcase_create("basics");
    tcase_add_test(basics, members_become_the_document_and_its_fields);
    tcase_add_test(basics, other_names_in_use_are_known_in_any_case);
    tcase_add_test(basics, unix_seconds_and_milliseconds_are_dates);
    tcase_add_test(basics, dates_that_are_none_leave_a_remark);
    tcase_add_test(basics, without_an_id_path_and_line_make_one);
    tcase_add_test(basics, field_maps_reach_into_objects_and_rename);
    tcase_add_test(basics, a_text_of_objects_is_read_however_it_is_laid_out);
    suite_add_tcase(suite, basics);
    TCase *corrupt = tcase_create("corrupt");
    tcase_add_test(corrupt, a_bad_line_is_a_problem_and_the_next_is_read);
    tcase_add_test(corrupt, bytes_that_are_not_text_do_not_lose_a_record);
    tcase_add_test(corrupt, deep_nesting_is_refused_and_the_next_line_read);
    tcase_add_test(corrupt, a_line_longer_than_any_window_is_read);
    tcase_add_test(corrupt, every_allocation_may_fail);
    suite_add_tcase(suite, corrupt);
    return suite;
}
