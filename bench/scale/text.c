/* text.c */
#include "text.h"

#include <string.h>

enum source { LANGUAGE, PHRASE, SECTION, STORY, OWN, NUMBER };

enum {
    SENTENCE_WORDS = 8, /* at least; and up to twice SENTENCE_MORE more */
    SENTENCE_MORE = 17,
    PARAGRAPH_SENTENCES = 2,
    COMMA_ONE_IN = 20,
    LINKED_OF_EIGHT = 4,
    NOUN_OF_256 = 180, /* function words but articles that want another word behind them */
    PHRASE_DRAWS = 3,  /* until one fits behind a function word */
    QUOTED_ONE_IN = 8, /* sentences */
    SECTION_BITS =
        32 - STORY_NAMES - OWN_NAMES, /* of subject->told, which names of the section share */
};

/* A sentence's state. */
struct sentence {
    uint32_t words_left;
    bool begins, is_quoted, after_function;
};

static void set_sources(uint8_t *sources, const struct mixture *mixture)
{
    const uint32_t shares[] = {
        0, mixture->phrase, mixture->section, mixture->story, mixture->own, mixture->number};
    uint32_t at = 0;
    for (uint32_t source = PHRASE; source <= NUMBER; source++) {
        for (uint32_t i = 0; i < shares[source] && at < 256; i++) {
            sources[at++] = (uint8_t)source;
        }
    }
    memset(sources + at, LANGUAGE, 256 - at);
}

void text_init(struct text *text, const struct world *world, uint64_t *state)
{
    *text = (struct text){.world = world, .state = state};
    set_sources(text->title_sources, &world->genre->title);
    set_sources(text->body_sources, &world->genre->body);
    sampler_init_zipf(&text->own_word, OWN_WORDS, 1);
}

void text_release(struct text *text)
{
    sampler_release(&text->own_word);
}

void text_choose(struct text *text)
{
    const struct world *world = text->world;
    struct subject *subject = &text->subject;
    const int32_t story = world_draw_story(world, text->state);
    subject->story = story == NO_STORY ? NULL : &world->stories[story];
    subject->section_index =
        story == NO_STORY ? sampler_next(&world->section, text->state) : subject->story->section;
    subject->section = &world->sections[subject->section_index];
    for (uint32_t i = 0; i < OWN_WORDS; i++) {
        subject->own_words[i] =
            sampler_next_rank(i == OWN_WORDS - 1 ? &world->names : &world->topical, text->state);
    }
    for (uint32_t i = 0; i < OWN_NAMES; i++) {
        subject->own_names[i] = world_draw_name(world, text->state);
    }
    subject->told = 0;
}

/* ---- words ---- */

static char *put_word(const struct text *text, char *at, uint32_t rank, bool is_capital)
{
    const struct lexicon *lexicon = &text->world->lexicon;
    struct lexeme spelled;
    const struct lexeme *lexeme = &spelled;
    if (rank < LEXICON_CACHED) {
        lexeme = &lexicon->lexemes[rank];
    } else {
        spelled = lexicon_spell(lexicon, rank);
    }
    memcpy(at, lexeme->text, sizeof lexeme->text);
    at[0] = (char)(at[0] - (is_capital ? 'a' - 'A' : 0));
    return at + lexeme->length;
}

/* In full at first, and by the last word afterwards; number is the name's bit in subject->told. */
static char *put_name(
    struct text *text, char *at, const struct name *name, uint32_t number, uint32_t *word_count)
{
    const bool is_told = (text->subject.told >> number & 1) != 0;
    text->subject.told |= UINT32_C(1) << number;
    for (uint32_t i = is_told ? name->count - 1 : 0; i < name->count; i++) {
        at = put_word(text, at, name->ranks[i], true);
        *at++ = ' ';
        *word_count += 1;
    }
    return at - 1;
}

/* A word of a list, and often the one that goes with it. */
static char *put_linked(const struct text *text, char *at, const uint32_t *ranks, uint32_t i,
    bool is_capital, uint32_t chance, uint32_t *word_count)
{
    at = put_word(text, at, ranks[i], is_capital);
    *word_count += 1;
    if (chance % 8 < LINKED_OF_EIGHT) {
        *at++ = ' ';
        at = put_word(text, at, ranks[i ^ 1], false);
        *word_count += 1;
    }
    return at;
}

