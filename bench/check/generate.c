/* generate.c -- the corpus and the queries of `make bench-check`.
 *
 *     generate corpus   20,000 documents as JSON lines, on standard output
 *     generate queries  lines of a class, a tab and a query
 *
 * A document is about one of 200 topics. A third of its words are the topic's, which are of middle rank; the rest
 * come from all of the vocabulary by Zipf's law; here and there stands one of 300 fixed phrases. Half of a
 * topic's documents fall into ten weeks of the twenty years, as news does. Nothing but the series of random
 * numbers decides, so the output is the same everywhere.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "vocabulary.h"

enum {
    DOCUMENTS = 20000,
    TOPICS = 200,
    TOPIC_WORDS = 40,
    PHRASES = 300,
    PHRASE_WORDS = 3,
    DAYS = 7305,     /* twenty years from 2000-01-01 */
    BURST_DAYS = 70, /* in which half of a topic's documents are */
    UNDATED_ONE_IN = 100,
    SOURCES = 12,
    SECTIONS = 6,
};

struct world {
    uint64_t state;
    struct zipf words, topic_words, sources;
    uint32_t topics[TOPICS][TOPIC_WORDS]; /* ranks */
    uint32_t bursts[TOPICS];              /* the first day */
    uint32_t phrases[PHRASES][PHRASE_WORDS];
};

static uint32_t below(struct world *world, uint32_t limit)
{
    return random_below(&world->state, limit);
}

static void world_init(struct world *world)
{
    world->state = 20000101;
    zipf_init(&world->words, VOCABULARY_WORDS);
    zipf_init(&world->topic_words, TOPIC_WORDS);
    zipf_init(&world->sources, SOURCES);
    for (uint32_t i = 0; i < TOPICS; i++) {
        for (uint32_t j = 0; j < TOPIC_WORDS; j++) {
            world->topics[i][j] = 200 + below(world, 12000);
        }
        world->bursts[i] = below(world, DAYS - BURST_DAYS);
    }
    for (uint32_t i = 0; i < PHRASES; i++) {
        for (uint32_t j = 0; j < PHRASE_WORDS; j++) {
            world->phrases[i][j] = 20 + below(world, 4000);
        }
    }
}

/* ---- documents ---- */

static void put_word(uint32_t rank, const char *before)
{
    char word[WORD_BYTES];
    word_of(rank, word);
    printf("%s%s", before, word);
}

static void put_text(struct world *world, uint32_t topic, uint32_t word_count)
{
    const char *before = "";
    for (uint32_t i = 0; i < word_count; i++, before = i % 17 == 0 ? ". " : " ") {
        const uint32_t kind = below(world, 100);
        if (kind < 1) {
            const uint32_t phrase = zipf_draw(&world->topic_words, &world->state) +
                                    TOPIC_WORDS * below(world, PHRASES / TOPIC_WORDS);
            for (uint32_t j = 0; j < PHRASE_WORDS; j++, before = " ") {
                put_word(world->phrases[phrase][j], before);
            }
        } else if (kind < 34) {
            put_word(world->topics[topic][zipf_draw(&world->topic_words, &world->state)], before);
        } else {
            put_word(zipf_draw(&world->words, &world->state), before);
        }
    }
}

/* Day 0 is 2000-01-01. */
static void put_date(uint32_t day)
{
    static const uint32_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint32_t year = 2000, month = 0;
    for (; day >= (year % 4 == 0 ? 366u : 365u); year++) {
        day -= year % 4 == 0 ? 366 : 365;
    }
    for (;; month++) {
        const uint32_t length = lengths[month] + (month == 1 && year % 4 == 0);
        if (day < length) {
            break;
        }
        day -= length;
    }
    printf(", \"date\": \"%u-%02u-%02u\"", year, month + 1, day + 1);
}

static void put_document(struct world *world, uint32_t i)
{
    const uint32_t topic = below(world, TOPICS);
    uint32_t word_count = 30 + below(world, 150);
    word_count += below(world, 8) == 0 ? below(world, 600) : 0;
    printf("{\"id\": \"n%05u\", \"title\": \"", i);
    put_text(world, topic, 4 + below(world, 6));
    printf("\", \"source\": \"wire-%u\", \"section\": \"s%u\"",
        zipf_draw(&world->sources, &world->state), topic % SECTIONS);
    if (below(world, UNDATED_ONE_IN) > 0) {
        const bool is_in_burst = below(world, 2) == 0;
        put_date(
            is_in_burst ? world->bursts[topic] + below(world, BURST_DAYS) : below(world, DAYS));
    }
    printf(", \"body\": \"");
    put_text(world, topic, word_count);
    printf("\"}\n");
}

