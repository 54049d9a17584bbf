/* text.h -- titles and bodies, as they stand inside a string of JSON.
 *
 * A text is a row of words from several sources (genre.h): the language, set phrases, the section, the story, the
 * document's own words, numbers. After an article comes no function word; people and organisations are named in
 * full at first and by their last word afterwards; sentences, quotations and paragraphs end where they may.
 */
#ifndef BENCH_SCALE_TEXT_H
#define BENCH_SCALE_TEXT_H

#include <stdbool.h>

#include "world.h"

enum {
    OWN_WORDS = 8,
    OWN_NAMES = 2,
};

/* The most bytes that a text of so many words takes: a word is LEXICON_BYTES at most, a short sentence may be a
 * quotation of somebody with a long name, and more is written behind the end than counts. */
#define TEXT_ROOM(word_count) ((size_t)(word_count)*2 * LEXICON_BYTES + 1024)

/* What a document is about. */
struct subject {
    const struct section *section;
    const struct story *story; /* or NULL */
    uint32_t section_index;
    uint32_t own_words[OWN_WORDS];
    struct name own_names[OWN_NAMES];
    uint32_t told; /* bits of the names of story and document that were said in full */
};

struct text {
    const struct world *world;
    uint64_t *state;
    struct subject subject;
    struct sampler own_word; /* borrowed */
    uint8_t title_sources[256], body_sources[256];
};

void text_init(struct text *text, const struct world *world, uint64_t *state);
void text_release(struct text *text);
/* Choose what the next document is about. */
void text_choose(struct text *text);
/* Write at `at`, where there is TEXT_ROOM; where the text ends. */
char *text_title(struct text *text, char *at, uint32_t word_count);
char *text_body(struct text *text, char *at, uint32_t word_count);
/* A copy of a text as another paper prints it: about one word in `one_in` is another. There is twice the room
 * that the text had. */
char *text_copy(struct text *text, char *at, const char *from, size_t length, uint32_t one_in);

#endif
