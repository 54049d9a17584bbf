
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "support/rng.h"
#include "text/tokenizer.h"

/* Words as the tokenizer gives them, with "~" before a joined one and " " before others. */
struct row {
    const char *text;
    const char *words;
};

static void words_of(
    const char *language, bool is_always_slow, const char *text, size_t length, char out[2048])
{
    struct tokenizer tokenizer;
    tokenizer_init(&tokenizer, language_find(language));
    tokenizer.is_always_slow = is_always_slow;
    tokenizer_begin(&tokenizer, (const uint8_t *)text, length);
    size_t size = 0;
    out[0] = '\0';
    struct word word;
    while (tokenizer_next(&tokenizer, &word)) {
        const char *before = size == 0 ? "" : word.joined ? "~" : " ";
        size +=
            (size_t)snprintf(out + size, 2048 - size, "%s%.*s", before, (int)word.size, word.bytes);
        ck_assert_uint_lt(size, 2048);
    }
}

static void check(const char *language, const struct row *row)
{
    for (int slow = 0; slow < 2; slow++) {
        char words[2048];
        words_of(language, slow != 0, row->text, strlen(row->text), words);
        ck_assert_msg(strcmp(words, row->words) == 0, "%s: \"%s\": %s, not %s", language, row->text,
            words, row->words);
    }
}

static const struct row rows[] = {
    {"", ""},
    {" \t\r\n.,;", ""},
    {"Summit in MINSK, 2020!", "summit in minsk 2020"},
    {"a", "a"},
    /* apostrophes */
    {"don't", "don't"},
    {"don’t don‘t donʼt don´t don＇t", "don't don't don't don't don't"},
    {"Lukashenko's", "lukashenko"},
    {"Lukashenko’s LUKASHENKO’S", "lukashenko lukashenko"},
    {"states' 'states' ‘states’ 'n'", "states states states n"},
    {"rock'n'roll O'Neill o'clock's", "rock'n'roll o'neill o'clock"},
    {"the 1990's '90s", "the 1990 90s"},
    {"x'' ''x x''s '", "x x x s"},
    {"5'10 it'", "5~10 it"},
    /* numbers */
    {"2.5 2.5bn v2.0 $2.5m 3.", "2.5 2.5bn v2.0 2.5m 3"},
    {"1,000,000 12,345.67 1,000km 999,999", "1000000 12345.67 1000km 999999"},
    {"1,00 1000,000 1,0000 1,000,00 ,000", "1~00 1000~000 1~0000 1~000~00 000"},
    {"1.000.000 24.04.2024 1.2.3.4 10.30", "1000000 24~04~2024 1~2~3~4 10.30"},
    {"1,000.5.6 1.234,56", "1000~5~6 1.234~56"},
    {"10:30 24/7 2019–2020 3%", "10~30 24~7 2019~2020 3"},
    /* acronyms and dots */
    {"U.S. U.N. U.S.A. e.g. U.S", "us un usa eg us"},
    {"U.S.'s U.N.’s U.S's", "us un us"},
    {"U.S.-backed U.S.Steel the U.S.", "us~backed us~steel the us"},
    {"J.K. Rowling, S.Korea Ph.D. St. A. B.", "jk rowling s~korea ph~d st a b"},
    {"gov.ru said.The XOM.N ( XOM.N ) a..b", "gov~ru said~the xom~n xom~n a b"},
    {"No.1 1.The", "no~1 1~the"},
    /* what splits, and what joins */
    {"COVID-19 Jean-Luc AT&T a@b.com ZVF_2142.JPG", "covid~19 jean~luc at~t a~b~com zvf~2142~jpg"},
    {"and/or http://www.x.com -a a- b a--b", "and~or http www~x~com a a b a b"},
    {"word—word a\xe2\x80\x91"
     "b (a)b a+b",
        "word word a~b a b a b"},
    {"€5 #tag @user \xf0\x9f\x98\x80x", "5 tag user x"},
    {"a,b 1,b 2,5", "a b 1 b 2~5"},
    {"a\0b", "a"},
    {"a\xff"
     "b \xc3 c\xe2\x82",
        "a b c"},
    /* ignored characters */
    {"co\xc2\xad"
     "operate \xc2\xad"
     "a\xc2\xad b",
        "cooperate a b"},
    {"a\xe2\x80\x8d"
     "b a\xe2\x80\x8b"
     "b \xef\xbb\xbf"
     "c",
        "ab a b c"},
    {"col·lecció צה\"ל ארה״ב a\"b", "collecció צהל ארהב a b"},
    /* letters, marks, digits of other kinds */
    {"cafe\xcc\x81 CO₂ km² Ⅳ ½ ①", "cafe\xcc\x81 CO₂ km² Ⅳ"},
    {"अमेरिका में १९४७ العربية", "अमेरिका में १९४७ العربية"},
    {"አማርኛ፡ቋንቋ። ፲፪", "አማርኛ ቋንቋ ፲፪"},
    {"በ2020 25ኛ 2020में ב2020 G20 Б52", "በ~2020 25~ኛ 2020~में ב~2020 g20 Б52"},
    {"\xcc\x81 a", "a"},
    /* scripts without spaces, and changes of script */
    {"中国，北京", "中~国 北~京"},
    {"2020年 A股 KBS는 東京タワー", "2020~年 a~股 kbs~는 東~京~タワー"},
    {"ジョン・スミス ひと ｶﾞ", "ジョン~スミス ひ~と ｶﾞ"},
    {"대한민국 서울", "대한민국 서울"},
    {"ภาษา ลาว", "ภ~า~ษ~า ล~า~ว"},
    {"ភាសាខ្មែរ မြန်မာ", "ភា~សា~ខ្មែ~រ မြ~န်~မာ"},
    {"བོད་ཡིག", "བོད~ཡིག"},
};

