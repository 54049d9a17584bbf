
#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/page.h"
#include "support/ingest_support.h"

static struct ingest_log page_log;

/* "title|date|body" of a page that stands alone. */
static const char *parsed(const char *text)
{
    static char answer[8192];
    char date[DATE_TEXT_BYTES];
    struct page_reader reader;
    struct page page;
    lede_error error = {0};
    page_reader_init(&reader);
    const lede_text whole = {.data = text, .length = strlen(text)};
    ck_assert_int_eq(
        page_parse(&reader, whole, (struct date_style){0}, NULL, &page, &error), LEDE_OK);
    (void)date_format(page.date, date);
    snprintf(answer, sizeof answer, "%.*s|%s|%.*s", (int)page.title.length, page.title.data, date,
        (int)page.body.length, page.body.data);
    page_reader_release(&reader);
    return answer;
}

START_TEST(a_headline_repeated_with_its_date_is_the_title)
{
    ck_assert_str_eq(
        parsed(
            "03.04.2019\n\nOn 3 April 2019 another thing was opened in the north of the city.\n\n\n"
            "02.04.2019\n\nA bridge was closed, and nobody in the whole town knew why it was.\n\n"
            "The council voted for the new library\n\n"
            "The council voted for the new library 17.02.2018\n\n"
            "\xc2\xa0On February 17, this year, the council of the town voted.\xc2\xa0\n\n"
            "It was late when the vote was counted by the clerk.\n\n"
            "______________\n\nPress officer Ann Example\n\n+1-202-555-01-00\n\nE-mail: "
            "ann@example.org\n\n"
            "Go back\n\nBack to the section\n"),
        "The council voted for the new library|2018-02-17|"
        "On February 17, this year, the council of the town voted.\n\n"
        "It was late when the vote was counted by the clerk.");
}
END_TEST

START_TEST(a_date_with_an_image_name_marks_the_title_above_it)
{
    ck_assert_str_eq(
        parsed("The library has been open for ten years. It was built on May 1, 2009, by the town "
               "itself.\n\n"
               "The reading room opens again after the flood\n\n05.11.2018 IMG_0001.JPG\n\n"
               "November 5th of this year. The reading room was opened again by the mayor.\n\n"
               "IMG_0002.JPG Press officer Ann Example +1202-555-01-00 ann@example.org;\n\nBack to "
               "the section"),
        "The reading room opens again after the flood|2018-11-05|"
        "November 5th of this year. The reading room was opened again by the mayor.");
}
END_TEST

START_TEST(a_date_without_year_takes_it_from_the_title)
{
    ck_assert_str_eq(
        parsed("The first meeting in 2021 of the harbour board spoke of the harbour wall\n\n"
               "On January 14, this year, the harbour board met in the old town hall.\n"),
        "The first meeting in 2021 of the harbour board spoke of the harbour wall|2021-01-14|"
        "On January 14, this year, the harbour board met in the old town hall.");
}
END_TEST

START_TEST(a_date_without_year_takes_it_from_the_next_mention)
{
    ck_assert_str_eq(
        parsed("Board members met over the harbour\n\n"
               "On May 26 the board met, for the first time since 2015, in the town hall.\n\n"
               "The meeting of May 26, 2020, was the last of three meetings.\n"),
        "Board members met over the harbour|2020-05-26|"
        "On May 26 the board met, for the first time since 2015, in the town hall.\n\n"
        "The meeting of May 26, 2020, was the last of three meetings.");
}
END_TEST

START_TEST(a_dateline_gives_the_date)
{
    ck_assert_str_eq(parsed("Ferry service to resume\n\nPORTSIDE, 26 May 2020 (Agency) "
                            "\xe2\x80\x94 The ferry will sail again on Monday.\n"
                            "Tickets are on sale in the harbour office from today.\n"),
        "Ferry service to resume|2020-05-26|"
        "PORTSIDE, 26 May 2020 (Agency) \xe2\x80\x94 The ferry will sail again on Monday.\n"
        "Tickets are on sale in the harbour office from today.");
}
END_TEST

