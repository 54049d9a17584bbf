/* statistics.c -- what kind of text a corpus is: JSON lines on standard input, lines of a name, a tab and a
 * number on standard output.
 *
 * A word is a run of letters, digits and bytes above ASCII, in lower case, with a dot, comma or apostrophe inside
 * where letters or digits stand on both sides; nothing is stemmed. Title and body count, but no word of one is the
 * neighbour of a word of the other. bench/scale/README.md says what each number is. Memory: the vocabulary,
 * 48 bytes for each document, and 8 for one posting in SAMPLE.
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "corpus_reader.h"
#include "table.h"

enum {
    SAMPLE = 8, /* of so many words one is followed through the days */
    BIGRAM_WORDS = 4000000,
    BODY_WORDS_MIN = 50, /* of a body that is looked at as a copy */
    SHINGLE = 5,         /* words */
    MINIMA = 12,
    MINIMA_EQUAL = 9,
    BANDS = 6,
    GROWTH_MAX = 48,
    DAYS_MAX = 40000,
};

#define GROWTH_FIRST \
    UINT64_C(4096) /* the vocabulary is looked at after so many words, and twice that, ... */

struct growth {
    double words, distinct;
};

struct statistics {
    struct table words;   /* value: occurrences; mark: the last document; extra: documents */
    struct table bigrams; /* of the first BIGRAM_WORDS words */
    struct table bands;   /* of bodies' minima: the last document that had them */
    uint32_t (*minima)[MINIMA];
    uint64_t minima_room;
    uint64_t *places; /* sampled postings: word << 32 | day */
    uint64_t place_count, place_room;
    uint32_t *lengths; /* of documents, in words */
    uint64_t length_room;
    uint64_t documents, bytes, word_count, posting_count, title_words, titles, bodies, copies,
        bigram_words;
    uint64_t word_bytes;
    uint64_t hours[24], weekdays[7];
    uint32_t *days; /* documents by day since 1970 */
    struct growth growth[GROWTH_MAX];
    uint32_t growth_count;
};

