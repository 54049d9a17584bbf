
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/sgml.h"
#include "support/ingest_support.h"

static struct ingest_log sgml_log;

static const char *read_sgm(const char *text)
{
    return ingest_read_text(&sgml_log, "n.sgm", text, strlen(text), NULL);
}

static const char *decoded(const char *text)
{
    static char answer[256];
    struct arena arena;
    arena_init(&arena);
    const lede_text result = sgml_text(span_of(text, strlen(text)), &arena);
    ck_assert_uint_le(result.length, strlen(text));
    snprintf(answer, sizeof answer, "%.*s", (int)result.length, result.data);
    arena_release(&arena);
    return answer;
}

START_TEST(entities_are_replaced_and_tags_taken_out)
{
    ck_assert_str_eq(decoded("a &lt;B&gt; &amp; c &#65;&#x42;&eacute;&mdash;"),
        "a <B> & c AB\xc3\xa9\xe2\x80\x94");
    ck_assert_str_eq(
        decoded("AT&T &unknown; & &; 5 < 6 &#1114112;"), "AT&T &unknown; & &; 5 < 6 \xef\xbf\xbd");
    ck_assert_str_eq(decoded("one<P>two</P>three<br"), "one\ntwo\nthree\n");
    ck_assert_str_eq(decoded("a&#2;b\x7f"
                             "c"),
        "a b c");
}
END_TEST

START_TEST(attributes_are_found_quoted_or_not)
{
    struct span value;
    const char *tag = "REUTERS OLDID=\"5\" NEWID=\"17\" X=y Z='q r'";
    const struct span span = span_of(tag, strlen(tag));
    ck_assert(sgml_attribute(span, "newid", &value));
    ck_assert_int_eq(memcmp(value.bytes, "17", value.size), 0);
    ck_assert(sgml_attribute(span, "X", &value));
    ck_assert_uint_eq(value.size, 1);
    ck_assert(sgml_attribute(span, "Z", &value));
    ck_assert_uint_eq(value.size, 3);
    ck_assert(!sgml_attribute(span, "ID", &value));
}
END_TEST

static const char reuters_text[] =
    "<!DOCTYPE lewis SYSTEM \"lewis.dtd\">\n"
    "<REUTERS TOPICS=\"YES\" LEWISSPLIT=\"TRAIN\" OLDID=\"9\" NEWID=\"1\">\n"
    "<DATE>26-FEB-1987 15:01:01.79</DATE>\n<TOPICS><D>tea</D><D>salt</D></TOPICS>\n"
    "<PLACES><D>peru</D></PLACES>\n<PEOPLE></PEOPLE>\n<UNKNOWN>\n&#5;f0704</UNKNOWN>\n"
    "<TEXT>&#2;\n<TITLE>TEA &lt;TEA>\n RISES</TITLE>\n<AUTHOR>  by A. Writer</AUTHOR>\n"
    "<DATELINE>    LIMA, Feb 26 - </DATELINE><BODY>Tea rose &amp; fell.\n    It went on.\n "
    "Reuter\n&#3;</BODY></TEXT>\n"
    "</REUTERS>\n"
    "<REUTERS NEWID=\"2\">\n<DATE>31-FEB-1987</DATE>\n<TEXT "
    "TYPE=\"BRIEF\">&#2;\n******<TITLE>SHORT\n</TITLE>Blah.\n&#3;\n</TEXT>\n</REUTERS>\n"
    "<REUTERS NEWID=\"3\">\n<TEXT TYPE=\"UNPROC\">&#2;\nTABLE OF TEA\n 1 "
    "2\n&#3;</TEXT>\n</REUTERS>\n";

START_TEST(reuters_reports_are_read)
{
    ck_assert_str_eq(read_sgm(reuters_text),
        "REUT-1|TEA <TEA> RISES|Tea rose & fell./    It went on.|1987-02-26T15:01:01Z||"
        "topics=tea;topics=salt;places=peru;lewissplit=TRAIN;author=by A. Writer;dateline=LIMA, "
        "Feb 26 -\n"
        "REUT-2|SHORT|Blah.||| #date \"31-FEB-1987\" does not exist\n"
        "REUT-3||TABLE OF TEA/ 1 2|||\n");
}
END_TEST

