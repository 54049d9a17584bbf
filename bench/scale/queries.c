/* queries.c */
#include "queries.h"

#include <string.h>

#include "world.h"

struct writer {
    struct world world;
    uint64_t state;
    FILE *file;
};

static void put_word(struct writer *writer, uint32_t rank)
{
    const struct lexeme lexeme = lexicon_spell(&writer->world.lexicon, rank);
    fwrite(lexeme.text, 1, lexeme.length, writer->file);
}

static const struct section *draw_section(struct writer *writer)
{
    return &writer->world.sections[sampler_next(&writer->world.section, &writer->state)];
}

static void put_words(struct writer *writer, const char *class, const char *sign, uint32_t count)
{
    const struct section *section = draw_section(writer);
    fprintf(writer->file, "%s\t", class);
    for (uint32_t i = 0; i < count; i++) {
        fprintf(writer->file, "%s%s", i > 0 ? " " : "", sign);
        put_word(writer, section->words[sampler_next(&writer->world.section_word, &writer->state)]);
    }
    fputc('\n', writer->file);
}

static void put_name(struct writer *writer)
{
    const struct name *name =
        &draw_section(writer)->names[sampler_next(&writer->world.section_name, &writer->state)];
    fputs("phrase\t\"", writer->file);
    for (uint32_t i = 0; i < name->count; i++) {
        fputs(i > 0 ? " " : "", writer->file);
        put_word(writer, name->ranks[i]);
    }
    fputs("\"\n", writer->file);
}

/* Two words that texts often have beside each other. */
static void put_linked(struct writer *writer)
{
    const struct section *section = draw_section(writer);
    const uint32_t i = sampler_next(&writer->world.section_word, &writer->state);
    fputs("and\t+", writer->file);
    put_word(writer, section->words[i]);
    fputs(" +", writer->file);
    put_word(writer, section->words[i ^ 1]);
    fputc('\n', writer->file);
}

/* A set phrase with so many words that are no function words. */
static void put_phrase(struct writer *writer, const char *class, uint32_t least, uint32_t most)
{
    const struct phrase *phrase;
    do {
        phrase = &writer->world.phrases[sampler_next(&writer->world.phrase, &writer->state)];
    } while (
        phrase->word_count < 2 || phrase->content_count < least || phrase->content_count > most);
    fprintf(writer->file, "%s\t\"%.*s\"\n", class, (int)phrase->length, phrase->text);
}

void queries_write(const struct genre *genre, uint64_t seed, FILE *file)
{
    static struct writer writer;
    writer.file = file;
    writer.state = seed;
    world_init(&writer.world, genre, random_next(&writer.state)); /* as corpus.c does */
    writer.state ^= 0x9e3779b9;
    for (uint32_t i = 0; i < QUERIES_OF_CLASS; i++) {
        put_words(&writer, "or", "", 2 + i % 3);
        if (i % 2 == 0) {
            put_linked(&writer);
            put_name(&writer);
        } else {
            put_words(&writer, "and", "+", 2);
            put_phrase(&writer, "phrase", 2, UINT32_MAX);
        }
        put_phrase(&writer, "common", 0, 1);
        put_words(&writer, "term", "", 1);
    }
    world_release(&writer.world);
}