START_TEST(a_byline_with_a_date_gives_the_date_and_stays)
{
    ck_assert_str_eq(parsed("Home\nNews\nSport\nOld mill saved by its neighbours\nBy ANN EXAMPLE | "
                            "3 March 2019, 14:05\n\n"
                            "The mill that stood empty for years will not be pulled down.\n\nThe "
                            "neighbours bought it.\n"),
        "Old mill saved by its neighbours|2019-03-03T14:05:00Z|By ANN EXAMPLE | 3 March 2019, "
        "14:05\n\n"
        "The mill that stood empty for years will not be pulled down.\n\nThe neighbours bought "
        "it.");
}
END_TEST

START_TEST(a_label_gives_the_date_and_published_goes_before_updated)
{
    const char *page =
        parsed("Market square gets trees at last\nUpdated: 29 June 2021\nPublished: 28 June 2021\n"
               "Forty trees were planted on the market square this week.\n");
    ck_assert_msg(
        strncmp(page, "Market square gets trees at last|2021-06-28|", 44) == 0, "%s", page);
}
END_TEST

START_TEST(a_date_line_above_or_beneath_the_title_is_its_date)
{
    ck_assert_str_eq(parsed("Storm takes roof off school\n14 October 1987\n\nThe storm of last "
                            "night took the roof off.\n"),
        "Storm takes roof off school|1987-10-14|The storm of last night took the roof off.");
    ck_assert_str_eq(parsed("14 October 1987\n\nStorm takes roof off school\n\nThe storm of last "
                            "night took the roof off.\n"),
        "Storm takes roof off school|1987-10-14|The storm of last night took the roof off.");
}
END_TEST

START_TEST(a_title_of_plain_paragraphs_is_the_first_line)
{
    ck_assert_str_eq(
        parsed(
            "What the river carries away\r\n\r\nThe river takes a metre of the bank a year.\r\n\r\n"
            "The early years\r\n\r\nOn 3 March 1911, the first house fell into the water.\r\n"),
        "What the river carries away||The river takes a metre of the bank a year.\n\nThe early "
        "years\n\n"
        "On 3 March 1911, the first house fell into the water.");
}
END_TEST

START_TEST(prose_without_title_or_date_is_all_body)
{
    ck_assert_str_eq(parsed("It rained all day and all night in the valley.\nThe founding year of "
                            "the mill was 1911, they say.\n"),
        "||It rained all day and all night in the valley.\nThe founding year of the mill was 1911, "
        "they say.");
}
END_TEST

START_TEST(a_page_of_one_line_is_a_title_or_a_text)
{
    ck_assert_str_eq(parsed("Mayor resigns"), "Mayor resigns||");
    ck_assert_str_eq(parsed("The mayor resigned late in the evening."),
        "||The mayor resigned late in the evening.");
    ck_assert_str_eq(parsed(""), "||");
    ck_assert_str_eq(parsed("\n \n\xc2\xa0\n"), "||");
}
END_TEST

START_TEST(a_date_at_the_end_is_taken_where_no_other_is)
{
    ck_assert_str_eq(parsed("Das neue Museum wird gebaut\n\nDer Rat hat am Abend den Bau "
                            "beschlossen.\n\nAltstadt, 3. M\xc3\xa4rz 2019\n"),
        "Das neue Museum wird gebaut|2019-03-03|Der Rat hat am Abend den Bau "
        "beschlossen.\n\nAltstadt, 3. M\xc3\xa4rz 2019");
}
END_TEST

