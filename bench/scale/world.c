/* world.c */
#include "world.h"

#include <stdlib.h>
#include <string.h>

enum {
    LIFE_STEPS = 8 * 256, /* a story's half-life is 1 to 256 days, by the logarithm */
    SIZE_BITS = 12,       /* the greatest story is so many doublings of the least */
    WEIGHT_UNIT = 1 << 16,
    WEIGHT_MIN = 1 << 9,
    REVIVED_ONE_IN = 2048, /* stories a day */
    PHRASE_WORDS = 4,
};

struct name world_draw_name(const struct world *world, uint64_t *state)
{
    struct name name = {.count = 2 + (random_below(state, 5) == 0)};
    for (uint32_t i = 0; i + 1 < name.count; i++) {
        name.ranks[i] = sampler_next_rank(&world->given_names, state);
    }
    name.ranks[name.count - 1] = sampler_next_rank(&world->names, state);
    return name;
}

/* ---- what stays ---- */

static void make_sections(struct world *world)
{
    world->sections = memory(SECTIONS, sizeof *world->sections);
    for (uint32_t s = 0; s < SECTIONS; s++) {
        for (uint32_t i = 0; i < SECTION_WORDS; i++) {
            world->sections[s].words[i] = sampler_next_rank(&world->topical, &world->state);
        }
        for (uint32_t i = 0; i < SECTION_NAMES; i++) {
            world->sections[s].names[i] = world_draw_name(world, &world->state);
        }
    }
}

/* A set phrase: words of the language in one of the orders that English likes. f: any function word but an article;
 * a: an article or the like; w: another word. */
static void make_phrase(struct world *world, struct phrase *phrase)
{
    static const char *const orders[] = {"fa", "fa", "fa", "wfa", "wfa", "aw", "aww", "faw", "fw",
        "wf", "wfw", "ff", "ffa", "wfaw", "awf", "awfa"};
    static const char *const title_orders[] = {"fw", "wf", "fw", "wf", "wfw", "fww", "ff", "fwf"};
    const char *order =
        world->genre->has_bodies
            ? orders[random_below(&world->state, sizeof orders / sizeof *orders)]
            : title_orders[random_below(&world->state, sizeof title_orders / sizeof *title_orders)];
    uint32_t length = 0;
    for (uint32_t i = 0; order[i] != '\0'; i++) {
        uint32_t rank;
        do {
            rank = sampler_next_rank(
                order[i] == 'w' ? &world->content : &world->function, &world->state);
        } while (order[i] != 'w' && world->lexicon.wants_noun[rank] != (order[i] == 'a'));
        const struct lexeme lexeme = lexicon_spell(&world->lexicon, rank);
        if (length + lexeme.length + 1 > sizeof phrase->text) {
            break;
        }
        if (i > 0) {
            phrase->text[length++] = ' ';
        }
        memcpy(phrase->text + length, lexeme.text, lexeme.length);
        length += lexeme.length;
        phrase->word_count++;
        phrase->content_count = (uint8_t)(phrase->content_count + (order[i] == 'w'));
        phrase->ends_with_function = order[i] != 'w';
    }
    phrase->length = (uint8_t)length;
    phrase->begins_with_function = order[0] != 'w';
}