/* ---- queries ---- */

enum { QUERIES = 12 }; /* of a class */

struct words {
    uint32_t ranks[8];
    uint32_t count;
};

static void put_query(const char *class, const char *sign, const struct words *words)
{
    printf("%s\t", class);
    for (uint32_t i = 0; i < words->count; i++) {
        printf("%s", i > 0 ? " " : "");
        put_word(words->ranks[i], sign);
    }
    printf("\n");
}

/* From common to rare words: each rank about so far behind the one before it as that is from the first. */
static struct words ladder(struct world *world, uint32_t i, uint32_t count)
{
    struct words words = {.count = count};
    uint32_t rank = i;
    for (uint32_t j = 0; j < count; j++) {
        words.ranks[j] = rank;
        rank = rank * 2 + 3 + below(world, 12 * (j + 1));
    }
    return words;
}

/* What somebody asks who is after a topic: words of it, the best known ones rather than others. */
static struct words about(struct world *world, uint32_t count)
{
    const uint32_t topic = below(world, TOPICS);
    struct words words = {.count = count};
    for (uint32_t j = 0; j < count; j++) {
        words.ranks[j] = world->topics[topic][3 * j + below(world, 3)];
    }
    return words;
}

static void put_phrases(struct world *world, uint32_t i)
{
    char a[WORD_BYTES], b[WORD_BYTES], c[WORD_BYTES];
    const uint32_t *phrase = world->phrases[(size_t)i * 3];
    word_of(phrase[0], a);
    word_of(phrase[1], b);
    word_of(phrase[2], c);
    printf("phrase2\t\"%s %s\"\n", a, b);
    printf("phrase3\t\"%s %s %s\"\n", a, b, c);
    const struct words common = ladder(world, i, 2);
    word_of(common.ranks[0], a);
    word_of(common.ranks[1], b);
    printf("phrase-common\t\"%s %s\"\n", a, b);
}

static void put_mixed(struct world *world, uint32_t i)
{
    const struct words words = i % 2 == 0 ? about(world, 3) : ladder(world, i, 3);
    char a[WORD_BYTES], b[WORD_BYTES], c[WORD_BYTES];
    word_of(words.ranks[0], a);
    word_of(words.ranks[1], b);
    word_of(words.ranks[2], c);
    switch (i % 6) {
    case 0: printf("mixed\t+%s %s %s\n", a, b, c); break;
    case 1: printf("mixed\t%s %s -%s\n", b, c, a); break;
    case 2: printf("mixed\t+%s +(%s OR %s)\n", a, b, c); break;
    case 3: printf("mixed\ttitle:%s %s\n", a, c); break;
    case 4: printf("mixed\t\"%s %s\" %s\n", a, b, c); break;
    default: printf("mixed\t%s^2 %s %s\n", a, b, c); break;
    }
    printf("dated\t%s %s date:[%u-%02u TO %u-12]\n", b, c, 2000 + i, i + 1, 2003 + i);
    printf("filtered\t%s %s +source:wire-%u\n", a, c, i);
}

static void put_queries(struct world *world)
{
    for (uint32_t i = 0; i < QUERIES; i++) {
        const struct words alone = {.ranks = {i * i * i * 3}, .count = 1};
        put_query("term", "", &alone);
        const struct words pair = i % 2 == 0 ? ladder(world, i, 2) : about(world, 2);
        put_query("union2", "", &pair);
        put_query("and2", "+", &pair);
        const struct words three = i % 2 == 0 ? ladder(world, i, 3) : about(world, 3);
        put_query("union3", "", &three);
        put_query("and3", "+", &three);
        const struct words many = i % 2 == 0 ? ladder(world, i, 6) : about(world, 6);
        put_query("union6", "", &many);
        put_phrases(world, i);
        put_mixed(world, i);
    }
}

int main(int argc, char **argv)
{
    static struct world world;
    world_init(&world);
    if (argc == 2 && strcmp(argv[1], "queries") == 0) {
        put_queries(&world);
    } else if (argc == 2 && strcmp(argv[1], "corpus") == 0) {
        for (uint32_t i = 0; i < DOCUMENTS; i++) {
            put_document(&world, i);
        }
    } else {
        fputs("usage: generate corpus|queries\n", stderr);
        return 2;
    }
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 4;
}
