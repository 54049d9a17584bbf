
#include <check.h>
#include <string.h>

#include "text/fold.h"
#include "text/utf8.h"

/* A word, its case-folded form, and that without diacritics. */
static const struct {
    const char *word;
    const char *folded;
    const char *plain;
    uint32_t flags;
} rows[] = {
    {"MINSK", "minsk", "minsk", 0},
    {"Économies", "économies", "economies", 0}, /* French */
    {"E\xcc\x81"
     "conomies",
        "économies", "economies", 0},     /* decomposed */
    {"STRASSE", "strasse", "strasse", 0}, /* German */
    {"Straße", "strasse", "strasse", 0},
    {"ÜBER", "über", "uber", 0},
    {"Eleições", "eleições", "eleicoes", 0}, /* Portuguese */
    {"MAÑANA", "mañana", "manana", 0},       /* Spanish */
    {"Kraków", "kraków", "krakow", 0},       /* Polish */
    {"ŁÓDŹ", "łódź", "lodz", 0},
    {"Smørrebrød", "smørrebrød", "smorrebrod", 0}, /* Danish */
    {"Ærø", "ærø", "aero", 0},
    {"ÞÓRÐUR", "þórður", "thordur", 0},       /* Icelandic */
    {"Đặng", "đặng", "dang", 0},              /* Vietnamese */
    {"IŞIK", "ışık", "isik", FOLD_DOTLESS_I}, /* Turkish */
    {"İSTANBUL", "istanbul", "istanbul", FOLD_DOTLESS_I},
    {"İSTANBUL", "istanbul", "istanbul", 0},
    {"IBM", "ibm", "ibm", 0},
    {"Ƙasar", "ƙasar", "kasar", 0},       /* Hausa */
    {"Ọ̀ṣun", "ọ̀ṣun", "osun", 0},          /* Yoruba */
    {"mɔ́kɔ́", "mɔ́kɔ́", "moko", 0},          /* Lingala */
    {"ședință", "ședință", "sedinta", 0}, /* Romanian */
    {"ședință", "şedinţă", "sedinta", FOLD_CEDILLA},
    {"ЁЛКА", "ёлка", "елка", 0}, /* Russian */
    {"Чай", "чай", "чай", 0},
    {"замо\xcc\x81к", "замо\xcc\x81к", "замок", 0},
    {"Їжак", "їжак", "їжак", 0},       /* Ukrainian */
    {"Ўсход", "ўсход", "ўсход", 0},    /* Belarusian */
    {"Ќе", "ќе", "ќе", 0},             /* Macedonian */
    {"ΑΘΉΝΑΣ", "αθήνασ", "αθηνασ", 0}, /* Greek */
    {"Αθήνας", "αθήνασ", "αθηνασ", 0},
    {"ἄνθρωπος", "ἄνθρωποσ", "ανθρωποσ", 0},
    {"שָׁלוֹם", "שָׁלוֹם", "שלום", 0}, /* Hebrew */
    {"أَحْمَد", "أَحْمَد", "احمد", 0}, /* Arabic */
    {"مؤتمر", "مؤتمر", "مؤتمر", 0},
    {"محـــمد", "محـــمد", "محمد", 0},
    {"हिन्दी", "हिन्दी", "हिन्दी", 0}, /* Hindi */
    {"தமிழ்", "தமிழ்", "தமிழ்", 0},    /* Tamil */
    {"ที่", "ที่", "ที่", 0},             /* Thai */
    {"ｶﾞ", "ガ", "ガ", 0},          /* Japanese */
    {"か\xe3\x82\x99", "が", "が", 0},
    {"한국", "한국", "한국", 0}, /* Korean */
    {"አማርኛ", "አማርኛ", "አማርኛ", 0}, /* Amharic */
    {"ＮＡＴＯ２", "nato2", "nato2", 0},
    {"ﬁre", "fire", "fire", 0},
    {"ŀl", "ll", "ll", 0},
    {"Ⅳ", "iv", "iv", 0},
    {"CO₂", "co2", "co2", 0},
    {"٢٠٢٤", "2024", "2024", 0},
    {"१९४७", "1947", "1947", 0},
    {"৯", "9", "9", 0},
    {"a\xc2\xad"
     "b\xe2\x80\x8d"
     "c",
        "abc", "abc", 0},
    {"\xc2\xad", "", "", 0},
};

static const char *text_of(const uint8_t *bytes, size_t size, char out[LEDE_TERM_BYTES_MAX + 1])
{
    memcpy(out, bytes, size);
    out[size] = '\0';
    return out;
}

START_TEST(words_fold_as_their_readers_expect)
{
    struct folder folder;
    uint8_t folded[LEDE_TERM_BYTES_MAX];
    uint8_t plain[LEDE_TERM_BYTES_MAX];
    char text[LEDE_TERM_BYTES_MAX + 1];
    const size_t size = fold_case(
        &folder, (const uint8_t *)rows[_i].word, strlen(rows[_i].word), rows[_i].flags, folded);
    ck_assert_str_eq(text_of(folded, size, text), rows[_i].folded);
    if (size > 0) {
        const size_t plain_size = fold_marks(&folder, folded, size, plain);
        ck_assert_str_eq(text_of(plain, plain_size, text), rows[_i].plain);
    }
}
END_TEST

START_TEST(folding_stays_within_a_term)
{
    static const char *const units[] = {
        "x", "é", "\xef\xb7\xba", "ａ", "\xf0\x9d\x92\x9c", "ß", "æ", "\xcc\x81", "a\xcc\x81", "ΐ"};
    struct folder folder;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        uint8_t word[FOLD_BYTES_MAX];
        size_t size = 0;
        while (size + strlen(units[i]) <= sizeof word) {
            memcpy(word + size, units[i], strlen(units[i]));
            size += strlen(units[i]);
        }
        uint8_t folded[LEDE_TERM_BYTES_MAX];
        uint8_t plain[LEDE_TERM_BYTES_MAX];
        size = fold_case(&folder, word, size, FOLD_DOTLESS_I | FOLD_CEDILLA, folded);
        ck_assert_uint_le(size, LEDE_TERM_BYTES_MAX);
        ck_assert_uint_ge(size, LEDE_TERM_BYTES_MAX / 2);
        ck_assert(utf8_is_valid(folded, size));
        size = fold_marks(&folder, folded, size, plain);
        ck_assert_uint_le(size, LEDE_TERM_BYTES_MAX);
        ck_assert(utf8_is_valid(plain, size));
    }
}
END_TEST

START_TEST(bytes_that_are_not_utf8_fold_to_nothing)
{
    struct folder folder;
    uint8_t out[LEDE_TERM_BYTES_MAX];
    ck_assert_uint_eq(fold_case(&folder, (const uint8_t *)"a\xff", 2, 0, out), 0);
    ck_assert_uint_eq(fold_marks(&folder, (const uint8_t *)"\xc3", 1, out), 0);
}
END_TEST

Suite *suite_fold(void)
{
    Suite *suite = suite_create("fold");
    TCase *basics = tcase_create("basics");
    tcase_add_loop_test(
        basics, words_fold_as_their_readers_expect, 0, sizeof rows / sizeof rows[0]);
    tcase_add_test(basics, bytes_that_are_not_utf8_fold_to_nothing);
    suite_add_tcase(suite, basics);
    TCase *limits = tcase_create("limits");
    tcase_add_test(limits, folding_stays_within_a_term);
    suite_add_tcase(suite, limits);
    return suite;
}
