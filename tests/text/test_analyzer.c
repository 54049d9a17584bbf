
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "support/fail.h"
#include "support/rng.h"
#include "text/analyzer.h"
#include "text/utf8.h"

static struct analyzer *new_analyzer(const char *language)
{
    struct analyzer *analyzer = NULL;
    lede_error error;
    ck_assert_msg(
        analyzer_new(language, &analyzer, &error) == LEDE_OK, "%s: %s", language, error.message);
    return analyzer;
}

static void terms_of(struct analyzer *analyzer, const char *text, char out[4096])
{
    struct token token;
    size_t size = 0;
    out[0] = '\0';
    analyzer_begin(analyzer, text, strlen(text));
    while (analyzer_next(analyzer, &token)) {
        size += (size_t)snprintf(out + size, 4096 - size, "%s%.*s",
            token.position == 0 ? ""
            : token.joined      ? "~"
                                : " ",
            (int)token.term_length, token.term);
        ck_assert_uint_lt(size, 4096);
    }
    ck_assert_int_eq(analyzer_status(analyzer), LEDE_OK);
}

static const struct {
    const char *language;
    const char *text;
    const char *terms;
} rows[] = {
    {"english", "The presidents’ summits in Minsk's ministries",
        "the presid summit in minsk ministri"},
    {"english", "Lukashenko Lukashenko's LUKASHENKO’S", "lukashenko lukashenko lukashenko"},
    {"english", "state states state's states'", "state state state state"},
    {"english", "Café cafes Beyoncé's naïvely", "cafe cafe beyonc naiv"},
    {"english", "U.S.-led COVID-19 1,000,000 2.5 1990s", "us~led covid~19 1000000 2.5 1990s"},
    {"english", "inning's news news's", "inning news news"},
    {"porter", "Lukashenko's running", "lukashenko run"},
    {"none", "Running Lukashenko’s états ÉTATS", "running lukashenko etats etats"},
    {"none", "中国 ＡＢＣ ١٢", "中~国 abc 12"},
    {"french", "l'économie économies economie ECONOMIES", "econom econom econom econom"},
    {"german", "Häuser Haus Straßen Strasse", "haus haus strass strass"},
    {"turkish", "KİTAPLARI kitapları IŞIK ışık isik", "kitap kitap isik isik isik"},
    {"romanian", "națiunii naţiunii", "natiun natiun"},
    {"russian", "новостями НОВОСТИ ёлка елка", "новост новост елк елк"},
    {"none", "\xc2\xad \xe3\x85\xa4 ـــ a", "ـــ a"},
};

START_TEST(text_becomes_terms)
{
    struct analyzer *analyzer = new_analyzer(rows[_i].language);
    char terms[4096];
    terms_of(analyzer, rows[_i].text, terms);
    ck_assert_str_eq(terms, rows[_i].terms);
    terms_of(analyzer, rows[_i].text, terms); /* now from the cache */
    ck_assert_str_eq(terms, rows[_i].terms);
    analyzer_free(analyzer);
}
END_TEST

/* A word as written and as it is typed without diacritics. */
static const char *const pairs[][3] = {
    {"french", "économie", "economie"},
    {"french", "élections", "elections"},
    {"french", "présidentielle", "presidentielle"},
    {"french", "sécurité", "securite"},
    {"french", "université", "universite"},
    {"french", "données", "donnees"},
    {"french", "première", "premiere"},
    {"french", "suite", "suites"},
    {"portuguese", "não", "nao"},
    {"portuguese", "responsável", "responsavel"},
    {"spanish", "información", "informacion"},
    {"spanish", "informaciones", "informacion"},
    {"english", "Beyoncé", "beyonce"},
    {"french", "développement", "developpement"},
    {"spanish", "canción", "cancion"},
    {"spanish", "política", "politica"},
    {"spanish", "niños", "ninos"},
    {"portuguese", "eleições", "eleicoes"},
    {"portuguese", "presidência", "presidencia"},
    {"portuguese", "informação", "informacao"},
    {"german", "häuser", "hauser"},
    {"german", "präsident", "prasident"},
    {"german", "größe", "grosse"},
    {"swedish", "säkerhet", "sakerhet"},
    {"danish", "København", "Kobenhavn"},
    {"norwegian", "månedene", "manedene"},
    {"italian", "città", "citta"},
    {"romanian", "știri", "stiri"},
    {"turkish", "güvenlik", "guvenlik"},
    {"russian", "ёлки", "елки"},
    {"greek", "ειδήσεις", "ειδησεις"},
    {"none", "Łódź", "lodz"},
};

