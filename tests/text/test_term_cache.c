
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "text/term_cache.h"
#include "text/word_key.h"

enum { WORDS = 60000 };

/* Short words and long ones, the pool and the slots in use. */
static struct span word_span(char *buffer, int i)
{
    return span_of(
        buffer, (size_t)sprintf(buffer, i % 3 == 0 ? "alongerwordnumber%ds" : "word%ds", i));
}

static bool find(const struct term_cache *cache, struct span word, struct span *term_out)
{
    uint8_t padded[TERM_CACHE_WORD_BYTES_MAX + 1 + WORD_KEY_BYTES];
    static uint8_t term[256];
    memset(padded, '?', sizeof padded);
    memcpy(padded, word.bytes, word.size);
    struct span found;
    if (!term_cache_find(cache, span_of(padded, word.size), &found)) {
        return false;
    }
    memcpy(term, found.bytes, found.size);
    *term_out = span_of(term, found.size);
    return true;
}

static void add(struct term_cache *cache, struct span word, struct span term)
{
    uint8_t padded[TERM_CACHE_WORD_BYTES_MAX + 1 + WORD_KEY_BYTES];
    memset(padded, '!', sizeof padded);
    memcpy(padded, word.bytes, word.size);
    term_cache_add(cache, span_of(padded, word.size), term);
}

START_TEST(words_are_found_with_their_terms)
{
    struct term_cache cache;
    term_cache_init(&cache, 1 << 20);
    struct span term;
    ck_assert(!find(&cache, span_of("flies", 5), &term));
    add(&cache, span_of("flies", 5), span_of("fli", 3));
    add(&cache, span_of("mice", 4), span_of("mouse", 5));
    ck_assert(find(&cache, span_of("flies", 5), &term));
    ck_assert_uint_eq(term.size, 3);
    ck_assert_mem_eq(term.bytes, "fli", 3);
    ck_assert(find(&cache, span_of("mice", 4), &term));
    ck_assert_uint_eq(term.size, 5);
    ck_assert_mem_eq(term.bytes, "mouse", 5);
    ck_assert(!find(&cache, span_of("mouse", 5), &term));
    /* At the edge between words in slots and words in the pool, terms shared and not. */
    static const char word[] = "abcdefghijklmnopqrstuvwxyz";
    for (size_t size = 1; size < sizeof word; size++) {
        ck_assert(!find(&cache, span_of(word, size), &term));
        const bool is_shared = size % 2 == 0;
        add(&cache, span_of(word, size), span_of(is_shared ? word : "xyz", 2));
        ck_assert(find(&cache, span_of(word, size), &term));
        ck_assert_uint_eq(term.size, 2);
        ck_assert_mem_eq(term.bytes, is_shared ? "ab" : "xy", 2);
    }
    term_cache_release(&cache);
}
END_TEST

/* What the hook below gave out. */
struct held {
    size_t largest;
};

static void *resize_and_note(void *context, void *pointer, size_t size)
{
    struct held *held = context;
    held->largest = size > held->largest ? size : held->largest;
    if (size == 0) {
        free(pointer);
        return NULL;
    }
    return realloc(pointer, size);
}

START_TEST(a_full_cache_forgets_and_stays_right_and_small)
{
    struct held held = {0};
    const struct alloc_hook hook = {.resize = resize_and_note, .context = &held};
    alloc_hook_set(&hook);
    struct term_cache cache;
    term_cache_init(&cache, 1 << 20);
    char buffer[64];
    int found = 0;
    bool has_forgotten = false;
    for (int i = 0; i < WORDS; i++) {
        const struct span word = word_span(buffer, i);
        const uint32_t used = cache.used;
        add(&cache, word, span_of(word.bytes, word.size - 1));
        has_forgotten = has_forgotten || cache.used <= used;
        struct span term;
        ck_assert(find(&cache, word, &term));
        ck_assert_uint_eq(term.size, word.size - 1);
        ck_assert_mem_eq(term.bytes, word.bytes, term.size);
    }
    ck_assert(has_forgotten);
    for (int i = 0; i < WORDS; i++) {
        struct span term;
        const struct span word = word_span(buffer, i);
        if (find(&cache, word, &term)) {
            ck_assert_mem_eq(term.bytes, word.bytes, word.size - 1);
            found++;
        }
    }
    ck_assert_int_eq(found, (int)cache.used);
    ck_assert_uint_le(held.largest, (1 << 20) / 4 * 3);
    ck_assert_uint_ge(cache.slot_count, 1 << 13);
    term_cache_release(&cache);
    alloc_hook_set(NULL);
}
END_TEST

static void *resize_never(void *context, void *pointer, size_t size)
{
    (void)context;
    if (size == 0) {
        free(pointer);
    }
    return NULL;
}

START_TEST(without_memory_it_remembers_nothing)
{
    struct term_cache cache;
    term_cache_init(&cache, 1 << 20);
    const struct alloc_hook hook = {.resize = resize_never};
    alloc_hook_set(&hook);
    struct span term;
    add(&cache, span_of("flies", 5), span_of("fli", 3));
    ck_assert(!find(&cache, span_of("flies", 5), &term));
    alloc_hook_set(NULL);
    add(&cache, span_of("flies", 5), span_of("fli", 3));
    ck_assert(find(&cache, span_of("flies", 5), &term));
    /* Where it cannot grow it forgets. */
    alloc_hook_set(&hook);
    char buffer[64];
    for (int i = 0; i < 5000; i++) {
        const struct span word = word_span(buffer, i);
        add(&cache, word, word);
        ck_assert(find(&cache, word, &term));
    }
    term_cache_release(&cache);
    alloc_hook_set(NULL);
}
END_TEST

START_TEST(words_at_the_bound_are_kept_and_longer_ones_are_not)
{
    static char word[TERM_CACHE_WORD_BYTES_MAX + 1];
    memset(word, 'x', sizeof word);
    struct term_cache cache;
    struct span term;
    term_cache_init(&cache, 1 << 20);
    add(&cache, span_of(word, TERM_CACHE_WORD_BYTES_MAX), span_of("y", 1));
    ck_assert(find(&cache, span_of(word, TERM_CACHE_WORD_BYTES_MAX), &term));
    ck_assert_mem_eq(term.bytes, "y", 1);
    add(&cache, span_of(word, sizeof word), span_of("y", 1));
    ck_assert(!find(&cache, span_of(word, sizeof word), &term));
    term_cache_release(&cache);
    term_cache_init(&cache, 0);
    add(&cache, span_of("a", 1), span_of("a", 1));
    ck_assert(!find(&cache, span_of("a", 1), &term));
    term_cache_release(&cache);
}
END_TEST

Suite *suite_term_cache(void)
{
    Suite *suite = suite_create("term_cache");
    TCase *basics = tcase_create("basics");
    tcase_set_timeout(basics, 60); /* a busy machine */
    tcase_add_test(basics, words_are_found_with_their_terms);
    tcase_add_test(basics, a_full_cache_forgets_and_stays_right_and_small);
    tcase_add_test(basics, without_memory_it_remembers_nothing);
    suite_add_tcase(suite, basics);
    TCase *limits = tcase_create("limits");
    tcase_set_timeout(limits, 60); /* a busy machine */
    tcase_add_test(limits, words_at_the_bound_are_kept_and_longer_ones_are_not);
    suite_add_tcase(suite, limits);
    return suite;
}
