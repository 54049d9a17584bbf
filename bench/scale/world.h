/* world.h -- what the news is about: sections, which stay; stories, which burst and fade; and the set phrases of the
 * language.
 *
 * A section has words of its own, of middle rank, and a wire; a story belongs to a section and has words and
 * names, most of them rare ones: new words come into the language with stories. How much is written about a story
 * is heavy-tailed, how long it lasts is anything from a day to many months, and what is written about it halves
 * with each such time; now and then an old story comes up again.
 *
 * Memory: the stories that are not over, STORIES_MAX at most.
 */
#ifndef BENCH_SCALE_WORLD_H
#define BENCH_SCALE_WORLD_H

#include <stdbool.h>

#include "genre.h"
#include "lexicon.h"
#include "sampler.h"

enum {
    SECTIONS = 24,
    SECTION_WORDS = 500,
    SECTION_NAMES = 60,
    STORY_WORDS = 32,
    STORY_NAMES = 6,
    NAME_WORDS = 3,
    STORIES_MAX = 65536,
    PHRASES = 12288,
    PHRASE_BYTES = 64,
    NO_STORY = -1,
};

/* A person, an organisation, a place: always said in these words, or in the last of them. */
struct name {
    uint32_t ranks[NAME_WORDS];
    uint32_t count;
};

struct section {
    uint32_t words[SECTION_WORDS];
    struct name names[SECTION_NAMES];
};

struct story {
    uint32_t words[STORY_WORDS];
    struct name names[STORY_NAMES];
    uint32_t section;
    uint32_t decay;  /* what a day leaves, of 65536 */
    uint64_t weight; /* today's */
};

struct phrase {
    char text[PHRASE_BYTES - 5];
    uint8_t length, word_count;
    uint8_t content_count; /* words that are no function words */
    bool begins_with_function, ends_with_function;
};

struct world {
    const struct genre *genre;
    struct lexicon lexicon;
    uint64_t state;
    struct sampler words, function, content, topical, names, given_names;               /* ranks */
    struct sampler phrase, section, section_word, section_name, story_word, story_name; /* items */
    struct phrase *phrases;
    struct section *sections;
    struct story *stories;
    uint64_t *up_to; /* the weights of this story and all before it */
    uint32_t story_count;
};

void world_init(struct world *world, const struct genre *genre, uint64_t seed);
void world_release(struct world *world);
/* Go on by a day, on which so many documents are written. */
void world_next_day(struct world *world, uint64_t documents);
/* One of today's stories, or NO_STORY. */
int32_t world_draw_story(const struct world *world, uint64_t *state);
/* A person or the like, by the law of names. */
struct name world_draw_name(const struct world *world, uint64_t *state);

#endif