void world_init(struct world *world, const struct genre *genre, uint64_t seed)
{
    *world = (struct world){.genre = genre, .state = seed};
    lexicon_init(&world->lexicon, genre->order);
    const uint32_t function_count = world->lexicon.function_count;
    sampler_init_law(&world->words, genre->words, 0, RANK_END);
    sampler_init_law(&world->function, genre->words, 0, function_count);
    sampler_init_law(&world->content, genre->words, function_count, RANK_END);
    sampler_init_law(&world->topical, genre->topical, function_count, RANK_END);
    sampler_init_law(&world->names, genre->names, function_count, RANK_END);
    sampler_init_law(&world->given_names, genre->names, function_count, SINGLE_RANKS);
    sampler_init_zipf(&world->phrase, PHRASES, genre->phrase_shift);
    sampler_init_zipf(&world->section, SECTIONS, 4);
    sampler_init_zipf(&world->section_word, SECTION_WORDS, 12);
    sampler_init_zipf(&world->section_name, SECTION_NAMES, 4);
    sampler_init_zipf(&world->story_word, STORY_WORDS, 3);
    sampler_init_zipf(&world->story_name, STORY_NAMES, 1);
    make_sections(world);
    world->phrases = memory(PHRASES, sizeof *world->phrases);
    for (uint32_t i = 0; i < PHRASES; i++) {
        make_phrase(world, &world->phrases[i]);
    }
    world->stories = memory(STORIES_MAX, sizeof *world->stories);
    world->up_to = memory(STORIES_MAX, sizeof *world->up_to);
}

void world_release(struct world *world)
{
    struct sampler *samplers[] = {&world->words, &world->function, &world->content, &world->topical,
        &world->names, &world->given_names, &world->phrase, &world->section, &world->section_word,
        &world->section_name, &world->story_word, &world->story_name};
    for (size_t i = 0; i < sizeof samplers / sizeof *samplers; i++) {
        sampler_release(samplers[i]);
    }
    lexicon_release(&world->lexicon);
    free(world->phrases);
    free(world->sections);
    free(world->stories);
    free(world->up_to);
}

/* ---- what comes and goes ---- */

static void begin_story(struct world *world, struct story *story)
{
    uint64_t *state = &world->state;
    story->section = sampler_next(&world->section, state);
    for (uint32_t i = 0; i < STORY_WORDS; i++) {
        story->words[i] = sampler_next_rank(i % 8 == 1 ? &world->names : &world->topical, state);
    }
    for (uint32_t i = 0; i < STORY_NAMES; i++) {
        /* The section's people are in many of its stories. */
        story->names[i] =
            random_below(state, 2) == 0
                ? world->sections[story->section].names[sampler_next(&world->section_name, state)]
                : world_draw_name(world, state);
    }
    const uint64_t days = power_of_two(random_below(state, LIFE_STEPS), 256); /* of 256 */
    const uint64_t size = (UINT64_C(1) << SIZE_BITS) / (1 + random_below(state, 1 << SIZE_BITS));
    story->decay = (uint32_t)(65536 * days / (days + 256));
    story->weight = size * WEIGHT_UNIT * 256 / days;
}

static void fade(struct world *world)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < world->story_count; i++) {
        struct story *story = &world->stories[i];
        story->weight = (story->weight * story->decay) >> 16;
        if (random_below(&world->state, REVIVED_ONE_IN) == 0) {
            story->weight *= 16;
        }
        if (story->weight >= WEIGHT_MIN) {
            world->stories[kept++] = *story;
        }
    }
    world->story_count = kept;
}

void world_next_day(struct world *world, uint64_t documents)
{
    fade(world);
    const uint32_t unit = world->genre->story_documents * 100;
    uint64_t births =
        (documents * world->genre->has_story + random_below(&world->state, unit)) / unit;
    births = births == 0 && world->story_count == 0 ? 1 : births;
    for (; births > 0 && world->story_count < STORIES_MAX; births--) {
        begin_story(world, &world->stories[world->story_count++]);
    }
    uint64_t sum = 0;
    for (uint32_t i = 0; i < world->story_count; i++) {
        world->up_to[i] = sum += world->stories[i].weight;
    }
}

int32_t world_draw_story(const struct world *world, uint64_t *state)
{
    if (random_below(state, 100) >= world->genre->has_story) {
        return NO_STORY;
    }
    const uint64_t at = random_next(state) % world->up_to[world->story_count - 1];
    uint32_t first = 0, end = world->story_count;
    while (first < end) {
        const uint32_t middle = first + (end - first) / 2;
        if (world->up_to[middle] <= at) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    return (int32_t)first;
}