START_TEST(text_becomes_words)
{
    check("none", &rows[_i]);
}
END_TEST

static const struct {
    const char *language;
    struct row row;
} language_rows[] = {
    {"french", {"l'économie d'un jusqu’à L’Oréal qu'il", "économie un à Oréal il"}},
    {"french", {"aujourd'hui quelqu'un presqu'île", "aujourd'hui quelqu'un presqu'île"}},
    {"french", {"Paris-l'hôpital d'11 l' l", "Paris~hôpital 11 l l"}},
    {"italian", {"dell'11 settembre un'altra c'è", "11 settembre altra è"}},
    {"catalan", {"l'Hospitalet d'en s'ha", "hospitalet en ha"}},
    {"irish", {"d'éirigh b'fhéidir", "éirigh fhéidir"}},
    {"turkish", {"İstanbul'da Ankara’nın IBM abc", "İstanbul Ankara IBM abc"}},
    {"english", {"l'economie d'Ivoire", "l'economie d'ivoire"}},
};

START_TEST(languages_have_their_apostrophes)
{
    struct row row = language_rows[_i].row;
    char expected[2048];
    /* ASCII words are in lower case already. */
    snprintf(expected, sizeof expected, "%s", row.words);
    if (strncmp(expected, "Paris", 5) == 0) {
        expected[0] = 'p';
    }
    row.words = expected;
    check(language_rows[_i].language, &row);
}
END_TEST

START_TEST(offsets_cover_the_word_as_written)
{
    static const char text[] = "The U.S. and Lukashenko’s 1,000 l'été co\xc2\xad"
                               "op.";
    static const char *const written[] = {"The", "U.S.", "and", "Lukashenko’s", "1,000", "été",
        ("co\xc2\xad"
         "op")};
    struct tokenizer tokenizer;
    tokenizer_init(&tokenizer, language_find("french"));
    tokenizer_begin(&tokenizer, (const uint8_t *)text, sizeof text - 1);
    struct word word;
    for (size_t i = 0; i < sizeof written / sizeof written[0]; i++) {
        ck_assert(tokenizer_next(&tokenizer, &word));
        ck_assert_uint_eq(word.end - word.start, strlen(written[i]));
        ck_assert_mem_eq(text + word.start, written[i], word.end - word.start);
    }
    ck_assert(!tokenizer_next(&tokenizer, &word));
}
END_TEST

START_TEST(broken_text_is_noticed_and_splits)
{
    struct tokenizer tokenizer;
    tokenizer_init(&tokenizer, language_find("none"));
    struct word word;
    tokenizer_begin(&tokenizer,
        (const uint8_t *)"a\xef\xbf\xbd"
                         "b",
        5);
    while (tokenizer_next(&tokenizer, &word)) {
    }
    ck_assert(!tokenizer.has_invalid);
    tokenizer_begin(&tokenizer, (const uint8_t *)"a b\xff", 4);
    while (tokenizer_next(&tokenizer, &word)) {
    }
    ck_assert(tokenizer.has_invalid);
}
END_TEST