START_TEST(a_word_typed_without_diacritics_meets_the_word)
{
    struct analyzer *analyzer = new_analyzer(pairs[_i][0]);
    char written[4096];
    char typed[4096];
    terms_of(analyzer, pairs[_i][1], written);
    terms_of(analyzer, pairs[_i][2], typed);
    ck_assert_str_eq(written, typed);
    analyzer_free(analyzer);
}
END_TEST

/* Bytes of many kinds: UTF-8, its pieces, ASCII, NULs. */
static size_t random_text(struct rng *rng, uint8_t *text, size_t max)
{
    static const char *const pieces[] = {"the", "Running", "'", "’", ".", ",", "1", "000", "é",
        "\xcc\x81", "中", "カ", "한", "ก", "\xe1\x9f\x92", "\xff", "\xe2\x82", "\xf0\x9f",
        "\xc2\xad", " ", "-", "I", "İ", "\xe3\x85\xa4", "\xef\xb7\xba", "ש\"", "א", "s", "ـ",
        "U.S.", "ß"};
    size_t size = 0;
    while (size + 8 < max) {
        if (rng_below(rng, 4) == 0) {
            text[size++] = (uint8_t)rng_next32(rng);
        } else {
            const char *piece = pieces[rng_below(rng, sizeof pieces / sizeof pieces[0])];
            memcpy(text + size, piece, strlen(piece));
            size += strlen(piece);
        }
    }
    return size;
}

START_TEST(any_bytes_give_ordered_tokens_of_valid_terms)
{
    static const char *const languages[] = {
        "english", "none", "turkish", "french", "arabic", "hindi"};
    struct rng rng;
    rng_init(&rng, 3);
    for (size_t l = 0; l < sizeof languages / sizeof languages[0]; l++) {
        struct analyzer *analyzer = new_analyzer(languages[l]);
        for (int round = 0; round < 500; round++) {
            uint8_t text[600];
            const size_t length = random_text(&rng, text, sizeof text);
            size_t end = 0;
            uint32_t position = 0;
            struct token token;
            analyzer_begin(analyzer, (const char *)text, length);
            while (analyzer_next(analyzer, &token)) {
                ck_assert_uint_eq(token.position, position);
                ck_assert_uint_ge(token.start, end);
                ck_assert_uint_lt(token.start, token.end);
                ck_assert_uint_le(token.end, length);
                ck_assert_uint_ge(token.term_length, 1);
                ck_assert_uint_le(token.term_length, LEDE_TERM_BYTES_MAX);
                ck_assert(utf8_is_valid(token.term, token.term_length));
                ck_assert(!token.joined || position > 0);
                end = token.end;
                position++;
            }
            ck_assert_int_eq(analyzer_status(analyzer), LEDE_OK);
            ck_assert_int_eq(analyzer_saw_invalid(analyzer), !utf8_is_valid(text, length));
        }
        analyzer_free(analyzer);
    }
}
END_TEST

static void check_same(struct analyzer *a, struct analyzer *b, const char *text, size_t length)
{
    struct token x;
    struct token y;
    analyzer_begin(a, text, length);
    analyzer_begin(b, text, length);
    for (;;) {
        const bool has_x = analyzer_next(a, &x);
        ck_assert_int_eq(has_x, analyzer_next(b, &y));
        if (!has_x) {
            break;
        }
        ck_assert_msg(x.term_length == y.term_length && memcmp(x.term, y.term, x.term_length) == 0,
            "%.*s, %.*s", (int)x.term_length, x.term, (int)y.term_length, y.term);
        ck_assert(x.start == y.start && x.end == y.end && x.joined == y.joined &&
                  x.position == y.position);
    }
}

START_TEST(shortcuts_change_nothing)
{
    struct rng rng;
    rng_init(&rng, 4);
    const char *language;
    for (size_t i = 0; (language = analyzer_language_name(i)) != NULL; i++) {
        struct analyzer *quick = new_analyzer(language);
        struct analyzer *plain = new_analyzer(language);
        analyzer_set_shortcuts(plain, false, false);
        for (int round = 0; round < 40; round++) {
            uint8_t text[600];
            const size_t length = random_text(&rng, text, sizeof text);
            check_same(quick, plain, (const char *)text, length);
        }
        analyzer_free(quick);
        analyzer_free(plain);
    }
}
END_TEST

START_TEST(a_full_cache_changes_nothing)
{
    enum { WORDS = 120000, BYTES = WORDS * 16 };
    char *text = malloc(BYTES);
    size_t length = 0;
    for (int i = 0; i < WORDS; i++) {
        length += (size_t)sprintf(text + length, "%cord%dings ", 'a' + i % 26, i);
    }
    struct analyzer *quick = new_analyzer("english");
    struct analyzer *plain = new_analyzer("english");
    analyzer_set_shortcuts(plain, false, true);
    check_same(quick, plain, text, length);
    analyzer_free(quick);
    analyzer_free(plain);
    free(text);
}
END_TEST

