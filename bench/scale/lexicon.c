/* lexicon.c */
#include "lexicon.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sampler.h"

/* By their frequency in newspapers. An article or a pronoun that owns has a star. */
static const char *const function_words[] = {"the*", "to", "of", "in", "a*", "and", "said", "on",
    "for", "that", "is", "it", "was", "by", "with", "as", "from", "at", "has", "be", "its*", "have",
    "he", "are", "will", "but", "an*", "which", "not", "would", "were", "who", "their*", "his*",
    "or", "had", "been", "this*", "they", "more", "after", "about", "up", "also", "than", "one",
    "could", "we", "over", "new", "last", "there", "when", "two", "out", "other", "into", "first",
    "some", "all", "if", "people", "no", "year", "can", "what", "before", "say", "may", "so", "she",
    "her*", "against", "while", "most", "i", "you", "since", "because", "do", "under", "told",
    "three", "only", "between", "now", "where", "such", "these*", "time", "during", "any", "should",
    "through", "years", "like", "down", "many", "being", "those*", "our*", "made", "them",
    "including", "did", "how", "well", "still", "both", "just", "even", "then", "next", "back",
    "off", "us", "much", "week", "day", "second", "must", "around", "does", "another*", "among",
    "my*", "your*", "every*", "own", "each*", "few", "without", "him", "until", "per", "early",
    "late", "later", "already", "ago", "although", "further", "whether", "within", "however",
    "according", "toward", "amid", "despite", "here", "too", "very", "same", "yet", "might"};

enum {
    FUNCTION_WORDS = sizeof function_words / sizeof *function_words,
    ONSETS = 32,
    NUCLEI = 8,
    CODAS = 16,
    SYLLABLES = ONSETS * NUCLEI,
    SHORT_WORDS = 600, /* of one syllable; there could be SYLLABLES * CODAS */
    FAMILY = 5,        /* ranks: two words by themselves and three forms of earlier ones */
    FAMILIES = 12000,  /* behind them one rank in NAME_FAMILY is a form, and others are names */
    NAME_FAMILY = 5,
};

/* Consonants and vowels alternate, and a word ends with a coda: so it can be cut into syllables in one way. No coda
 * is an ending's last letter, so that a form is no other word by itself. */
static const char onsets[ONSETS][4] = {"b", "br", "c", "ch", "cl", "d", "dr", "f", "fr", "g", "gr",
    "h", "j", "k", "l", "m", "n", "p", "pl", "pr", "r", "s", "sh", "sp", "st", "t", "tr", "th", "v",
    "w", "z", "qu"};
static const char nuclei[NUCLEI][3] = {"a", "e", "i", "o", "u", "ai", "ea", "ou"};
static const char codas[CODAS][3] = {
    "n", "m", "t", "k", "l", "p", "b", "nt", "st", "rk", "lt", "nk", "mp", "rm", "x", "ck"};

static size_t add(char *text, size_t length, const char *part)
{
    const size_t part_length = strlen(part);
    memcpy(text + length, part, part_length);
    return length + part_length;
}

/* FUNCTION_WORDS where it is none. */
static uint16_t place_of(const char *text, size_t length)
{
    uint16_t i = 0;
    while (i < FUNCTION_WORDS && (strcspn(function_words[i], "*") != length ||
                                     memcmp(function_words[i], text, length) != 0)) {
        i++;
    }
    return i;
}

/* Number n of the words by themselves, as a number is written in digits. Numbers that are near each other must not
 * be words that look alike, so they are spread over all of their length by a factor prime to each radix. */
