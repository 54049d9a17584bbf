/* corpus_reader.c */
#include "corpus_reader.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void corpus_reader_init(struct corpus_reader *reader, FILE *file)
{
    *reader = (struct corpus_reader){.file = file};
}

void corpus_reader_release(struct corpus_reader *reader)
{
    free(reader->line);
    free(reader->document.words);
}

static bool is_letter(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80;
}

static void add_word(struct corpus_reader *reader, uint64_t hash, size_t length)
{
    struct document *document = &reader->document;
    if (document->word_count == reader->word_room) {
        reader->word_room = reader->word_room * 2 + 1024;
        document->words = realloc(document->words, reader->word_room * sizeof *document->words);
        if (document->words == NULL) {
            fputs("statistics: out of memory\n", stderr);
            exit(4);
        }
    }
    hash ^= hash >> 32;
    hash *= 0xd6e8feb86659fd93u;
    hash ^= hash >> 32;
    document->words[document->word_count++] = (struct word){hash, (uint32_t)length};
}

/* The words of a string of JSON, whose escapes end words. */
static void add_words(struct corpus_reader *reader, const char *text, const char *end)
{
    for (const char *p = text; p < end;) {
        if (*p == '\\') {
            p += p[1] == 'u' ? 6 : 2;
            continue;
        }
        if (!is_letter((unsigned char)*p)) {
            p++;
            continue;
        }
        uint64_t hash = 0xcbf29ce484222325u;
        const char *first = p;
        for (; p < end; p++) {
            unsigned char c = (unsigned char)*p;
            const bool is_inside = (c == '.' || c == ',' || c == '\'') && p + 1 < end &&
                                   is_letter((unsigned char)p[1]);
            if (!is_letter(c) && !is_inside) {
                break;
            }
            c = c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
            hash = (hash ^ c) * 0x100000001b3u; /* FNV-1a */
        }
        add_word(reader, hash, (size_t)(p - first));
    }
}

/* The bytes of a member's string between its quotes; false where there is none. */
static bool find_string(const char *line, const char *name, const char **text, const char **end)
{
    const char *at = strstr(line, name);
    if (at == NULL) {
        return false;
    }
    at += strlen(name);
    at += strspn(at, " :");
    if (*at != '"') {
        return false;
    }
    *text = ++at;
    for (; *at != '"' && *at != '\0'; at++) {
        at += *at == '\\' && at[1] != '\0';
    }
    *end = at;
    return true;
}

/* Days from 1970-01-01 to a date of the Gregorian calendar (Howard Hinnant's days_from_civil). */
static int32_t day_of(int32_t year, int32_t month, int32_t day)
{
    year -= month <= 2;
    const int32_t era = year / 400, of_era = year % 400;
    const int32_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

const struct document *corpus_reader_next(struct corpus_reader *reader)
{
    struct document *document = &reader->document;
    const ssize_t length = getline(&reader->line, &reader->line_room, reader->file);
    if (length < 0) {
        return NULL;
    }
    document->bytes = (size_t)length;
    document->word_count = document->title_words = 0;
    document->day = -1;
    document->hour = 0;
    const char *text, *end;
    if (find_string(reader->line, "\"title\"", &text, &end)) {
        add_words(reader, text, end);
        document->title_words = document->word_count;
    }
    if (find_string(reader->line, "\"body\"", &text, &end)) {
        add_words(reader, text, end);
    }
    int year, month, day, hour = 0;
    if (find_string(reader->line, "\"date\"", &text, &end) &&
        sscanf(text, "%d-%d-%dT%d", &year, &month, &day, &hour) >= 3 && year >= 1970 &&
        month >= 1 && month <= 12) {
        document->day = day_of(year, month, day);
        document->hour = (uint32_t)(hour >= 0 && hour < 24 ? hour : 0);
    }
    return document;
}