START_TEST(a_teaser_before_the_headline_is_not_the_title)
{
    static const char article[] =
        "For the first time in 2017 the orchard board has met in the new barn\n\n\n"
        "On March 9, this year, the orchard board met in the barn. It spoke of pears.\n\n"
        "The next meeting is in the autumn.\n";
    static const char expected[] =
        "For the first time in 2017 the orchard board has met in the new barn|2017-03-09|"
        "On March 9, this year, the orchard board met in the barn. It spoke of pears.\n\n"
        "The next meeting is in the autumn.";
    static const char teaser[] =
        "As the chairwoman of the growers, Ilse Quint, sees it, the late frosts of the last "
        "springs "
        "have made apples a matter for bankers no less than for gardeners, and whoever has a tree "
        "must think about that before the bees do, for they will not wait for another spring to "
        "come, nor will the frost, nor the wind that brings it over the hills of the north";
    static const int lengths[] = {100, 180, 240, 252, 320};
    char page[1024];
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        snprintf(page, sizeof page, "%.*s\n\n%s", lengths[i], teaser, article);
        ck_assert_str_eq(parsed(page), expected);
    }
    ck_assert_str_eq(parsed("The growers of the valley ask for a warmer wind and for better roads, "
                            "since apples cannot walk, as the oldest of them said\n\n"
                            "Frost takes half of the apples\n\n"
                            "Half of the apples are lost, the growers said.\n\nThe rest is "
                            "small.\n"),
        "Frost takes half of the apples||Half of the apples are lost, the growers said.\n\n"
        "The rest is small.");
}
END_TEST

START_TEST(a_second_line_beneath_the_headline_is_not_the_title)
{
    const char *page =
        parsed("Frost takes half of the apples\n\nThe growers of the valley ask for a warmer wind "
               "and for better roads\n\nOn March 9, 2017, the growers met. It was cold.\n");
    ck_assert_msg(strncmp(page, "Frost takes half of the apples|2017-03-09|", 42) == 0, "%s", page);
    page = parsed("Frost takes half of the apples in the valley and a third of the pears\n\n"
                  "Growers ask for help\n\nOn March 9, 2017, the growers met. It was cold.\n");
    ck_assert_msg(strncmp(page,
                      "Frost takes half of the apples in the valley and a third of the "
                      "pears|2017-03-09|",
                      80) == 0,
        "%s", page);
}
END_TEST

START_TEST(a_list_of_other_stories_with_dates_is_passed_over)
{
    static const char *const lists[] = {
        "Latest news\n12.01.2021 Minister visits factory\n11.01.2021 Budget approved\n",
        "Latest news\n12.01.2021 Minister visits factory\n",
        "Latest news\n\nMinister visits new factory 12.01.2021\nBudget is approved "
        "11.01.2021\n\n",
        "12.01.2021\nMinister visits the factory\n11.01.2021\nBudget approved by council\n",
        "12.01.2021\n\nMinister visits the factory\n\n11.01.2021\n\nBudget approved by "
        "council\n\n"};
    char page[1024];
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        snprintf(page, sizeof page,
            "%sParliament adopts law on rivers\nPublished: 05.03.2019\n\nThe parliament adopted "
            "a law on rivers late in the night.\n\nIt is in force from May.\n",
            lists[i]);
        ck_assert_str_eq(parsed(page),
            "Parliament adopts law on rivers|2019-03-05|Published: 05.03.2019\n\n"
            "The parliament adopted a law on rivers late in the night.\n\n"
            "It is in force from May.");
    }
}
END_TEST

