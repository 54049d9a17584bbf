/* Snippets as a table, and what holds for any bytes: no markup of the document's own comes through. */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "query/parser.h"
#include "query/snippet.h"
#include "support/rng.h"
#include "text/utf8.h"

struct maker {
    struct arena arena;
    struct analyzer *analyzer;
    struct snippeter snippeter;
    struct buf out;
};

static void maker_init(
    struct maker *maker, const char *query, size_t size, lede_snippet_markup markup)
{
    const struct field_names fields = {0};
    const struct plan_options options = {
        .has_positions = true, .first = DATE_NONE, .end = INT64_MAX};
    const struct ast *root = NULL;
    struct plan *plan = NULL;
    arena_init(&maker->arena);
    buf_init(&maker->out, SIZE_MAX);
    ck_assert_int_eq(analyzer_new("english", &maker->analyzer, NULL), LEDE_OK);
    ck_assert_int_eq(
        parser_parse(query, strlen(query), &fields, &maker->arena, &root, NULL), LEDE_OK);
    ck_assert_int_eq(
        plan_build(root, maker->analyzer, &options, &maker->arena, &plan, NULL), LEDE_OK);
    /* The first word of the query is the rarest. */
    uint64_t documents[16];
    for (uint32_t i = 0; i < plan->term_count; i++) {
        documents[i] = 1 + 10 * i;
    }
    const struct collection_stats stats = {
        .documents = 1000, .length = 1000, .term_documents = documents};
    const struct bm25_options bm25 = {.k1 = 1.2, .b = 0.75, .title_boost = 1};
    plan_weigh(plan, &stats, &bm25);
    ck_assert_int_eq(
        snippeter_init(&maker->snippeter, plan, maker->analyzer, size, markup, &maker->arena, NULL),
        LEDE_OK);
}

static const char *maker_make(struct maker *maker, const void *text, size_t length)
{
    buf_reset(&maker->out);
    ck_assert_int_eq(
        snippeter_make(&maker->snippeter, span_of(text, length), &maker->out, NULL), LEDE_OK);
    ck_assert_int_eq(buf_append_u8(&maker->out, 0), LEDE_OK);
    return (const char *)maker->out.data;
}

static void maker_release(struct maker *maker)
{
    buf_release(&maker->out);
    analyzer_free(maker->analyzer);
    arena_release(&maker->arena);
}

struct snippet {
    const char *query;
    size_t size;
    const char *text, *expected;
};

static const struct snippet SNIPPETS[] = {
    {"minsk", 100, "Held in Minsk today.", "Held in <em>Minsk</em> today."},
    {"summit", 100, "Two summits, one SUMMIT.", "Two <em>summits</em>, one <em>SUMMIT</em>."},
    {"minsk", 100, "", ""},
    {"minsk", 100, " \n\t ", ""},
    {"zebra", 20, "None of the words is in here at all.", "None of the words is…"},
    {"zebra", 100, "  Short  text. ", "Short text."},
    {"minsk", 100, "a <b>Minsk</b> & \"c\" 'd'",
        "a &lt;b&gt;<em>Minsk</em>&lt;/b&gt; &amp; &quot;c&quot; &#39;d&#39;"},
    {"minsk", 100, "one\n\n two\r\n\x01 Minsk \x7f\xc2\x85 end", "one two <em>Minsk</em> end"},
    {"minsk", 100, "bad \xff\xc3 Minsk", "bad \xef\xbf\xbd\xef\xbf\xbd <em>Minsk</em>"},
    /* Words of a phrase are marked where the phrase stands, others wherever they are. */
    {"\"collective security\"", 200, "Security first. Collective security. Collective farms.",
        "Security first. <em>Collective</em> <em>security</em>. Collective farms."},
    {"\"collective security\" farms", 200, "Collective security on collective farms.",
        "<em>Collective</em> <em>security</em> on collective <em>farms</em>."},
    {"\"collective security\" security", 200, "Security. Collective security.",
        "<em>Security</em>. <em>Collective</em> <em>security</em>."},
    /* What is excluded, or asked for in titles, is not marked. */
    {"minsk -tram title:bus", 100, "Tram and bus in Minsk.", "Tram and bus in <em>Minsk</em>."},
    /* The window with most of the query, the earliest of equals, from a sentence's start. */
    {"alpha beta", 40,
        "First alpha stands alone in this one. Then nothing of note is said. Now alpha meets beta.",
        "…Now <em>alpha</em> meets <em>beta</em>."},
    {"alpha", 30, "Here is alpha one. And filler text here. Here is alpha two.",
        "Here is <em>alpha</em> one. And filler…"},
    {"alpha", 24, "word word word word word word word alpha word word word word word",
        "…word <em>alpha</em> word word…"},
};

START_TEST(snippets_show_why)
{
    const struct snippet *snippet = &SNIPPETS[_i];
    struct maker maker;
    maker_init(&maker, snippet->query, snippet->size, LEDE_MARKUP_HTML);
    const char *made = maker_make(&maker, snippet->text, strlen(snippet->text));
    ck_assert_msg(strcmp(made, snippet->expected) == 0, "%s in \"%s\":\n%s\nnot\n%s",
        snippet->query, snippet->text, made, snippet->expected);
    maker_release(&maker);
}
END_TEST

