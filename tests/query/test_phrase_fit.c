/* Whether words stand as in a phrase, by their lists' positions, against looking at the documents themselves. */
#include <check.h>
#include <stdlib.h>

#include "query/phrase_fit.h"
#include "support/list_model.h"
#include "support/rng.h"

enum { WORDS = 4, DOCS = 700, LENGTH_MAX = 6000, SLOTS_MAX = 6, ROUNDS = 10, PHRASES = 25 };

struct fixture {
    uint8_t *texts[DOCS]; /* a word each place, WORDS: another one */
    uint32_t lengths[DOCS];
    struct list_model models[WORDS];
    struct stored_list stored[WORDS];
    struct postings_cursor cursors[WORDS];
    struct occurrences occurrences[WORDS];
    uint32_t places[WORDS][DOCS];
    uint64_t seed;
};

/* Some words are in most places of a text, and some texts are so long that their positions come in several runs. */
static void write_texts(struct fixture *fixture, struct rng *rng)
{
    for (uint32_t doc = 0; doc < DOCS; doc++) {
        const uint64_t most = rng_below(rng, 40) == 0 ? LENGTH_MAX : 60;
        const uint64_t others = rng_below(rng, 6);
        const uint32_t length = 1 + (uint32_t)rng_below(rng, most);
        uint8_t *text = malloc(length);
        ck_assert_ptr_nonnull(text);
        for (uint32_t at = 0; at < length; at++) {
            const uint64_t word = rng_skewed(rng, 3) % (WORDS + others);
            text[at] = (uint8_t)(word < WORDS ? word : WORDS);
        }
        fixture->texts[doc] = text;
        fixture->lengths[doc] = length;
    }
}

static void write_list(struct fixture *fixture, uint32_t word)
{
    struct list_model *model = &fixture->models[word];
    uint32_t total = 0;
    for (uint32_t doc = 0; doc < DOCS; doc++) {
        total += fixture->lengths[doc];
    }
    *model = (struct list_model){.doc_count = DOCS,
        .docs = calloc(DOCS, sizeof(uint32_t)),
        .frequencies = calloc(DOCS, sizeof(uint32_t)),
        .positions = calloc(total, sizeof(uint32_t)),
        .scale = calloc(1, sizeof(struct range_scale))};
    range_scale_choose(model->scale, fixture->lengths, DOCS);
    uint32_t count = 0;
    total = 0;
    for (uint32_t doc = 0; doc < DOCS; doc++) {
        const uint32_t before = total;
        for (uint32_t at = 0; at < fixture->lengths[doc]; at++) {
            if (fixture->texts[doc][at] == word) {
                model->positions[total++] = at;
            }
        }
        if (total > before) {
            fixture->places[word][doc] = count;
            model->docs[count] = doc;
            model->frequencies[count++] = total - before;
        } else {
            fixture->places[word][doc] = UINT32_MAX;
        }
    }
    ck_assert_uint_gt(count, 1);
    model->list = (struct posting_list){.docs = model->docs,
        .frequencies = model->frequencies,
        .count = count,
        .positions = model->positions,
        .lengths = fixture->lengths,
        .scale = model->scale};
    fixture->stored[word] = stored_list_new(model);
}

static void make_fixture(struct fixture *fixture, struct rng *rng)
{
    write_texts(fixture, rng);
    for (uint32_t word = 0; word < WORDS; word++) {
        write_list(fixture, word);
        postings_cursor_init(
            &fixture->cursors[word], &fixture->stored[word].source, &fixture->stored[word].entry);
        occurrences_init(&fixture->occurrences[word], &fixture->cursors[word]);
    }
}

static void release_fixture(struct fixture *fixture)
{
    for (uint32_t doc = 0; doc < DOCS; doc++) {
        free(fixture->texts[doc]);
    }
    for (uint32_t word = 0; word < WORDS; word++) {
        list_model_free(&fixture->models[word]);
        stored_list_free(&fixture->stored[word]);
    }
}

/* A phrase of any words, of which one can be there twice, side by side or with places left between. */
struct phrase {
    struct plan_slot slots[SLOTS_MAX];
    struct plan_node node;
    uint32_t words[WORDS]; /* by leaf */
    struct phrase_word fit_words[WORDS];
    bool is_covered[WORDS];
};

static void draw_phrase(struct fixture *fixture, struct phrase *phrase, struct rng *rng)
{
    uint32_t leaf_of[WORDS];
    *phrase = (struct phrase){.node.slots = phrase->slots,
        .node.slot_count = 2 + (uint32_t)rng_below(rng, SLOTS_MAX - 1)};
    for (uint32_t word = 0; word < WORDS; word++) {
        leaf_of[word] = UINT32_MAX;
    }
    uint32_t offset = 0;
    for (uint32_t i = 0; i < phrase->node.slot_count; i++) {
        const uint32_t word = (uint32_t)rng_below(rng, WORDS);
        if (leaf_of[word] == UINT32_MAX) {
            const uint32_t leaf = leaf_of[word] = phrase->node.leaf_count++;
            phrase->words[leaf] = word;
            phrase->fit_words[leaf] = (struct phrase_word){.leaf.cursor = &fixture->cursors[word],
                .positions_at = &fixture->cursors[word],
                .occurrences = &fixture->occurrences[word]};
            phrase->is_covered[leaf] = rng_below(rng, 3) == 0;
        }
        phrase->slots[i] = (struct plan_slot){.leaf = leaf_of[word], .offset = offset};
        offset += 1 + (rng_below(rng, 5) == 0 ? (uint32_t)rng_below(rng, 3) : 0);
    }
}