/* The pages of the demonstration, beside the repository's other tools. */
START_TEST(pages_of_the_demonstration_are_read_as_a_reader_sees_them)
{
    static const struct {
        const char *name;
        const char *title;
        const char *date;
    } pages[] = {
        {"declaration-on-dams",
            "The Minsk summit adopted the Declaration on the collective security of dams and locks",
            "2022-11-11"},
        {"dry-year-rule-applied", "The rule for dry years was applied for the first time",
            "2019-08-20"},
        {"flood-centre-contract", "The contract for the flood warning centre in Minsk was signed",
            "2025-02-05"},
        {"ministers-on-pandemic",
            "On May 26, the ministers of the river states discussed the work of the locks in the "
            "pandemic by video conference",
            "2020-05-26"},
        {"secretary-at-forum",
            "Jurij Hornak at the Forum of Deltas stated that a river is a contract written in "
            "water",
            "2022-02-09"},
        {"statement-on-lock-seven",
            "The Standing Committee heard the delta's information on the closing of Lock Seven",
            "2018-11-27"},
        {"summit-2016-programme",
            "Programme of the first summit of the Eastern Rivers Council in Minsk published",
            "2016-10-28"},
        {"working-group-begins",
            "At the first in 2021 meeting of the Standing Committee, the working group on "
            "collective "
            "security along the rivers was formed",
            "2021-01-14"},
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        char path[128];
        char title[256];
        char date[32];
        snprintf(path, sizeof path, "tools/demo/news/pages/%s.txt", pages[i].name);
        snprintf(title, sizeof title, "%s|%s|", pages[i].name, pages[i].title);
        snprintf(date, sizeof date, "|%s||", pages[i].date);
        const char *read = ingest_read(&page_log, path, NULL, NULL);
        ck_assert_msg(strncmp(read, title, strlen(title)) == 0, "%s: %s", path, read);
        ck_assert_msg(strstr(read, date) != NULL, "%s: date is not %s", path, pages[i].date);
    }
}
END_TEST

START_TEST(lines_that_recur_in_a_tree_are_left_out)
{
    struct tmpdir dir;
    char name[32];
    char text[512];
    tmpdir_init(&dir);
    for (int i = 1; i <= 4; i++) {
        snprintf(name, sizeof name, "sub/page%d.txt", i);
        snprintf(text, sizeof text,
            "The Daily Example of the Valley\nStory number %d of the valley\n1%d May 2020\n\nThis "
            "is the text of story %d.\n\n"
            "Our valley, our paper, our town, ever since\n\nThe valley number %d ends "
            "here.\n\nEditor of the day  Ann Example\n",
            i, i, i, i);
        tmpdir_write_text(&dir, name, text);
    }
    ck_assert_str_eq(ingest_read(&page_log, dir.path, NULL, NULL),
        "sub/page1|Story number 1 of the valley|This is the text of story 1.//The valley number 1 "
        "ends here.|2020-05-11||\n"
        "sub/page2|Story number 2 of the valley|This is the text of story 2.//The valley number 2 "
        "ends here.|2020-05-12||\n"
        "sub/page3|Story number 3 of the valley|This is the text of story 3.//The valley number 3 "
        "ends here.|2020-05-13||\n"
        "sub/page4|Story number 4 of the valley|This is the text of story 4.//The valley number 4 "
        "ends here.|2020-05-14||\n");
    tmpdir_release(&dir);
}
END_TEST

START_TEST(odd_bytes_and_many_lines_are_survived)
{
    enum { SIZE = 3000000 };
    char *text = malloc(SIZE + 1);
    for (size_t i = 0; i < SIZE; i++) {
        text[i] = (char)((i * 2654435761u) >> 13);
        text[i] = text[i] == '\0' ? ' ' : text[i];
    }
    text[SIZE] = '\0';
    (void)parsed(text);
    memset(text, '\n', SIZE);
    for (size_t i = 0; i < SIZE; i += 2) {
        text[i] = 'x';
    }
    ck_assert_uint_gt(strlen(parsed(text)), 1000);
    memset(text, 'x', SIZE);
    (void)parsed(text);
    for (size_t i = 0; i + 9 < SIZE; i += 10) {
        memcpy(text + i, "On May 26,", 10);
    }
    (void)parsed(text);
    free(text);
}
END_TEST