START_TEST(an_element_that_is_not_closed_ends_where_the_next_begins)
{
    ck_assert_str_eq(read_sgm("<REUTERS NEWID=\"1\"><TEXT><TITLE>A</TITLE></TEXT>\n"
                              "<REUTERS NEWID=\"2\"><TEXT><TITLE>B</TITLE></TEXT>"),
        "REUT-1|A||||\nREUT-2|B||||\n");
}
END_TEST

START_TEST(trec_documents_are_read)
{
    ck_assert_str_eq(
        read_sgm("<DOC>\n<DOCNO> X-1 </DOCNO>\n<HEAD></HEAD>\n<HEADLINE>\n<P>\nA  "
                 "head\n</P>\n</HEADLINE>\n"
                 "<DATE>\n<P>\nJanuary 1, 1989, Sunday, Home Edition\n</P>\n</DATE>\n<BYLINE>By "
                 "N</BYLINE>\n"
                 "<LEADPARA>Lead.</LEADPARA>\n<TEXT>\n<P>One &amp; two.</P>\n</TEXT>\n</DOC>\n"
                 "<doc><docno>X-2</docno><hl>H</hl><dd>870323</dd><text>b</text></doc>\n"
                 "<DOC><DOCNO>X-3</DOCNO>\nLoose text here.\n<BR>\nand more\n</DOC>\n"),
        "X-1|A head|Lead./One & two.|1989-01-01||byline=By N\nX-2|H|b|1987-03-23||\n"
        "X-3||Loose text here.///and more|||\n");
}
END_TEST

START_TEST(trec_is_found_out_by_content_in_files_of_any_name)
{
    const char *text = "<DOC>\n<DOCNO>1</DOCNO><TEXT>b</TEXT></DOC>";
    ck_assert_str_eq(
        ingest_read_text(&sgml_log, "ap880212", text, strlen(text), NULL), "1||b|||\n");
    ck_assert_str_eq(ingest_read_text(&sgml_log, "a.txt", text, strlen(text), NULL), "1||b|||\n");
}
END_TEST

START_TEST(unclosed_tags_cost_no_more_than_linear_time)
{
    enum { TAGS = 300000 };
    char *text = malloc(TAGS * 4 + 100);
    size_t length = (size_t)sprintf(text, "<DOC><DOCNO>1</DOCNO>");
    for (int i = 0; i < TAGS; i++) {
        length += (size_t)sprintf(text + length, "<p>x");
    }
    length += (size_t)sprintf(text + length, "</DOC>");
    (void)ingest_read_text(&sgml_log, "n.sgm", text, length, NULL);
    free(text);
    ck_assert_uint_eq(sgml_log.records, 1);
    ck_assert_uint_eq(sgml_log.body_bytes, TAGS * 2 - 1);
}
END_TEST

START_TEST(documents_across_windows_are_whole)
{
    enum { DOCS = 3000 };
    char *text = malloc(DOCS * 600);
    size_t length = 0;
    for (int i = 0; i < DOCS; i++) {
        length += (size_t)sprintf(text + length, "<DOC><DOCNO>%d</DOCNO><TEXT>", i);
        memset(text + length, 'x', (size_t)(i % 500 + 1));
        length += (size_t)(i % 500 + 1);
        length += (size_t)sprintf(text + length, "</TEXT></DOC>\n");
    }
    (void)ingest_read_text(&sgml_log, "n.sgm", text, length, NULL);
    free(text);
    ck_assert_uint_eq(sgml_log.records, DOCS);
    ck_assert_uint_eq(sgml_log.problems, 0);
    ck_assert_uint_eq(sgml_log.body_bytes, (size_t)DOCS / 500 * (500 * 501 / 2));
}
END_TEST

Suite *suite_sgml(void)
{
    Suite *suite = suite_create("sgml");
    TCase *basics = tcase_create("basics");
    tcase_add_test(basics, entities_are_replaced_and_tags_taken_out);
    tcase_add_test(basics, attributes_are_found_quoted_or_not);
    tcase_add_test(basics, reuters_reports_are_read);
    tcase_add_test(basics, trec_documents_are_read);
    tcase_add_test(basics, trec_is_found_out_by_content_in_files_of_any_name);
    tcase_add_test(basics, documents_across_windows_are_whole);
    suite_add_tcase(suite, basics);
    TCase *corrupt = tcase_create("corrupt");
    tcase_add_test(corrupt, an_element_that_is_not_closed_ends_where_the_next_begins);
    tcase_add_test(corrupt, unclosed_tags_cost_no_more_than_linear_time);
    suite_add_tcase(suite, corrupt);
    return suite;
}