static size_t spell_stem(uint64_t n, char *text)
{
    uint64_t size = SYLLABLES * CODAS;
    uint32_t syllables = 1;
    if (n >= SHORT_WORDS) {
        n -= SHORT_WORDS;
        for (syllables = 2, size *= SYLLABLES; n >= size; syllables++, size *= SYLLABLES) {
            n -= size;
        }
    }
    n = (n * 0x27d4eb2fu + 12345) % size;
    const uint64_t coda = n % CODAS;
    n /= CODAS;
    size_t length = 0;
    for (uint32_t i = 0; i < syllables; i++) {
        length = add(text, length, onsets[n % ONSETS]);
        n /= ONSETS;
        length = add(text, length, nuclei[n % NUCLEI]);
        n /= NUCLEI;
    }
    length = add(text, length, codas[coda]);
    return syllables == 1 && place_of(text, length) < FUNCTION_WORDS ? add(text, length, "o")
                                                                     : length;
}

static struct lexeme spell(const struct lexicon *lexicon, uint32_t rank)
{
    static const char *const others[] = {"ing", "er", "ly", "ing", "ment", "ing", "ness", "ful"};
    struct lexeme lexeme = {.length = 0};
    if (rank < FUNCTION_WORDS) {
        const char *word = function_words[lexicon->function_words[rank]];
        lexeme.length = (uint8_t)strcspn(word, "*");
        memcpy(lexeme.text, word, lexeme.length);
        return lexeme;
    }
    rank -= FUNCTION_WORDS;
    const char *ending = "";
    uint64_t stem;
    if (rank < FAMILY * FAMILIES) {
        const uint32_t family = rank / FAMILY, member = rank % FAMILY;
        stem = member < 2 ? 2 * family + member : family;
        ending = member < 2 ? "" : member == 2 ? "s" : member == 3 ? "ed" : others[family % 8];
    } else {
        rank -= FAMILY * FAMILIES;
        const uint32_t family = rank / NAME_FAMILY, member = rank % NAME_FAMILY;
        const bool is_form = member == NAME_FAMILY - 1;
        stem = 2 * FAMILIES + (uint64_t)family * (NAME_FAMILY - 1) + (is_form ? 0 : member);
        ending = is_form ? "s" : "";
    }
    lexeme.length = (uint8_t)add(lexeme.text, spell_stem(stem, lexeme.text), ending);
    return lexeme;
}

void lexicon_init(struct lexicon *lexicon, const char *const *order)
{
    bool is_placed[FUNCTION_WORDS] = {false};
    uint32_t count = 0;
    lexicon->function_words = memory(FUNCTION_WORDS, sizeof *lexicon->function_words);
    for (; order != NULL && order[count] != NULL; count++) {
        const uint16_t place = place_of(order[count], strlen(order[count]));
        if (place == FUNCTION_WORDS) {
            fprintf(stderr, "generate: %s is no function word\n", order[count]);
            exit(70);
        }
        lexicon->function_words[count] = place;
        is_placed[place] = true;
    }
    for (uint16_t i = 0; i < FUNCTION_WORDS; i++) {
        if (!is_placed[i]) {
            lexicon->function_words[count++] = i;
        }
    }
    lexicon->function_count = FUNCTION_WORDS;
    lexicon->wants_noun = memory(FUNCTION_WORDS, sizeof *lexicon->wants_noun);
    for (uint32_t rank = 0; rank < FUNCTION_WORDS; rank++) {
        lexicon->wants_noun[rank] =
            strchr(function_words[lexicon->function_words[rank]], '*') != NULL;
    }
    lexicon->lexemes = memory(LEXICON_CACHED, sizeof *lexicon->lexemes);
    for (uint32_t rank = 0; rank < LEXICON_CACHED; rank++) {
        lexicon->lexemes[rank] = spell(lexicon, rank);
    }
}

void lexicon_release(struct lexicon *lexicon)
{
    free(lexicon->lexemes);
    free(lexicon->function_words);
    free(lexicon->wants_noun);
}

struct lexeme lexicon_spell(const struct lexicon *lexicon, uint32_t rank)
{
    return rank < LEXICON_CACHED ? lexicon->lexemes[rank] : spell(lexicon, rank);
}
