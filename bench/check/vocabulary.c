/* vocabulary.c -- a rank is written in syllables as a number is in digits. */
#include "vocabulary.h"

enum {
    CONSONANTS = 14,
    VOWELS = 5,
    SYLLABLES = CONSONANTS * VOWELS,
    FINALS = 4,
    SPREAD = 7919, /* a prime, and no divisor of any of the counts above */
};

void word_of(uint32_t rank, char word[WORD_BYTES])
{
    static const char consonants[] = "bdfghklmnprtvz", vowels[] = "aeiou", finals[] = "kbpm";
    uint32_t syllable_count = 1, size = SYLLABLES * FINALS;
    while (rank >= size) {
        rank -= size;
        size *= SYLLABLES;
        syllable_count++;
    }
    uint32_t left = (uint32_t)((uint64_t)rank * SPREAD % size);
    size_t length = 2 * (size_t)syllable_count;
    word[length] = finals[left % FINALS];
    word[length + 1] = '\0';
    left /= FINALS;
    for (; length > 0; length -= 2) {
        word[length - 1] = vowels[left % VOWELS];
        word[length - 2] = consonants[left / VOWELS % CONSONANTS];
        left /= SYLLABLES;
    }
}

void zipf_init(struct zipf *zipf, uint32_t count)
{
    uint64_t sum = 0;
    zipf->count = count;
    for (uint32_t i = 0; i < count; i++) {
        sum += (UINT64_C(1) << 32) / (i + 1);
        zipf->up_to[i] = sum;
    }
}

uint32_t zipf_draw(const struct zipf *zipf, uint64_t *state)
{
    const uint64_t drawn = random_next(state) % zipf->up_to[zipf->count - 1];
    uint32_t first = 0, end = zipf->count;
    while (first < end) {
        const uint32_t middle = first + (end - first) / 2;
        if (zipf->up_to[middle] <= drawn) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    return first;
}