static char *put_digits(char *at, uint32_t number)
{
    char digits[10];
    uint32_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (count > 0) {
        *at++ = digits[--count];
    }
    return at;
}

/* Days of the month, years, percentages, sums. Small numbers are more frequent than great ones at every size. */
static char *put_number(const struct text *text, char *at, uint32_t *word_count)
{
    uint64_t *state = text->state;
    const uint32_t magnitude = random_below(state, 8),
                   number = random_below(state, UINT32_C(4) << magnitude);
    const uint64_t chance = random_next(state);
    *word_count += 1;
    switch (chance % 8) {
    case 0: return put_digits(at, 1990 + (uint32_t)(chance >> 8) % 30);
    case 1:
    case 2:
        at = put_digits(at, number);
        *at++ = '.';
        at = put_digits(at, (uint32_t)(chance >> 8) % (chance % 16 < 8 ? 100 : 10));
        memcpy(at, " percent", 8);
        *word_count += 1;
        return at + 8;
    case 3:
        *at++ = '$';
        at = put_digits(at, 1 + number);
        memcpy(at, " million", 8);
        *word_count += 1;
        return at + 8;
    case 4:
    case 5:
        at = put_digits(at, 1 + number);
        *at++ = ',';
        /* Rounded to hundreds, most of them. */
        at = put_digits(at, chance % 64 < 12 ? 100 + (uint32_t)(chance >> 8) % 900
                                             : 100 * (1 + (uint32_t)(chance >> 8) % 9));
        return at;
    default: return put_digits(at, 1 + (uint32_t)(chance >> 8) % 31);
    }
}

static uint32_t draw_language(const struct text *text, uint32_t random, bool after_function)
{
    const uint32_t rank = sampler_draw_rank(&text->world->words, random, text->state);
    return after_function && rank < text->world->lexicon.function_count
               ? sampler_next_rank(&text->world->content, text->state)
               : rank;
}

static const struct phrase *draw_phrase(
    const struct text *text, uint32_t random, bool after_function)
{
    const struct world *world = text->world;
    const struct phrase *phrase = &world->phrases[sampler_draw(&world->phrase, random)];
    for (uint32_t i = 0; after_function && phrase->begins_with_function && i < PHRASE_DRAWS; i++) {
        phrase = &world->phrases[sampler_next(&world->phrase, text->state)];
    }
    return phrase;
}

/* One step: a word, a name, a number or a phrase. *word_count grows by the words it has. */
static char *put_step(struct text *text, char *at, const uint8_t *sources,
    struct sentence *sentence, uint32_t *word_count)
{
    const struct world *world = text->world;
    const struct subject *subject = &text->subject;
    const uint64_t random = random_next(text->state);
    const uint32_t high = (uint32_t)(random >> 32), chance = (uint32_t)(random >> 8) & 0xff;
    uint32_t source = sources[random & 0xff], rank;
    source = source == STORY && subject->story == NULL ? SECTION : source;
    source = source == NUMBER && sentence->begins ? LANGUAGE : source;
    const bool is_capital = sentence->begins;
    const bool after_function = sentence->after_function;
    sentence->begins = sentence->after_function = false;
    switch (source) {
    case PHRASE: {
        const struct phrase *phrase = draw_phrase(text, high, after_function);
        sentence->after_function = phrase->ends_with_function;
        memcpy(at, phrase->text, sizeof phrase->text);
        at[0] = (char)(at[0] - (is_capital ? 'a' - 'A' : 0));
        *word_count += phrase->word_count;
        return at + phrase->length;
    }
    case SECTION:
        if (chance < 32) {
            const uint32_t i = sampler_draw(&world->section_name, high);
            return put_name(text, at, &subject->section->names[i],
                STORY_NAMES + OWN_NAMES + i % SECTION_BITS, word_count);
        }
        return put_linked(text, at, subject->section->words,
            sampler_draw(&world->section_word, high), is_capital, chance, word_count);
    case STORY:
        if (chance < 80) {
            const uint32_t i = sampler_draw(&world->story_name, high);
            return put_name(text, at, &subject->story->names[i], i, word_count);
        }
        return put_linked(text, at, subject->story->words, sampler_draw(&world->story_word, high),
            is_capital, chance, word_count);
    case OWN:
        if (chance < 80) {
            return put_name(text, at, &subject->own_names[chance % OWN_NAMES],
                STORY_NAMES + chance % OWN_NAMES, word_count);
        }
        rank = subject->own_words[sampler_draw(&text->own_word, high)];
        break;
    case NUMBER: return put_number(text, at, word_count);
    default:
        rank = draw_language(text, high, after_function);
        sentence->after_function = rank < world->lexicon.function_count &&
                                   (world->lexicon.wants_noun[rank] || chance < NOUN_OF_256);
        break;
    }
    *word_count += 1;
    return put_word(text, at, rank, is_capital);
}

