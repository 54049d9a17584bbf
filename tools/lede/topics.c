/* topics.c -- the file is read whole and cut in place: ids and words are slices of it. */
#include "topics.h"

#include "failure.h"
#include "input.h"

#include <stdlib.h>
#include <string.h>

static bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static lede_text trim(const char *begin, const char *end)
{
    while (begin < end && is_space(*begin)) {
        begin++;
    }
    while (end > begin && is_space(end[-1])) {
        end--;
    }
    return (lede_text){begin, (size_t)(end - begin)};
}

static void lower_word(char *word, size_t length)
{
    static const char *const operators[] = {"AND", "OR", "NOT"};
    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
        if (strlen(operators[i]) == length && memcmp(word, operators[i], length) == 0) {
            for (size_t j = 0; j < length; j++) {
                word[j] = (char)(word[j] | 0x20);
            }
        }
    }
}

void topics_make_plain(char *begin, char *end)
{
    static const char operators[] = "+-!\"()[]{}:^~*?\\<>=&|";
    for (char *at = begin; at < end; at++) {
        if (*at == '\0' || is_space(*at) || strchr(operators, *at) != NULL) {
            *at = ' ';
        }
    }
    for (char *word = begin; word < end;) {
        const char *blank = memchr(word, ' ', (size_t)(end - word));
        const size_t length = (size_t)((blank != NULL ? blank : end) - word);
        lower_word(word, length);
        word += length + 1;
    }
}

/* `words` is part of the writable file. */
static bool add(struct topics *topics, lede_text id, char *words, size_t length, uint64_t line)
{
    if (topics->count == topics->room) {
        const size_t room = topics->room * 2 + 64;
        struct topic *larger = realloc(topics->list, room * sizeof(*larger));
        if (larger == NULL) {
            return false;
        }
        topics->list = larger;
        topics->room = room;
    }
    topics_make_plain(words, words + length);
    topics->list[topics->count++] = (struct topic){id, trim(words, words + length), line};
    return true;
}

static bool read_lines(
    struct topics *topics, const char *path, char *at, char *end, int *status_out)
{
    uint64_t number = 0;
    while (at < end) {
        number++;
        char *line_end = memchr(at, '\n', (size_t)(end - at));
        line_end = line_end != NULL ? line_end : end;
        if (trim(at, line_end).length > 0) {
            char *tab = memchr(at, '\t', (size_t)(line_end - at));
            const lede_text id = trim(at, tab != NULL ? tab : at);
            if (tab == NULL || id.length == 0) {
                failure_say("%s:%llu: a topic is its number, a tab and its words", path,
                    (unsigned long long)number);
                *status_out = EXIT_USAGE;
                return false;
            }
            if (!add(topics, id, tab + 1, (size_t)(line_end - tab - 1), number)) {
                *status_out = failure_no_memory();
                return false;
            }
        }
        at = line_end + 1;
    }
    return true;
}

/* The text behind a tag's name up to the next tag; `label` ("Number:", "Topic:") is left out. */
static lede_text tag_text(char *at, char *end, const char *label)
{
    const char *next = memchr(at, '<', (size_t)(end - at));
    lede_text text = trim(at, next != NULL ? next : end);
    const size_t label_length = strlen(label);
    if (text.length >= label_length && strncasecmp(text.data, label, label_length) == 0) {
        text = trim(text.data + label_length, text.data + text.length);
    }
    return text;
}

/* TREC's SGML of the ad hoc tracks: <top> <num> Number: 301 <title> Organized Crime <desc> ... */
static bool read_trec(
    struct topics *topics, const char *path, char *begin, char *end, int *status_out)
{
    lede_text id = {"", 0};
    uint64_t line = 1;
    char *counted = begin;
    for (char *at = begin; (at = memchr(at, '<', (size_t)(end - at))) != NULL; at++) {
        for (; counted < at; counted++) {
            line += *counted == '\n';
        }
        if (strncasecmp(at, "<num>", 5) == 0) {
            id = tag_text(at + 5, end, "Number:");
        } else if (strncasecmp(at, "<title>", 7) == 0) {
            const lede_text words = tag_text(at + 7, end, "Topic:");
            if (id.length == 0) {
                failure_say(
                    "%s:%llu: a <title> without a <num> before it", path, (unsigned long long)line);
                *status_out = EXIT_USAGE;
                return false;
            }
            char *writable = at + (words.data - at);
            if (!add(topics, id, writable, words.length, line)) {
                *status_out = failure_no_memory();
                return false;
            }
            id = (lede_text){"", 0};
        }
    }
    return true;
}

bool topics_read(const char *path, struct topics *topics_out, int *status_out)
{
    *topics_out = (struct topics){0};
    size_t length = 0;
    if (!input_read(path, &topics_out->bytes, &length, status_out)) {
        return false;
    }
    char *begin = topics_out->bytes;
    char *end = begin + length;
    if (length >= 3 && memcmp(begin, "\xef\xbb\xbf", 3) == 0) {
        begin += 3;
    }
    const lede_text all = trim(begin, end);
    const bool is_trec = all.length > 0 && all.data[0] == '<';
    if (!(is_trec ? read_trec(topics_out, path, begin, end, status_out)
                  : read_lines(topics_out, path, begin, end, status_out))) {
        return false;
    }
    if (topics_out->count == 0) {
        failure_say("%s: no topics", path);
        *status_out = EXIT_USAGE;
        return false;
    }
    return true;
}

void topics_release(struct topics *topics)
{
    free(topics->bytes);
    free(topics->list);
    *topics = (struct topics){0};
}