START_TEST(a_long_word_is_one_term_cut_at_the_bound)
{
    static char text[10000];
    struct analyzer *analyzer = new_analyzer("none");
    for (size_t length = LEDE_TERM_BYTES_MAX - 1; length <= sizeof text;
         length += length <= LEDE_TERM_BYTES_MAX + 1 ? 1 : 3000) {
        for (int slow = 0; slow < 2; slow++) {
            memset(text, 'x', sizeof text);
            analyzer_set_shortcuts(analyzer, true, slow == 0);
            struct token token;
            analyzer_begin(analyzer, text, length);
            ck_assert(analyzer_next(analyzer, &token));
            ck_assert_uint_eq(token.term_length,
                length < LEDE_TERM_BYTES_MAX ? length : (size_t)LEDE_TERM_BYTES_MAX);
            ck_assert_uint_eq(token.end, length);
            ck_assert(!analyzer_next(analyzer, &token));
        }
    }
    /* Two bytes a letter, of which the bound would halve one. */
    for (size_t i = 0; i + 1 < sizeof text; i += 2) {
        memcpy(text + i, "ж", 2);
    }
    text[0] = 'a';
    text[1] = 'b';
    text[2] = 'c';
    memmove(text + 3, text + 4, sizeof text - 4);
    struct token token;
    analyzer_begin(analyzer, text, 9001);
    ck_assert(analyzer_next(analyzer, &token));
    ck_assert_uint_eq(token.term_length, LEDE_TERM_BYTES_MAX - 1);
    ck_assert(utf8_is_valid(token.term, token.term_length));
    ck_assert_uint_eq(token.end, 9001);
    ck_assert(!analyzer_next(analyzer, &token));
    analyzer_free(analyzer);
}
END_TEST

START_TEST(fingerprints_tell_languages_apart)
{
    uint64_t seen[128];
    size_t count = 0;
    const char *language;
    for (; (language = analyzer_language_name(count)) != NULL; count++) {
        ck_assert_uint_lt(count, 128);
        struct analyzer *analyzer = new_analyzer(language);
        struct analyzer *again = new_analyzer(language);
        ck_assert_str_eq(analyzer_language(analyzer), language);
        seen[count] = analyzer_fingerprint(analyzer);
        ck_assert_uint_eq(seen[count], analyzer_fingerprint(again));
        for (size_t i = 0; i < count; i++) {
            ck_assert_uint_ne(seen[i], seen[count]);
        }
        analyzer_free(analyzer);
        analyzer_free(again);
    }
    ck_assert_uint_ge(count, 2);
    ck_assert_str_eq(analyzer_language_name(count - 1), "none");
}
END_TEST

START_TEST(failing_allocations_fail_cleanly_or_only_slow_down)
{
    for (uint64_t at = 0; at < 8; at++) {
        struct fail_memory memory;
        fail_memory_begin(&memory, at, FAIL_FROM_ON);
        struct analyzer *analyzer = NULL;
        lede_error error;
        const lede_status status = analyzer_new("english", &analyzer, &error);
        if (at == 0) {
            ck_assert_int_eq(status, LEDE_ERR_NOMEM);
            ck_assert_ptr_null(analyzer);
        } else {
            ck_assert_int_eq(status, LEDE_OK);
            char terms[4096];
            terms_of(analyzer, "Running flies", terms);
            ck_assert_str_eq(terms, "run fli");
        }
        analyzer_free(analyzer);
        fail_memory_end();
        ck_assert_int_eq(memory.live_blocks, 0);
    }
}
END_TEST

START_TEST(an_unknown_language_is_refused)
{
    struct analyzer *analyzer = NULL;
    lede_error error;
    ck_assert_int_eq(analyzer_new("volapük", &analyzer, &error), LEDE_ERR_INVALID);
    ck_assert_ptr_null(analyzer);
    ck_assert_int_eq(analyzer_new("volapük", &analyzer, NULL), LEDE_ERR_INVALID);
    analyzer_free(NULL);
}
END_TEST

/* ---- looking for some terms only ---- */

/* A text of made-up words with the endings that English stemmers know, marks and capitals between. */
static size_t make_text(struct rng *rng, char *text, size_t words)
{
    static const char *const endings[] = {"", "s", "es", "ies", "ied", "ed", "ing", "ingly", "edly",
        "eed", "y", "ly", "li", "ational", "tional", "enci", "ency", "anci", "ancy", "izer",
        "ization", "abli", "ably", "alism", "fulness", "ousness", "iviti", "biliti", "ogist",
        "icate", "ative", "ement", "sses", "us", "ss", "e", "ll", "'s", "'", "-x", ".a", "é",
        "tted", "bbing"};
    static const char letters[] = "abcdeilnostyyx0";
    size_t length = 0;
    for (size_t i = 0; i < words; i++) {
        for (size_t more = 1 + (size_t)rng_below(rng, 5); more > 0; more--) {
            char letter = letters[rng_below(rng, sizeof letters - 1)];
            letter = rng_below(rng, 10) == 0 && letter >= 'a' ? (char)(letter - 'a' + 'A') : letter;
            text[length++] = letter;
        }
        const char *ending = endings[rng_below(rng, sizeof endings / sizeof endings[0])];
        memcpy(text + length, ending, strlen(ending));
        length += strlen(ending);
        text[length++] = rng_below(rng, 8) == 0 ? '.' : ' ';
    }
    return length;
}

