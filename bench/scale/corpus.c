/* corpus.c */
#include "corpus.h"

#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "text.h"

enum {
    RECENT = 64,       /* documents that may be copied */
    FRAME_BYTES = 512, /* the most of a document besides its texts */
    OUTPUT_BYTES = 1 << 17,
    ALTERED_ONE_IN = 100, /* words of a copy */
    SHORTENED_ONE_IN = 4, /* copies */
    COPIED_DAYS = 2,      /* for so long after it a document is copied */
};

struct recent {
    char *title, *body;
    size_t title_length, body_length;
    uint32_t section_index, day;
};

struct corpus {
    const struct genre *genre;
    FILE *file;
    struct world world;
    struct text text;
    struct calendar calendar;
    struct sampler source;
    uint64_t state;
    struct recent recent[RECENT], copy;
    uint64_t original_count;
    uint32_t words_mean, genre_mean;
    size_t text_room; /* of a title or a body */
    char *output, *at;
    uint64_t written; /* bytes */
};

static const char *const sources[] = {"Herald Wire", "North Press", "Continental News",
    "Coast Agency", "Daily Ledger", "Evening Courier", "Harbour Times", "Capital Report",
    "Prairie Post", "Metro Bulletin", "Island Gazette", "Valley Star"};
static const char *const categories[SECTIONS] = {"business", "world", "markets", "politics",
    "sport", "technology", "energy", "health", "banking", "entertainment", "science", "environment",
    "law", "transport", "defence", "education", "media", "retail", "housing", "agriculture",
    "travel", "culture", "religion", "weather"};

/* By a table of percentiles in steps of five, with straight lines between them. */
static uint32_t draw_length(struct corpus *corpus, const uint16_t *percentiles)
{
    const uint32_t at = random_below(&corpus->state, 20 * 1024), step = at / 1024;
    const uint32_t low = percentiles[step], high = percentiles[step + 1];
    return low + (high - low) * (at % 1024) / 1024;
}

static uint32_t mean_length(const uint16_t *percentiles)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < 20; i++) {
        sum += (uint32_t)percentiles[i] + percentiles[i + 1];
    }
    return sum / 40;
}

static uint32_t scaled(const struct corpus *corpus, uint32_t word_count)
{
    return (uint32_t)((uint64_t)word_count * corpus->words_mean / corpus->genre_mean) +
           (word_count > 0);
}

/* ---- documents ---- */

static void begin(struct corpus *corpus, const struct corpus_options *options, FILE *file)
{
    const struct genre *genre = options->genre;
    *corpus = (struct corpus){.genre = genre, .file = file, .state = options->seed};
    world_init(&corpus->world, genre, random_next(&corpus->state));
    calendar_init(&corpus->calendar, options->first_day, options->last_day, options->documents,
        genre->weekend, random_next(&corpus->state));
    text_init(&corpus->text, &corpus->world, &corpus->state);
    sampler_init_zipf(&corpus->source, sizeof sources / sizeof *sources, 1);
    const uint16_t *lengths = genre->has_bodies ? genre->body_words : genre->title_words;
    corpus->genre_mean = mean_length(lengths);
    corpus->words_mean = options->words_mean > 0 ? options->words_mean : corpus->genre_mean;
    corpus->text_room = TEXT_ROOM(scaled(corpus, lengths[20]) + genre->title_words[20]);
    for (uint32_t i = 0; i <= RECENT; i++) {
        struct recent *recent = i < RECENT ? &corpus->recent[i] : &corpus->copy;
        recent->title = memory(2, corpus->text_room);
        recent->body = memory(2, corpus->text_room);
    }
    corpus->at = corpus->output = memory(OUTPUT_BYTES + 4 * corpus->text_room + FRAME_BYTES, 1);
}

static void end(struct corpus *corpus)
{
    for (uint32_t i = 0; i <= RECENT; i++) {
        struct recent *recent = i < RECENT ? &corpus->recent[i] : &corpus->copy;
        free(recent->title);
        free(recent->body);
    }
    free(corpus->output);
    sampler_release(&corpus->source);
    text_release(&corpus->text);
    calendar_release(&corpus->calendar);
    world_release(&corpus->world);
}

