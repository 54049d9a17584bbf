/* generate.c -- a corpus of made-up news of any size, or queries for it.
 *
 *     generate corpus [OPTION...]    documents as JSON lines, in the order of time; how many bytes, on standard error
 *     generate queries [OPTION...]   lines of a class, a tab and a query
 *
 *     --genre articles|headlines     long documents, or titles alone; articles
 *     --documents N                  10000
 *     --seed S                       of all that is drawn; 1
 *     --words-mean N                 of a document; as in the corpus that the genre was made like
 *     --from DATE --to DATE          1997-01-01, 2016-12-31
 *
 * The same options give the same bytes on every machine: all is whole numbers. The queries depend on genre and seed
 * alone, so that corpora of all sizes are asked the same. Memory does not grow with the size.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "corpus.h"
#include "queries.h"

static _Noreturn void usage(const char *what)
{
    fprintf(stderr,
        "generate: %s\nusage: generate corpus|queries [--genre articles|headlines] [--documents N] "
        "[--seed S]\n"
        "                [--words-mean N] [--from YYYY-MM-DD] [--to YYYY-MM-DD]\n",
        what);
    exit(2);
}

static uint64_t number_of(const char *text, uint64_t most)
{
    char *end;
    errno = 0;
    const unsigned long long value = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || value > most) {
        usage("an option's number is none, or too large");
    }
    return value;
}

static uint32_t date_of(const char *text)
{
    struct date date;
    char more;
    if (sscanf(text, "%4u-%2u-%2u%c", &date.year, &date.month, &date.day, &more) != 3 ||
        date.year < 1970 || date.year > 2070 || date.month < 1 || date.month > 12 || date.day < 1 ||
        date.day > 31) {
        usage("a date is YYYY-MM-DD, from 1970 to 2070");
    }
    return day_of_date(date);
}

static struct corpus_options options_of(int argc, char **argv)
{
    struct corpus_options options = {.genre = &genre_articles, .documents = 10000, .seed = 1};
    options.first_day = date_of("1997-01-01");
    options.last_day = date_of("2016-12-31");
    for (int i = 2; i < argc; i += 2) {
        const char *name = argv[i], *value = argv[i + 1];
        if (value == NULL) {
            usage("an option without its argument");
        } else if (strcmp(name, "--genre") == 0 && strcmp(value, genre_articles.name) == 0) {
            options.genre = &genre_articles;
        } else if (strcmp(name, "--genre") == 0 && strcmp(value, genre_headlines.name) == 0) {
            options.genre = &genre_headlines;
        } else if (strcmp(name, "--documents") == 0) {
            options.documents = number_of(value, CORPUS_DOCUMENTS_MAX);
        } else if (strcmp(name, "--seed") == 0) {
            options.seed = number_of(value, UINT64_MAX);
        } else if (strcmp(name, "--words-mean") == 0) {
            options.words_mean = (uint32_t)number_of(value, CORPUS_WORDS_MEAN_MAX);
        } else if (strcmp(name, "--from") == 0) {
            options.first_day = date_of(value);
        } else if (strcmp(name, "--to") == 0) {
            options.last_day = date_of(value);
        } else {
            usage("no such option, or not such an argument");
        }
    }
    if (options.last_day < options.first_day) {
        usage("--to is before --from");
    }
    return options;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        usage("corpus or queries?");
    }
    const struct corpus_options options = options_of(argc, argv);
    if (strcmp(argv[1], "corpus") == 0) {
        const uint64_t bytes = corpus_write(&options, stdout);
        fprintf(stderr, "%llu documents, %llu bytes\n", (unsigned long long)options.documents,
            (unsigned long long)bytes);
    } else if (strcmp(argv[1], "queries") == 0) {
        queries_write(options.genre, options.seed, stdout);
    } else {
        usage("corpus or queries?");
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("generate");
        return 4;
    }
    return 0;
}