/* Whether a text has these slots somewhere, at their distances. */
static bool has_slots(const struct fixture *fixture, const struct phrase *phrase,
    const struct plan_slot *const *slots, uint32_t slot_count, uint32_t doc)
{
    const int64_t length = fixture->lengths[doc];
    for (int64_t start = -64; start < length; start++) {
        uint32_t found = 0;
        for (uint32_t i = 0; i < slot_count; i++) {
            const int64_t at = start + slots[i]->offset;
            found +=
                at >= 0 && at < length && fixture->texts[doc][at] == phrase->words[slots[i]->leaf];
        }
        if (found == slot_count) {
            return true;
        }
    }
    return false;
}

static bool is_long(const struct fixture *fixture, const struct phrase *phrase, uint32_t doc)
{
    for (uint32_t i = 0; i < phrase->node.leaf_count; i++) {
        const uint32_t word = phrase->words[i];
        if (fixture->models[word].frequencies[fixture->places[word][doc]] > POSITION_RUN_MAX) {
            return true;
        }
    }
    return false;
}

/* A group of documents that have all words. */
static void check_group(const struct fixture *fixture, const struct phrase *phrase,
    struct phrase_fit *fit, const uint32_t *docs, uint32_t count)
{
    uint32_t kept[PHRASE_GROUP_DOCS];
    for (uint32_t leaf = 0; leaf < phrase->node.leaf_count; leaf++) {
        for (uint32_t i = 0; i < count; i++) {
            fit->places[leaf][i] = fixture->places[phrase->words[leaf]][docs[i]];
        }
    }
    const uint32_t found = phrase_fit_two(fit, docs, count, kept);
    uint32_t next = 0;
    for (uint32_t i = 0; i < count; i++) {
        const bool has_all =
            has_slots(fixture, phrase, fit->slots, phrase->node.slot_count, docs[i]);
        const bool has_two = has_slots(fixture, phrase, fit->slots, 2, docs[i]);
        const bool is_kept = next < found && kept[next] == i;
        next += is_kept;
        ck_assert_msg(is_kept == has_two || (is_kept && phrase->node.slot_count > 2 &&
                                                is_long(fixture, phrase, docs[i])),
            "seed %llu: document %u is %s", (unsigned long long)fixture->seed, docs[i],
            is_kept ? "kept" : "not kept");
        ck_assert_msg(phrase_fit_all(fit, docs[i], i) == has_all,
            "seed %llu: document %u, phrase of %u", (unsigned long long)fixture->seed, docs[i],
            phrase->node.slot_count);
    }
    ck_assert_uint_eq(next, found);
}

static void check_phrase(struct fixture *fixture, struct rng *rng)
{
    struct phrase phrase;
    struct phrase_fit *fit = calloc(1, sizeof *fit);
    struct arena arena;
    uint32_t docs[PHRASE_GROUP_DOCS];
    uint32_t count = 0;
    ck_assert_ptr_nonnull(fit);
    arena_init(&arena);
    draw_phrase(fixture, &phrase, rng);
    ck_assert(phrase_fit_init(fit, &arena, phrase.fit_words, &phrase.node, phrase.is_covered));
    for (uint32_t doc = 0; doc < DOCS; doc++) {
        bool has_words = true;
        for (uint32_t i = 0; i < phrase.node.leaf_count; i++) {
            has_words = has_words && fixture->places[phrase.words[i]][doc] != UINT32_MAX;
        }
        if (has_words) {
            docs[count++] = doc;
        }
        if (count == PHRASE_GROUP_DOCS || doc + 1 == DOCS) {
            check_group(fixture, &phrase, fit, docs, count);
            count = 0;
        }
    }
    for (uint32_t i = 0; i < phrase.node.leaf_count; i++) {
        ck_assert_int_eq(phrase.fit_words[i].occurrences->status, LEDE_OK);
    }
    arena_release(&arena);
    free(fit);
}

START_TEST(words_fit_where_the_text_has_them)
{
    struct rng rng;
    struct fixture *fixture = calloc(1, sizeof *fixture);
    ck_assert_ptr_nonnull(fixture);
    fixture->seed = 1400 + (uint64_t)_i;
    rng_init(&rng, fixture->seed);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        make_fixture(fixture, &rng);
        for (uint32_t i = 0; i < PHRASES; i++) {
            check_phrase(fixture, &rng);
        }
        release_fixture(fixture);
    }
    free(fixture);
}
END_TEST

Suite *suite_phrase_fit(void)
{
    Suite *suite = suite_create("phrase_fit");
    TCase *random = tcase_create("random");
    tcase_set_timeout(random, 60);
    tcase_add_loop_test(random, words_fit_where_the_text_has_them, 0, 6);
    suite_add_tcase(suite, random);
    return suite;
}