static const struct recent *make_original(struct corpus *corpus, uint32_t day)
{
    struct recent *recent = &corpus->recent[corpus->original_count++ % RECENT];
    struct text *text = &corpus->text;
    text_choose(text);
    recent->section_index = text->subject.section_index;
    recent->day = day;
    uint32_t title_words = draw_length(corpus, corpus->genre->title_words);
    title_words = corpus->genre->has_bodies ? title_words : scaled(corpus, title_words);
    recent->title_length = (size_t)(text_title(text, recent->title, title_words) - recent->title);
    if (corpus->genre->has_bodies) {
        const uint32_t body_words = scaled(corpus, draw_length(corpus, corpus->genre->body_words));
        recent->body_length = (size_t)(text_body(text, recent->body, body_words) - recent->body);
    }
    return recent;
}

/* Where a shortened body ends: at the end of a paragraph in its second half, or at its own end. */
static size_t shortened(const struct recent *recent)
{
    static const char paragraph[] = "\\n\\n";
    for (size_t i = recent->body_length / 2; i + 4 < recent->body_length; i++) {
        if (memcmp(recent->body + i, paragraph, 4) == 0) {
            return i;
        }
    }
    return recent->body_length;
}

/* NULL where the one that was chosen is too old. */
static const struct recent *make_copy(struct corpus *corpus, uint32_t day)
{
    const uint64_t known = corpus->original_count < RECENT ? corpus->original_count : RECENT;
    const struct recent *from = &corpus->recent[random_below(&corpus->state, (uint32_t)known)];
    if (from->day + COPIED_DAYS < day) {
        return NULL;
    }
    struct recent *copy = &corpus->copy;
    struct text *text = &corpus->text;
    copy->section_index = from->section_index;
    copy->title_length =
        (size_t)(text_copy(text, copy->title, from->title, from->title_length, ALTERED_ONE_IN / 4) -
                 copy->title);
    const size_t length =
        random_below(&corpus->state, SHORTENED_ONE_IN) == 0 ? shortened(from) : from->body_length;
    copy->body_length =
        (size_t)(text_copy(text, copy->body, from->body, length, ALTERED_ONE_IN) - copy->body);
    return copy;
}

static void write_output(struct corpus *corpus)
{
    corpus->written +=
        fwrite(corpus->output, 1, (size_t)(corpus->at - corpus->output), corpus->file);
    corpus->at = corpus->output;
}

static char *add(char *at, const char *text, size_t length)
{
    memcpy(at, text, length);
    return at + length;
}

static void put_document(struct corpus *corpus, const struct recent *recent, uint32_t day,
    uint64_t number, uint32_t minute)
{
    const struct date date = date_of_day(day);
    char *at = corpus->at;
    at += sprintf(at, "{\"id\": \"%04u%02u%02u-%llu\", \"date\": \"%04u-%02u-%02uT%02u:%02u\", ",
        date.year, date.month, date.day, (unsigned long long)number + 1, date.year, date.month,
        date.day, minute / 60, minute % 60);
    if (corpus->genre->has_bodies) {
        const uint32_t source = sampler_next(&corpus->source, &corpus->state);
        at += sprintf(at, "\"source\": \"%s\", \"category\": \"%s\", ", sources[source],
            categories[recent->section_index]);
    }
    at = add(at, "\"title\": \"", 10);
    at = add(at, recent->title, recent->title_length);
    if (corpus->genre->has_bodies) {
        at = add(at, "\", \"body\": \"", 12);
        at = add(at, recent->body, recent->body_length);
    }
    corpus->at = add(at, "\"}\n", 3);
    if (corpus->at - corpus->output >= OUTPUT_BYTES) {
        write_output(corpus);
    }
}

uint64_t corpus_write(const struct corpus_options *options, FILE *file)
{
    static struct corpus corpus;
    begin(&corpus, options, file);
    for (uint32_t i = 0; i < corpus.calendar.day_count && !ferror(file); i++) {
        const uint64_t count =
            calendar_before(&corpus.calendar, i + 1) - calendar_before(&corpus.calendar, i);
        const uint32_t day = options->first_day + i;
        world_next_day(&corpus.world, count);
        for (uint64_t j = 0; j < count && !ferror(file); j++) {
            const bool is_copy = corpus.original_count > 0 &&
                                 random_below(&corpus.state, 1000) < options->genre->copies;
            const struct recent *recent = is_copy ? make_copy(&corpus, day) : NULL;
            recent = recent == NULL ? make_original(&corpus, day) : recent;
            put_document(&corpus, recent, day, j,
                calendar_minute(&corpus.calendar, j, count, &corpus.state));
        }
    }
    write_output(&corpus);
    end(&corpus);
    return corpus.written;
}
