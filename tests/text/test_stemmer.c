
#include <check.h>
#include <string.h>

#include "text/stemmer.h"

/* A word in each language that its stemmer makes shorter or other. */
static const char *const words[][2] = {
    {"arabic", "المسلمون"},
    {"armenian", "նորություններ"},
    {"basque", "albisteak"},
    {"catalan", "notícies"},
    {"danish", "nyhederne"},
    {"dutch", "kranten"},
    {"english", "running"},
    {"finnish", "uutisissa"},
    {"french", "nationalité"},
    {"german", "häuser"},
    {"greek", "εφημερίδες"},
    {"hindi", "समाचारों"},
    {"hungarian", "házakban"},
    {"indonesian", "membaca"},
    {"irish", "bhfuinneog"},
    {"italian", "nazionale"},
    {"lithuanian", "naujienos"},
    {"nepali", "समाचारहरू"},
    {"norwegian", "nyhetene"},
    {"porter", "running"},
    {"portuguese", "eleições"},
    {"romanian", "ziarele"},
    {"russian", "новостями"},
    {"serbian", "вестима"},
    {"spanish", "elecciones"},
    {"swedish", "nyheterna"},
    {"tamil", "செய்திகள்"},
    {"turkish", "haberleri"},
    {"yiddish", "הייזער"},
};

START_TEST(every_language_stems_something)
{
    size_t count = 0;
    const char *language;
    for (; (language = stemmer_language(count)) != NULL; count++) {
        struct stemmer stemmer;
        ck_assert_int_eq(stemmer_init(&stemmer, language, NULL), LEDE_OK);
        ck_assert_str_eq(stemmer.language, language);
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            if (strcmp(words[i][0], language) == 0) {
                const struct span word = span_of(words[i][1], strlen(words[i][1]));
                struct span stem;
                ck_assert_int_eq(stemmer_stem(&stemmer, word, &stem), LEDE_OK);
                ck_assert_msg(stem.size > 0 && (stem.size != word.size ||
                                                   memcmp(stem.bytes, word.bytes, stem.size) != 0),
                    "%s: %s", language, words[i][1]);
            }
        }
        stemmer_release(&stemmer);
    }
    ck_assert_uint_ge(count, 2);
    ck_assert_str_eq(stemmer_language(count - 1), "none");
    ck_assert_ptr_null(stemmer_language(count + 1));
}
END_TEST

START_TEST(none_changes_nothing)
{
    struct stemmer stemmer;
    ck_assert_int_eq(stemmer_init(&stemmer, "none", NULL), LEDE_OK);
    struct span stem;
    ck_assert_int_eq(stemmer_stem(&stemmer, span_of("running", 7), &stem), LEDE_OK);
    ck_assert_uint_eq(stem.size, 7);
    stemmer_release(&stemmer);
}
END_TEST

START_TEST(an_unknown_language_is_refused_by_name)
{
    static const char *const names[] = {"klingon", "", "en", "English", "english "};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct stemmer stemmer = {.language = "untouched"};
        lede_error error;
        ck_assert_int_eq(stemmer_init(&stemmer, names[i], &error), LEDE_ERR_INVALID);
        ck_assert_ptr_nonnull(strstr(error.message, names[i]));
        ck_assert_str_eq(stemmer.language, "untouched");
    }
}
END_TEST

Suite *suite_stemmer(void)
{
    Suite *suite = suite_create("stemmer");
    TCase *basics = tcase_create("basics");
    tcase_add_test(basics, every_language_stems_something);
    tcase_add_test(basics, none_changes_nothing);
    tcase_add_test(basics, an_unknown_language_is_refused_by_name);
    suite_add_tcase(suite, basics);
    return suite;
}