START_TEST(a_long_word_is_one_word_cut_at_the_bound)
{
    static char text[20000];
    static const struct {
        const char *unit;
        size_t size;
    } units[] = {{"x", 512}, {"é", 512}, {"€", 510}, {"ぁ\xe3\x82\x99", 510}, {"タ", 510}};
    /* The third and fourth are not letters of one word: a symbol, and Hiragana. */
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t length = 0;
        while (length + 6 < sizeof text) {
            memcpy(text + length, units[i].unit, strlen(units[i].unit));
            length += strlen(units[i].unit);
        }
        struct tokenizer tokenizer;
        tokenizer_init(&tokenizer, language_find("none"));
        tokenizer_begin(&tokenizer, (const uint8_t *)text, length);
        struct word word;
        if (i == 2) {
            ck_assert(!tokenizer_next(&tokenizer, &word));
            continue;
        }
        ck_assert(tokenizer_next(&tokenizer, &word));
        if (i == 3) {
            ck_assert_uint_eq(word.size, 6);
            continue;
        }
        ck_assert_uint_eq(word.size, units[i].size);
        ck_assert_uint_eq(word.end, length);
        ck_assert(!tokenizer_next(&tokenizer, &word));
    }
}
END_TEST

static bool is_same_word(const struct word *a, const struct word *b)
{
    return a->start == b->start && a->end == b->end && a->size == b->size &&
           a->joined == b->joined && a->is_ascii == b->is_ascii && a->is_number == b->is_number &&
           memcmp(a->bytes, b->bytes, a->size) == 0;
}

START_TEST(shortcut_for_ascii_changes_nothing)
{
    static const char alphabet[] = "aAsSzxI019'''...,,,--  _/:\"s";
    struct rng rng;
    rng_init(&rng, 2);
    for (int round = 0; round < 20000; round++) {
        /* Short ones end within what is looked at at once, and long ones have words that do. */
        char text[200];
        const size_t length = rng_below(&rng, round % 2 == 0 ? 40 : sizeof text);
        for (size_t i = 0; i < length; i++) {
            text[i] = round % 4 == 0 ? (char)rng_below(&rng, 0x80)
                                     : alphabet[rng_below(&rng, sizeof alphabet - 1)];
            /* Long words. */
            text[i] = round % 8 == 3 && rng_below(&rng, 30) != 0 ? 'e' : text[i];
        }
        for (size_t i = 0; round % 8 == 1 && i + 3 < length; i += 1 + rng_below(&rng, 80)) {
            memcpy(text + i, rng_below(&rng, 2) == 0 ? "\u2019" : "\u00e9s", 3);
        }
        for (int language = 0; language < 2; language++) {
            struct tokenizer quick;
            struct tokenizer slow;
            tokenizer_init(&quick, language_find(language == 0 ? "none" : "italian"));
            tokenizer_init(&slow, quick.language);
            slow.is_always_slow = true;
            tokenizer_begin(&quick, (const uint8_t *)text, length);
            tokenizer_begin(&slow, (const uint8_t *)text, length);
            for (;;) {
                struct word a;
                struct word b;
                const bool has_a = tokenizer_next(&quick, &a);
                const bool has_b = tokenizer_next(&slow, &b);
                if (!has_a && !has_b) {
                    break;
                }
                /* ck_assert costs a system call: it is left to the failure. */
                if (has_a != has_b || !is_same_word(&a, &b)) {
                    ck_abort_msg("\"%.*s\", language %d", (int)length, text, language);
                }
            }
        }
    }
}
END_TEST

Suite *suite_tokenizer(void)
{
    Suite *suite = suite_create("tokenizer");
    TCase *basics = tcase_create("basics");
    tcase_set_timeout(basics, 60); /* a busy machine */
    tcase_add_loop_test(basics, text_becomes_words, 0, sizeof rows / sizeof rows[0]);
    tcase_add_loop_test(basics, languages_have_their_apostrophes, 0,
        sizeof language_rows / sizeof language_rows[0]);
    tcase_add_test(basics, offsets_cover_the_word_as_written);
    tcase_add_test(basics, broken_text_is_noticed_and_splits);
    suite_add_tcase(suite, basics);
    TCase *limits = tcase_create("limits");
    tcase_set_timeout(limits, 60); /* a busy machine */
    tcase_add_test(limits, a_long_word_is_one_word_cut_at_the_bound);
    suite_add_tcase(suite, limits);
    TCase *model = tcase_create("model");
    tcase_set_timeout(model, 60); /* a busy machine */
    tcase_add_test(model, shortcut_for_ascii_changes_nothing);
    suite_add_tcase(suite, model);
    return suite;
}