struct seen_token {
    uint8_t term[LEDE_TERM_BYTES_MAX];
    struct token token;
};

/* All tokens of the text into `seen`; their number. */
static size_t read_all(struct analyzer *analyzer, struct seen_token *seen)
{
    size_t count = 0;
    while (analyzer_next(analyzer, &seen[count].token)) {
        memcpy(seen[count].term, seen[count].token.term, seen[count].token.term_length);
        seen[count].token.term = seen[count].term;
        count++;
    }
    return count;
}

START_TEST(what_is_left_out_is_none_of_the_terms_looked_for)
{
    enum { WORDS = 400, TEXT_BYTES = WORDS * 16, SOUGHT = 4 };
    static char text[TEXT_BYTES];
    static struct seen_token all[WORDS * 3], some[WORDS * 3];
    static const char *const languages[] = {"english", "porter", "french", "none"};
    struct rng rng;
    rng_init(&rng, 21);
    struct analyzer *analyzer = NULL;
    ck_assert_int_eq(analyzer_new(languages[_i], &analyzer, NULL), LEDE_OK);
    for (size_t turn = 0; turn < 200; turn++) {
        const size_t length = make_text(&rng, text, WORDS);
        struct term_heads heads;
        const struct token *sought[SOUGHT];
        analyzer_begin(analyzer, text, length);
        const size_t count = read_all(analyzer, all);
        term_heads_init(&heads);
        for (size_t i = 0; i < SOUGHT; i++) {
            sought[i] = &all[rng_below(&rng, count)].token;
            term_heads_add(&heads, sought[i]->term, sought[i]->term_length);
        }
        analyzer_begin_for(analyzer, text, length, &heads);
        const size_t some_count = read_all(analyzer, some);
        size_t at = 0;
        for (size_t i = 0; i < count; i++) {
            const struct token *token = &all[i].token;
            if (at < some_count && some[at].token.position == token->position) {
                ck_assert_uint_eq(some[at].token.start, token->start);
                ck_assert_uint_eq(some[at].token.end, token->end);
                ck_assert(some[at].token.joined == token->joined);
                ck_assert_uint_eq(some[at].token.term_length, token->term_length);
                ck_assert_mem_eq(some[at].term, token->term, token->term_length);
                at++;
                continue;
            }
            for (size_t j = 0; j < SOUGHT; j++) {
                ck_assert_msg(sought[j]->term_length != token->term_length ||
                                  memcmp(sought[j]->term, token->term, token->term_length) != 0,
                    "%s: \"%.*s\" was left out", languages[_i], (int)(token->end - token->start),
                    text + token->start);
            }
        }
        ck_assert_uint_eq(at, some_count);
        ck_assert(_i >= 2 || some_count < count);
    }
    analyzer_free(analyzer);
}
END_TEST

Suite *suite_analyzer(void)
{
    Suite *suite = suite_create("analyzer");
    TCase *basics = tcase_create("basics");
    tcase_add_loop_test(basics, text_becomes_terms, 0, sizeof rows / sizeof rows[0]);
    tcase_add_loop_test(
        basics, a_word_typed_without_diacritics_meets_the_word, 0, sizeof pairs / sizeof pairs[0]);
    tcase_add_test(basics, fingerprints_tell_languages_apart);
    tcase_add_loop_test(basics, what_is_left_out_is_none_of_the_terms_looked_for, 0, 4);
    tcase_add_test(basics, an_unknown_language_is_refused);
    tcase_add_test(basics, failing_allocations_fail_cleanly_or_only_slow_down);
    suite_add_tcase(suite, basics);
    TCase *limits = tcase_create("limits");
    tcase_set_timeout(limits, 60);
    tcase_add_test(limits, a_long_word_is_one_term_cut_at_the_bound);
    suite_add_tcase(suite, limits);
    TCase *model = tcase_create("model");
    tcase_set_timeout(model, 60);
    tcase_add_test(model, any_bytes_give_ordered_tokens_of_valid_terms);
    tcase_add_test(model, shortcuts_change_nothing);
    tcase_add_test(model, a_full_cache_changes_nothing);
    suite_add_tcase(suite, model);
    return suite;
}