/* Where the data directory with real pages is; NULL where it is absent. */
static const char *shared_pages(char *path, size_t size)
{
    const char *shared = getenv("LEDE_SHARED");
    snprintf(path, size, "%s/pages", shared == NULL ? "../shared" : shared);
    DIR *dir = opendir(path);
    if (dir == NULL) {
        return NULL;
    }
    (void)closedir(dir);
    return path;
}

START_TEST(real_pages_are_read_as_expected)
{
    char dir[1024];
    char path[6000];
    char line[4096];
    if (shared_pages(dir, sizeof dir) == NULL) {
        printf("page: no data directory, real pages are not tested\n");
        return;
    }
    snprintf(path, sizeof path, "%s/expected.tsv", dir);
    FILE *expected = fopen(path, "r");
    ck_assert_ptr_nonnull(expected);
    ck_assert_ptr_nonnull(fgets(line, sizeof line, expected));
    while (fgets(line, sizeof line, expected) != NULL) {
        char *date = strchr(line, '\t');
        ck_assert_ptr_nonnull(date);
        *date++ = '\0';
        char *title = strchr(date, '\t');
        ck_assert_ptr_nonnull(title);
        *title++ = '\0';
        title[strcspn(title, "\r\n")] = '\0';
        snprintf(path, sizeof path, "%s/%s", dir, line);
        const char *read = ingest_read(&page_log, path, NULL, NULL);
        const char *read_title = strchr(read, '|') + 1;
        ck_assert_msg(
            strncmp(read_title, title, strlen(title)) == 0 && read_title[strlen(title)] == '|',
            "%s: title is not \"%s\" in %s", line, title, read);
        char wanted[64];
        snprintf(wanted, sizeof wanted, "|%s||", date);
        ck_assert_msg(strstr(read, wanted) != NULL, "%s: date is not %s", line, date);
        ck_assert_msg(strstr(read, "Back to the") == NULL, "%s: its menu is in its body", line);
    }
    (void)fclose(expected);
}
END_TEST

Suite *suite_page(void)
{
    Suite *suite = suite_create("page");
    TCase *layouts = tcase_create("layouts");
    tcase_add_test(layouts, a_headline_repeated_with_its_date_is_the_title);
    tcase_add_test(layouts, a_date_with_an_image_name_marks_the_title_above_it);
    tcase_add_test(layouts, a_date_without_year_takes_it_from_the_title);
    tcase_add_test(layouts, a_date_without_year_takes_it_from_the_next_mention);
    tcase_add_test(layouts, a_dateline_gives_the_date);
    tcase_add_test(layouts, a_byline_with_a_date_gives_the_date_and_stays);
    tcase_add_test(layouts, a_label_gives_the_date_and_published_goes_before_updated);
    tcase_add_test(layouts, a_date_line_above_or_beneath_the_title_is_its_date);
    tcase_add_test(layouts, a_title_of_plain_paragraphs_is_the_first_line);
    tcase_add_test(layouts, prose_without_title_or_date_is_all_body);
    tcase_add_test(layouts, a_page_of_one_line_is_a_title_or_a_text);
    tcase_add_test(layouts, a_date_at_the_end_is_taken_where_no_other_is);
    tcase_add_test(layouts, a_teaser_before_the_headline_is_not_the_title);
    tcase_add_test(layouts, a_second_line_beneath_the_headline_is_not_the_title);
    tcase_add_test(layouts, a_list_of_other_stories_with_dates_is_passed_over);
    tcase_add_test(layouts, pages_of_the_demonstration_are_read_as_a_reader_sees_them);
    tcase_add_test(layouts, lines_that_recur_in_a_tree_are_left_out);
    tcase_add_test(layouts, real_pages_are_read_as_expected);
    suite_add_tcase(suite, layouts);
    TCase *corrupt = tcase_create("corrupt");
    tcase_set_timeout(corrupt, 60);
    tcase_add_test(corrupt, odd_bytes_and_many_lines_are_survived);
    suite_add_tcase(suite, corrupt);
    return suite;
}