/* ---- texts ---- */

char *text_title(struct text *text, char *at, uint32_t word_count)
{
    struct sentence sentence = {.begins = true};
    for (uint32_t i = 0; i < word_count;) {
        at = put_step(text, at, text->title_sources, &sentence, &i);
        *at++ = ' ';
    }
    return at - 1;
}

static char *begin_sentence(char *at, struct sentence *sentence, uint32_t chance)
{
    *sentence = (struct sentence){.begins = true};
    sentence->words_left = SENTENCE_WORDS + chance % SENTENCE_MORE + (chance >> 8) % SENTENCE_MORE;
    sentence->is_quoted = (chance >> 16) % QUOTED_ONE_IN == 0;
    if (sentence->is_quoted) {
        memcpy(at, "\\\"", 2);
        at += 2;
    }
    return at;
}

/* A quotation ends with the one who said it. */
static char *end_sentence(
    struct text *text, char *at, const struct sentence *sentence, uint32_t *word_count)
{
    if (sentence->is_quoted) {
        memcpy(at, ",\\\" ", 4);
        at = put_name(text, at + 4, &text->subject.own_names[0], STORY_NAMES, word_count);
        memcpy(at, " said", 5);
        at += 5;
        *word_count += 1;
    }
    *at++ = '.';
    return at;
}

char *text_body(struct text *text, char *at, uint32_t word_count)
{
    struct sentence sentence;
    uint32_t sentences = 0;
    for (uint32_t i = 0; i < word_count; sentences++) {
        if (sentences > 0) {
            const bool ends_paragraph = sentences % PARAGRAPH_SENTENCES == 0;
            memcpy(at, ends_paragraph ? "\\n\\n" : "    ", 4);
            at += ends_paragraph ? 4 : 1;
        }
        at = begin_sentence(at, &sentence, (uint32_t)(random_next(text->state) >> 32));
        const uint32_t end = i + sentence.words_left;
        at = put_step(text, at, text->body_sources, &sentence, &i);
        while (i < end && i < word_count) {
            const bool has_comma =
                !sentence.after_function && random_next(text->state) % COMMA_ONE_IN == 0;
            memcpy(at, has_comma ? ", " : " ", 2);
            at += has_comma ? 2 : 1;
            at = put_step(text, at, text->body_sources, &sentence, &i);
        }
        at = end_sentence(text, at, &sentence, &i);
    }
    return at;
}

char *text_copy(struct text *text, char *at, const char *from, size_t length, uint32_t one_in)
{
    const char *end = from + length;
    uint32_t left = random_below(text->state, 2 * one_in);
    while (from < end) {
        const char *space = memchr(from, ' ', (size_t)(end - from));
        const size_t size = (size_t)((space != NULL ? space : end) - from);
        /* Only a plain word: not one with an escape, a quote or a stop in it. */
        bool is_plain = left == 0 && size > 1;
        for (size_t i = 0; is_plain && i < size; i++) {
            is_plain = from[i] >= 'a' && from[i] <= 'z';
        }
        if (is_plain) {
            at = put_word(text, at, sampler_next_rank(&text->world->content, text->state), false);
            left = random_below(text->state, 2 * one_in);
        } else {
            memcpy(at, from, size);
            at += size;
            left -= left > 0;
        }
        from += size;
        if (from < end) {
            *at++ = *from++;
        }
    }
    return at;
}