START_TEST(plain_snippets_are_not_escaped)
{
    struct maker maker;
    maker_init(&maker, "minsk", 100, LEDE_MARKUP_PLAIN);
    const char text[] = "<a> Minsk \x02 & b";
    ck_assert_str_eq(maker_make(&maker, text, strlen(text)), "<a> \x01Minsk\x02 & b");
    maker_release(&maker);
}
END_TEST

/* Take "<em>" and "</em>" out, alternately; false where they do not alternate. */
static bool strip(char *text)
{
    char *to = text;
    bool open = false;
    for (const char *from = text; *from != '\0';) {
        const char *tag = open ? "</em>" : "<em>";
        if (strncmp(from, tag, strlen(tag)) == 0) {
            from += strlen(tag);
            open = !open;
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
    return !open;
}

START_TEST(nothing_raw_comes_through)
{
    const uint64_t seed = rng_seed(0x736e6970);
    static const char *const PIECES[] = {"alpha", "beta", " ", " ", ".", "\n", "<", ">", "\"", "'",
        "&", "<em>", "</em>", "<script>", "\x01", "\x02", "\x1b[31m", "\xc3\xa9", "\xe9", "\xff",
        "\xe9\x95\xbf\xe6\xb1\x9f", "word", "\xc2\x9b", "\xe2\x80\xa8", ". ", "! "};
    struct rng rng;
    rng_init(&rng, seed);
    for (int round = 0; round < 3000; round++) {
        const size_t size = 1 + rng_next(&rng) % 120;
        struct maker maker;
        maker_init(
            &maker, round % 2 == 0 ? "alpha beta" : "\"alpha beta\" alpha", size, LEDE_MARKUP_HTML);
        char text[2048];
        size_t length = 0;
        while (length < 1500) {
            if (rng_next(&rng) % 8 == 0) {
                text[length++] = (char)rng_next(&rng);
            } else {
                const char *piece = PIECES[rng_next(&rng) % (sizeof PIECES / sizeof PIECES[0])];
                memcpy(text + length, piece, strlen(piece));
                length += strlen(piece);
            }
            if (rng_next(&rng) % 300 == 0) {
                break;
            }
        }
        char *made = strdup(maker_make(&maker, text, length));
        const size_t made_length = strlen(made);
        ck_assert_msg(made_length + 1 == maker.out.size && utf8_is_valid(made, made_length),
            "seed %llu round %d", (unsigned long long)seed, round);
        ck_assert_msg(strip(made), "seed %llu round %d: %s", (unsigned long long)seed, round, made);
        for (const char *at = made; *at != '\0'; at++) {
            ck_assert_msg(strchr("<>\"'", *at) == NULL && (unsigned char)*at >= 0x20 && *at != 0x7f,
                "seed %llu round %d: %s", (unsigned long long)seed, round, made);
            if (*at == '&') {
                ck_assert_msg(strncmp(at, "&amp;", 5) == 0 || strncmp(at, "&lt;", 4) == 0 ||
                                  strncmp(at, "&gt;", 4) == 0 || strncmp(at, "&quot;", 6) == 0 ||
                                  strncmp(at, "&#39;", 5) == 0,
                    "seed %llu round %d: %s", (unsigned long long)seed, round, made);
            }
        }
        /* Each byte became six at most; a word and an ellipsis on each side may be over. */
        ck_assert_msg(made_length <= 6 * (size + 32), "seed %llu round %d: %zu of %zu",
            (unsigned long long)seed, round, made_length, size);
        free(made);
        maker_release(&maker);
    }
}
END_TEST

START_TEST(long_texts_are_looked_through_in_part)
{
    const size_t length = LEDE_SNIPPET_SCAN_BYTES + 100;
    char *text = malloc(length);
    memset(text, 'x', length);
    for (size_t i = 0; i < length; i += 10) {
        text[i] = ' ';
    }
    memcpy(text + length - 20, " minsk ", 7);
    struct maker maker;
    maker_init(&maker, "minsk", 30, LEDE_MARKUP_HTML);
    ck_assert_ptr_null(strstr(maker_make(&maker, text, length), "<em>"));
    memcpy(text + LEDE_SNIPPET_SCAN_BYTES - 20, " minsk ", 7);
    ck_assert_ptr_nonnull(strstr(maker_make(&maker, text, length), "<em>minsk</em>"));
    maker_release(&maker);
    free(text);
}
END_TEST

Suite *suite_snippet(void)
{
    Suite *suite = suite_create("snippet");
    TCase *basics = tcase_create("basics");
    tcase_add_loop_test(basics, snippets_show_why, 0, sizeof SNIPPETS / sizeof SNIPPETS[0]);
    tcase_add_test(basics, plain_snippets_are_not_escaped);
    tcase_add_test(basics, long_texts_are_looked_through_in_part);
    suite_add_tcase(suite, basics);
    TCase *model = tcase_create("model");
    tcase_set_timeout(model, 60);
    tcase_add_test(model, nothing_raw_comes_through);
    suite_add_tcase(suite, model);
    return suite;
}