static uint64_t mixed(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static void *enlarged(void *p, uint64_t *room, uint64_t needed, size_t size)
{
    if (needed <= *room) {
        return p;
    }
    *room = needed * 2 > 4096 ? needed * 2 : 4096;
    p = realloc(p, (size_t)*room * size);
    if (p == NULL) {
        fputs("statistics: out of memory\n", stderr);
        exit(4);
    }
    return p;
}

/* ---- one document ---- */

static void count_word(struct statistics *all, const struct word *word, int32_t day)
{
    struct entry *entry = table_find(&all->words, word->hash);
    entry->value++;
    all->word_count++;
    all->word_bytes += word->length;
    if (entry->mark != all->documents + 1) {
        entry->mark = (uint32_t)(all->documents + 1);
        entry->extra++;
        all->posting_count++;
        if (word->hash % SAMPLE == 0 && day >= 0) {
            all->places =
                enlarged(all->places, &all->place_room, all->place_count + 1, sizeof *all->places);
            const uint64_t id = (uint64_t)(entry - all->words.entries);
            all->places[all->place_count++] = id << 32 | (uint32_t)day;
        }
    }
    if (all->word_count == GROWTH_FIRST << all->growth_count) {
        all->growth[all->growth_count++] =
            (struct growth){(double)all->word_count, all->words.count};
    }
}

static void count_pair(struct statistics *all, const struct word *first, const struct word *second)
{
    if (all->bigram_words < BIGRAM_WORDS) {
        all->bigram_words++;
        table_find(&all->bigrams, mixed(first->hash * 3 + second->hash))->value++;
    }
}

/* MinHash (Broder 1997): of a copy most minima are those of its original. */
static void find_copy(struct statistics *all, const struct word *words, size_t count)
{
    uint32_t minima[MINIMA];
    memset(minima, 0xff, sizeof minima);
    for (size_t i = 0; i + SHINGLE <= count; i++) {
        uint64_t hash = 0;
        for (size_t j = 0; j < SHINGLE; j++) {
            hash = mixed(hash * 31 + words[i + j].hash);
        }
        for (uint32_t m = 0; m < MINIMA; m++) {
            const uint32_t value = (uint32_t)((hash * (2 * m + 1) + m * 0x9e3779b97f4a7c15u) >> 32);
            minima[m] = value < minima[m] ? value : minima[m];
        }
    }
    all->minima = enlarged(all->minima, &all->minima_room, all->bodies + 1, sizeof *all->minima);
    memcpy(all->minima[all->bodies], minima, sizeof minima);
    bool is_copy = false;
    for (uint32_t b = 0; b < BANDS; b++) {
        const uint64_t key = mixed(((uint64_t)minima[2 * b] << 32 | minima[2 * b + 1]) + b);
        const uint32_t known = all->bands.count;
        struct entry *entry = table_find(&all->bands, key);
        if (all->bands.count == known && !is_copy) {
            uint32_t equal = 0;
            for (uint32_t m = 0; m < MINIMA; m++) {
                equal += all->minima[entry->value][m] == minima[m];
            }
            is_copy = equal >= MINIMA_EQUAL;
        }
        entry->value = (uint32_t)all->bodies;
    }
    all->copies += is_copy;
    all->bodies++;
}

static void count_document(struct statistics *all, const struct document *document)
{
    for (size_t i = 0; i < document->word_count; i++) {
        count_word(all, &document->words[i], document->day);
        if (i > 0 && i != document->title_words) {
            count_pair(all, &document->words[i - 1], &document->words[i]);
        }
    }
    if (document->word_count >= document->title_words + BODY_WORDS_MIN) {
        find_copy(all, document->words + document->title_words,
            document->word_count - document->title_words);
    }
    all->lengths =
        enlarged(all->lengths, &all->length_room, all->documents + 1, sizeof *all->lengths);
    all->lengths[all->documents] = (uint32_t)document->word_count;
    all->documents++;
    all->bytes += document->bytes;
    all->title_words += document->title_words;
    all->titles += document->title_words > 0;
    if (document->day >= 0 && document->day < DAYS_MAX) {
        all->days[document->day]++;
        all->weekdays[(document->day + 3) % 7]++; /* 1970-01-01 was a Thursday; 0 is Monday */
        all->hours[document->hour]++;
    }
}

/* ---- what comes of them ---- */

static void put(const char *name, double value)
{
    printf("%s\t%.6g\n", name, value);
}

static int down(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

static int up64(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x > y ? 1 : x < y ? -1 : 0;
}

/* The slope of a straight line through points that are evenly spaced in the logarithm of rank. */
static double slope_between(const uint32_t *counts, double first, double last)
{
    double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (double rank = first; rank <= last; rank *= 1.1) {
        const double x = log(floor(rank)), y = log(counts[(size_t)rank - 1]);
        n++, sx += x, sy += y, sxx += x * x, sxy += x * y;
    }
    return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

static void put_ranks(const struct statistics *all)
{
    const uint32_t count = all->words.count;
    uint32_t *counts = malloc((size_t)count * sizeof *counts + 1);
    uint32_t once = 0, in_one = 0, in_two = 0, in_few = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct entry *entry = &all->words.entries[i];
        counts[i] = entry->value;
        once += entry->value == 1;
        in_one += entry->extra == 1;
        in_two += entry->extra == 2;
        in_few += entry->extra <= 10;
    }
    qsort(counts, count, sizeof *counts, down);
    static const uint32_t tops[] = {1, 2, 5, 10, 32, 100, 300, 1000, 3000, 10000, 30000, 100000};
    double sum = 0;
    for (uint32_t i = 0, t = 0; i < count && t < sizeof tops / sizeof *tops; i++) {
        sum += counts[i];
        if (i + 1 == tops[t]) {
            printf("share of the %u most frequent words\t%.6g\n", tops[t++],
                sum / (double)all->word_count);
        }
    }
    if (count > 20000) {
        put("Zipf's exponent, ranks 10 to 1000", -slope_between(counts, 10, 1000));
        put("Zipf's exponent, ranks 1000 to 10000", -slope_between(counts, 1000, 10000));
        put("Zipf's exponent, ranks 10000 to a tenth",
            -slope_between(counts, 10000, count / 10.0 > 10001 ? count / 10.0 : 20000));
    }
    put("words that occur once, share of all", (double)once / count);
    put("words in one document, share of all", (double)in_one / count);
    put("words in two documents, share of all", (double)in_two / count);
    put("words in ten documents or fewer, share of all", (double)in_few / count);
    free(counts);
}

static void put_growth(const struct statistics *all)
{
    double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (uint32_t i = 0; i < all->growth_count; i++) {
        const double x = log(all->growth[i].words), y = log(all->growth[i].distinct);
        if (all->growth[i].words >= 262144) {
            n++, sx += x, sy += y, sxx += x * x, sxy += x * y;
        }
    }
    const double beta = (n * sxy - sx * sy) / (n * sxx - sx * sx);
    put("Heaps' K", exp((sy - beta * sx) / n));
    put("Heaps' beta", beta);
    for (uint32_t i = 4; i < all->growth_count; i += 3) {
        printf("distinct words of the first %.0f\t%.0f\n", all->growth[i].words,
            all->growth[i].distinct);
    }
}

static void put_lengths(struct statistics *all)
{
    static const uint32_t percents[] = {5, 10, 25, 50, 75, 90, 95, 99};
    qsort(all->lengths, all->documents, sizeof *all->lengths, down);
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
        const uint64_t place = all->documents * (100 - percents[i]) / 100;
        printf("words of a document, p%u\t%u\n", percents[i], all->lengths[place]);
    }
}

/* Of words in 100 to 9,999 documents: how much of them falls into their fullest hundredth of the days, and how
 * uneven their counts by day are, beside the days' own unevenness. */
static void put_bursts(struct statistics *all, uint32_t day_count, double dispersion)
{
    qsort(all->places, all->place_count, sizeof *all->places, up64);
    uint32_t *counts = calloc(DAYS_MAX, sizeof *counts);
    double share = 0, uneven = 0, words = 0;
    for (uint64_t i = 0, next; i < all->place_count; i = next) {
        const uint64_t word = all->places[i] >> 32;
        uint32_t used = 0;
        for (next = i; next < all->place_count && all->places[next] >> 32 == word; next++) {
            if (next == i || all->places[next] != all->places[next - 1]) {
                counts[used++] = 0;
            }
            counts[used - 1]++;
        }
        const double total = (double)(next - i);
        if (total < 100 || total >= 10000) {
            continue;
        }
        qsort(counts, used, sizeof *counts, down);
        double top = 0, squares = 0;
        for (uint32_t d = 0; d < used; d++) {
            top += d < (day_count + 99) / 100 ? counts[d] : 0;
            squares += (double)counts[d] * counts[d];
        }
        const double mean = total / day_count;
        share += top / total;
        uneven += (squares / day_count - mean * mean) / mean - mean * dispersion;
        words++;
    }
    free(counts);
    put("words in 100 to 9999 documents: share in the fullest 1 % of days", share / words);
    put("the same: variance over mean by day, without the days' own", uneven / words);
}

static void put_days(struct statistics *all)
{
    uint32_t first = DAYS_MAX, last = 0;
    double sum = 0, squares = 0;
    for (uint32_t d = 0; d < DAYS_MAX; d++) {
        if (all->days[d] > 0) {
            first = d < first ? d : first;
            last = d;
            sum += all->days[d];
            squares += (double)all->days[d] * all->days[d];
        }
    }
    if (sum < 1) {
        return;
    }
    const uint32_t day_count = last - first + 1;
    const double mean = sum / day_count;
    const double dispersion = (squares / day_count - mean * mean) / (mean * mean);
    put("days", day_count);
    put("documents a day", mean);
    put("standard deviation of that over the mean", sqrt(dispersion));
    put("share on Saturdays and Sundays", (double)(all->weekdays[5] + all->weekdays[6]) / sum);
    uint64_t fullest = 0, emptiest = UINT64_MAX;
    for (uint32_t h = 0; h < 24; h++) {
        fullest = all->hours[h] > fullest ? all->hours[h] : fullest;
        emptiest = all->hours[h] < emptiest ? all->hours[h] : emptiest;
    }
    put("share of the fullest hour of the day", (double)fullest / sum);
    put("share of the emptiest", (double)emptiest / sum);
    put_bursts(all, day_count, dispersion);
}

static void put_bigrams(const struct statistics *all)
{
    const uint32_t count = all->bigrams.count;
    uint32_t *counts = malloc((size_t)count * sizeof *counts + 1);
    for (uint32_t i = 0; i < count; i++) {
        counts[i] = all->bigrams.entries[i].value;
    }
    qsort(counts, count, sizeof *counts, down);
    double top = 0, often = 0;
    for (uint32_t i = 0; i < count; i++) {
        top += i < 100 ? counts[i] : 0;
        often += counts[i] >= 10 ? counts[i] : 0;
    }
    put("pairs of words, distinct, of the first 4 million", count);
    put("share of the 100 most frequent pairs", top / (double)all->bigram_words);
    put("share of pairs that occur ten times or more", often / (double)all->bigram_words);
    free(counts);
}

static void release(struct statistics *all)
{
    table_release(&all->words);
    table_release(&all->bigrams);
    table_release(&all->bands);
    free(all->minima);
    free(all->places);
    free(all->lengths);
    free(all->days);
}

int main(void)
{
    static struct statistics all;
    table_init(&all.words, 20);
    table_init(&all.bigrams, 20);
    table_init(&all.bands, 16);
    all.days = calloc(DAYS_MAX, sizeof *all.days);
    struct corpus_reader reader;
    corpus_reader_init(&reader, stdin);
    const struct document *document;
    while ((document = corpus_reader_next(&reader)) != NULL) {
        count_document(&all, document);
    }
    corpus_reader_release(&reader);
    if (all.documents == 0) {
        fputs("statistics: no documents\n", stderr);
        return 2;
    }
    const double documents = (double)all.documents;
    put("documents", documents);
    put("bytes of a document", (double)all.bytes / documents);
    put("words", (double)all.word_count);
    put("words of a document", (double)all.word_count / documents);
    put("words of a title", (double)all.title_words / (double)(all.titles > 0 ? all.titles : 1));
    put("bytes of a word", (double)all.word_bytes / (double)all.word_count);
    put("distinct words", all.words.count);
    put("distinct words of a document (postings)", (double)all.posting_count / documents);
    put_lengths(&all);
    put_growth(&all);
    put_ranks(&all);
    put_bigrams(&all);
    put_days(&all);
    put("bodies that are near copies of an earlier one, share",
        all.bodies > 0 ? (double)all.copies / (double)all.bodies : 0);
    release(&all);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 4;
}
