/* Random conditions over a random segment in memory, against a look at every document: each iterator by
 * stepping and by seeking, and the matcher in random intervals with deleted documents. */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"
#include "query/bind.h"
#include "query/docset.h"
#include "query/matcher.h"
#include "support/rng.h"
#include "support/storage_files.h"

enum { DOCS = 6000, TERMS = 8, WORDS_MAX = 24, VALUES = 5, UNDATED = 500, TREES = 80 };

struct memory_segment {
    struct segment segment;
    struct term_entry entries[TERMS];
    struct termdict_hit hits[TERMS];
    const struct termdict_hit *hit_list[TERMS];
    struct postings_writer writer;
    struct buf lengths, dates, keywords;
    uint8_t words[DOCS][WORDS_MAX];
    uint32_t doc_lengths[DOCS];
    date_key doc_dates[DOCS];
    int values[DOCS]; /* -1: none */
    uint64_t deleted[(DOCS + 63) / 64];
};

static struct memory_segment *made;
static struct rng rng;
static uint64_t seed;

static uint32_t below(uint32_t end)
{
    return (uint32_t)(rng_next(&rng) % end);
}

static void make_documents(void)
{
    for (uint32_t doc = 0; doc < DOCS; doc++) {
        made->doc_lengths[doc] = 1 + below(WORDS_MAX);
        for (uint32_t i = 0; i < made->doc_lengths[doc]; i++) {
            /* Term 0 in most documents, term TERMS - 1 in few; 255 is a word nobody asks for. */
            const uint32_t skew = (uint32_t)rng_skewed(&rng, TERMS + 4);
            uint32_t term = 0;
            while (term < TERMS && skew >> (term + 1) != 0) {
                term++;
            }
            made->words[doc][i] =
                below(3) == 0 || term == TERMS ? 255 : (uint8_t)(TERMS - 1 - term);
        }
        made->doc_dates[doc] = DATE_NONE;
        if (doc >= UNDATED) {
            made->doc_dates[doc] = ((int64_t)(doc / 7) * 86400) << 2 | DATE_DAY;
        }
        made->values[doc] = (int)below(VALUES + 1) - 1;
        if (below(10) == 0) {
            made->deleted[doc / 64] |= UINT64_C(1) << (doc % 64);
        }
    }
}

static void make_list(uint8_t term)
{
    static const struct range_scale no_scale;
    static uint32_t docs[DOCS], frequencies[DOCS], positions[DOCS * WORDS_MAX];
    uint32_t count = 0, position_count = 0;
    for (uint32_t doc = 0; doc < DOCS; doc++) {
        uint32_t tf = 0;
        for (uint32_t i = 0; i < made->doc_lengths[doc]; i++) {
            if (made->words[doc][i] == term) {
                positions[position_count++] = i;
                tf++;
            }
        }
        if (tf > 0) {
            docs[count] = doc;
            frequencies[count++] = tf;
        }
    }
    const struct posting_list list = {.docs = docs,
        .frequencies = frequencies,
        .count = count,
        .positions = positions,
        .lengths = made->doc_lengths,
        .scale = &no_scale};
    ck_assert_uint_gt(count, 0);
    ck_assert_int_eq(
        postings_writer_add(&made->writer, &list, &made->entries[term], NULL), LEDE_OK);
    made->hits[term].entry = made->entries[term];
    made->hit_list[term] = &made->hits[term];
}

static void make_columns(void)
{
    static struct keyword_pair pairs[DOCS];
    static const char *const NAMES[VALUES] = {"a", "b", "c", "d", "e"};
    uint32_t pair_count = 0;
    for (uint32_t doc = 0; doc < DOCS; doc++) {
        if (made->values[doc] >= 0) {
            pairs[pair_count++] = (struct keyword_pair){doc, span_of(NAMES[made->values[doc]], 1)};
        }
    }
    const struct keyword_input field = {span_of("kind", 4), pairs, pair_count};
    struct segment *segment = &made->segment;
    ck_assert_int_eq(lengths_write(made->doc_lengths, DOCS, &made->lengths), LEDE_OK);
    ck_assert_int_eq(dates_write(made->doc_dates, DOCS, &made->dates), LEDE_OK);
    ck_assert_int_eq(keywords_write(&field, 1, DOCS, &made->keywords), LEDE_OK);
    ck_assert_int_eq(
        lengths_open(&segment->lengths, storage_section(&made->lengths), DOCS, NULL), LEDE_OK);
    ck_assert_int_eq(
        dates_open(&segment->dates, storage_section(&made->dates), DOCS, NULL), LEDE_OK);
    ck_assert_int_eq(
        keywords_open(&segment->keywords, storage_section(&made->keywords), DOCS, NULL), LEDE_OK);
}

static void setup(void)
{
    seed = rng_seed(0x69746572);
    rng_init(&rng, seed);
    made = calloc(1, sizeof *made);
    buf_init(&made->lengths, SIZE_MAX);
    buf_init(&made->dates, SIZE_MAX);
    buf_init(&made->keywords, SIZE_MAX);
    postings_writer_init(&made->writer);
    make_documents();
    for (uint8_t term = 0; term < TERMS; term++) {
        make_list(term);
    }
    make_columns();
    struct segment *segment = &made->segment;
    segment->meta.doc_count = DOCS;
    segment->meta.has_positions = true;
    segment->postings = (struct postings_source){
        .postings = storage_section(&made->writer.postings),
        .rows = storage_section(&made->writer.rows),
        .positions = storage_section(&made->writer.positions),
        .doc_count = DOCS,
        .bitpack = bitpack_ops_for(cpu_features()),
    };
}

static void teardown(void)
{
    postings_writer_release(&made->writer);
    buf_release(&made->lengths);
    buf_release(&made->dates);
    buf_release(&made->keywords);
    free(made);
}

/* ---- random plans ---- */

static struct plan_node *new_node(struct arena *arena, enum plan_kind kind)
{
    struct plan_node *node = arena_zalloc(arena, 1, sizeof *node);
    node->kind = kind;
    node->scores = true;
    return node;
}

static void add_leaf(struct plan_node *node, struct plan *plan, uint32_t term)
{
    struct plan_leaf *leaf = &node->leaves[node->leaf_count++];
    leaf->term = term;
    leaf->boost = leaf->weight = 1 + below(3);
    leaf->scaled_weight = bm25_scaled_weight(&plan->bm25, leaf->weight);
}

static struct plan_node *random_phrase(struct arena *arena, struct plan *plan)
{
    struct plan_node *node = new_node(arena, PLAN_PHRASE);
    node->slot_count = 2 + below(2);
    node->leaves = arena_zalloc(arena, node->slot_count, sizeof *node->leaves);
    node->slots = arena_zalloc(arena, node->slot_count, sizeof *node->slots);
    for (uint32_t i = 0; i < node->slot_count; i++) {
        const uint32_t term = below(TERMS / 2);
        uint32_t leaf = 0;
        while (leaf < node->leaf_count && node->leaves[leaf].term != term) {
            leaf++;
        }
        if (leaf == node->leaf_count) {
            add_leaf(node, plan, term);
        }
        node->slots[i] = (struct plan_slot){.leaf = leaf, .offset = i};
    }
    return node;
}

static struct plan_node *random_leaf(struct arena *arena, struct plan *plan)
{
    static struct span values[VALUES];
    struct plan_node *node;
    switch (below(10)) {
    case 0:
    case 1: return random_phrase(arena, plan);
    case 2:
        node = new_node(arena, PLAN_KEYWORD);
        values[0] = span_of("b", 1);
        values[1] = span_of("zz", 2); /* nobody has it */
        values[2] = span_of("a", 1);
        node->values = values;
        node->value_count = 1 + below(3);
        return node;
    case 3:
        node = new_node(arena, PLAN_DATES);
        node->first = ((int64_t)below(DOCS / 7) * 86400) << 2;
        node->end = node->first + (((int64_t)below(DOCS / 7) * 86400) << 2);
        return node;
    case 4: return new_node(arena, PLAN_ALL);
    default:
        node = new_node(arena, PLAN_TERM);
        node->leaves = arena_zalloc(arena, 1, sizeof *node->leaves);
        add_leaf(node, plan, below(TERMS));
        return node;
    }
}

static struct plan_node *random_tree(struct arena *arena, struct plan *plan, uint32_t depth)
{
    static const enum plan_kind KINDS[] = {PLAN_AND, PLAN_OR, PLAN_OR, PLAN_OPTIONAL, PLAN_BUT};
    if (depth == 0 || below(4) == 0) {
        return random_leaf(arena, plan);
    }
    struct plan_node *node = new_node(arena, KINDS[below(5)]);
    node->child_count = 2 + below(3);
    node->children = arena_zalloc(arena, node->child_count, sizeof *node->children);
    for (uint32_t i = 0; i < node->child_count; i++) {
        node->children[i] = random_tree(arena, plan, depth - 1);
    }
    return node;
}

/* ---- looking at every document ---- */

struct verdict {
    bool matches;
    uint32_t units;
};

static uint32_t frequency(uint32_t doc, uint32_t term)
{
    uint32_t tf = 0;
    for (uint32_t i = 0; i < made->doc_lengths[doc]; i++) {
        tf += made->words[doc][i] == term;
    }
    return tf;
}

static uint32_t leaf_units(const struct plan *plan, const struct plan_leaf *leaf, uint32_t doc)
{
    return bm25_share(&plan->bm25, leaf->scaled_weight, (float)frequency(doc, leaf->term),
        made->doc_lengths[doc]);
}

static bool has_phrase(const struct plan_node *node, uint32_t doc)
{
    for (uint32_t at = 0; at + node->slot_count <= made->doc_lengths[doc]; at++) {
        uint32_t same = 0;
        while (same < node->slot_count &&
               made->words[doc][at + same] == node->leaves[node->slots[same].leaf].term) {
            same++;
        }
        if (same == node->slot_count) {
            return true;
        }
    }
    return false;
}

static bool has_value(const struct plan_node *node, uint32_t doc)
{
    for (uint32_t i = 0; i < node->value_count; i++) {
        if (node->values[i].size == 1 && made->values[doc] == node->values[i].bytes[0] - 'a') {
            return true;
        }
    }
    return false;
}

static struct verdict judge(const struct plan *plan, const struct plan_node *node, uint32_t doc);

static struct verdict judge_list(
    const struct plan *plan, const struct plan_node *node, uint32_t doc)
{
    struct verdict verdict = judge(plan, node->children[0], doc);
    for (uint32_t i = 1; i < node->child_count; i++) {
        const struct verdict child = judge(plan, node->children[i], doc);
        switch (node->kind) {
        case PLAN_AND: verdict.matches = verdict.matches && child.matches; break;
        case PLAN_OR: verdict.matches = verdict.matches || child.matches; break;
        case PLAN_BUT: verdict.matches = verdict.matches && !child.matches; break;
        default: break;
        }
        verdict.units += node->kind == PLAN_BUT ? 0 : child.units;
    }
    verdict.units = verdict.matches ? verdict.units : 0;
    return verdict;
}

static struct verdict judge(const struct plan *plan, const struct plan_node *node, uint32_t doc)
{
    struct verdict verdict = {false, 0};
    switch (node->kind) {
    case PLAN_TERM: verdict.matches = frequency(doc, node->leaves[0].term) > 0; break;
    case PLAN_PHRASE: verdict.matches = has_phrase(node, doc); break;
    case PLAN_KEYWORD: verdict.matches = has_value(node, doc); break;
    case PLAN_DATES:
        verdict.matches = made->doc_dates[doc] != DATE_NONE &&
                          made->doc_dates[doc] >= node->first && made->doc_dates[doc] < node->end;
        break;
    case PLAN_ALL: verdict.matches = true; break;
    default: return judge_list(plan, node, doc);
    }
    for (uint32_t i = 0; verdict.matches && i < node->leaf_count; i++) {
        verdict.units += leaf_units(plan, &node->leaves[i], doc);
    }
    return verdict;
}

/* ---- the comparison ---- */

static const char *const KEYWORD_NAMES[] = {"kind"};

struct tree {
    struct arena arena;
    struct plan plan;
    struct plan_term terms[TERMS];
    struct binder binder;
    struct lede_counters counters;
};

static void tree_init(struct tree *tree)
{
    static const struct bm25_options OPTIONS = {.k1 = 1.2, .b = 0.75, .title_boost = 1};
    memset(tree, 0, sizeof *tree);
    arena_init(&tree->arena);
    bm25_init(&tree->plan.bm25, &OPTIONS, WORDS_MAX / 2.0, 1000, 100);
    tree->plan.terms = tree->terms;
    tree->plan.term_count = TERMS;
    tree->plan.root = random_tree(&tree->arena, &tree->plan, 3);
    binder_init(&tree->binder, &tree->arena, &tree->plan, KEYWORD_NAMES, &tree->counters);
    binder_begin(&tree->binder, &made->segment, made->hit_list);
}

static void tree_end(struct tree *tree)
{
    ck_assert_int_eq(binder_end(&tree->binder, NULL), LEDE_OK);
    arena_release(&tree->arena);
}

START_TEST(stepping_finds_the_documents_that_match)
{
    for (int round = 0; round < TREES; round++) {
        struct tree tree;
        tree_init(&tree);
        struct doc_iter *iter = NULL;
        ck_assert_int_eq(binder_bind(&tree.binder, tree.plan.root, &iter, NULL), LEDE_OK);
        for (uint32_t doc = 0; doc < DOCS; doc++) {
            const struct verdict verdict = judge(&tree.plan, tree.plan.root, doc);
            const bool matches = iter != NULL && iter->doc == doc && doc_iter_matches(iter);
            ck_assert_msg(matches == verdict.matches, "seed %llu round %d doc %u: %d",
                (unsigned long long)seed, round, doc, matches);
            if (matches) {
                ck_assert_msg(doc_iter_score(iter) == verdict.units, "seed %llu round %d doc %u",
                    (unsigned long long)seed, round, doc);
            }
            if (iter != NULL && iter->doc == doc) {
                const uint32_t next = doc_iter_next(iter);
                ck_assert_msg(next > doc && next == iter->doc, "round %d doc %u", round, doc);
            }
        }
        if (iter != NULL) {
            ck_assert_uint_eq(iter->doc, DOC_END);
            ck_assert_uint_eq(doc_iter_next(iter), DOC_END);
        }
        tree_end(&tree);
    }
}
END_TEST

START_TEST(seeking_misses_no_document)
{
    for (int round = 0; round < TREES; round++) {
        struct tree tree;
        tree_init(&tree);
        struct doc_iter *iter = NULL;
        ck_assert_int_eq(binder_bind(&tree.binder, tree.plan.root, &iter, NULL), LEDE_OK);
        const uint32_t step = 1 + below(400);
        uint32_t seen_end = 0; /* documents below were visited or passed */
        for (uint32_t target = 0; iter != NULL && target < DOCS; target += 1 + below(step)) {
            const uint32_t from = target < seen_end ? seen_end : target;
            const uint32_t doc = iter->doc < target ? doc_iter_seek(iter, target) : iter->doc;
            ck_assert_msg(doc >= target && doc == iter->doc, "round %d", round);
            for (uint32_t passed = from; passed < doc && passed < DOCS; passed++) {
                ck_assert_msg(!judge(&tree.plan, tree.plan.root, passed).matches,
                    "seed %llu round %d: sought %u, got %u over %u", (unsigned long long)seed,
                    round, target, doc, passed);
            }
            if (doc == DOC_END) {
                break;
            }
            const struct verdict verdict = judge(&tree.plan, tree.plan.root, doc);
            ck_assert_msg(doc_iter_matches(iter) == verdict.matches, "seed %llu round %d doc %u",
                (unsigned long long)seed, round, doc);
            if (verdict.matches) {
                ck_assert_uint_eq(doc_iter_score(iter), verdict.units);
            }
            seen_end = doc + 1;
            (void)doc_iter_next(iter);
        }
        tree_end(&tree);
    }
}
END_TEST

static bool is_deleted(uint32_t doc)
{
    return (made->deleted[doc / 64] >> (doc % 64) & 1) != 0;
}

/* Live matches in [first, end) as sets of documents have them. */
static uint64_t count_by_sets(struct tree *tree, uint32_t first, uint32_t end)
{
    struct docset *docset = NULL;
    uint64_t count = 0;
    ck_assert_int_eq(docset_new(&tree->binder, tree->plan.root, &docset, NULL), LEDE_OK);
    for (uint32_t at = first / DOCSET_DOCS * DOCSET_DOCS; docset != NULL && at < end;
         at += DOCSET_DOCS) {
        struct docset_window window;
        docset_fill(docset, at, end - at < DOCSET_DOCS ? end : at + DOCSET_DOCS, &window);
        docset_live(&made->segment, at, first, window.words, DOCSET_WORDS);
        count += made->segment.postings.bitpack->wordset->count(window.words, DOCSET_WORDS);
    }
    return count;
}

START_TEST(matcher_finds_the_live_matches_of_an_interval)
{
    static struct batch batch;
    for (int round = 0; round < 2 * TREES; round++) {
        struct tree tree;
        tree_init(&tree);
        made->segment.deletions = (struct deletions){0};
        if (round % 2 == 0) {
            made->segment.deletions.deleted_count = 1; /* not zero: the bitmap is asked */
            made->segment.deletions.bitmap = span_of(made->deleted, sizeof made->deleted);
        }
        const uint32_t first = below(3) == 0 ? 0 : below(DOCS);
        const uint32_t end = below(3) == 0 ? DOCS : first + below(DOCS - first);
        struct matcher *matcher = NULL;
        ck_assert_int_eq(matcher_new(&tree.binder, first, end, true, &matcher, NULL), LEDE_OK);
        uint32_t doc = first;
        uint64_t count = 0;
        while (matcher != NULL && matcher_next(matcher, &batch)) {
            ck_assert_uint_gt(batch.count, 0);
            count += batch.count;
            for (uint32_t i = 0; i < batch.count; i++, doc++) {
                for (; doc < batch.docs[i]; doc++) {
                    ck_assert_msg((round % 2 == 0 && is_deleted(doc)) ||
                                      !judge(&tree.plan, tree.plan.root, doc).matches,
                        "seed %llu round %d missed %u", (unsigned long long)seed, round, doc);
                }
                ck_assert_uint_lt(doc, end);
                const struct verdict verdict = judge(&tree.plan, tree.plan.root, doc);
                ck_assert_msg(verdict.matches && verdict.units == batch.scores[i] &&
                                  !(round % 2 == 0 && is_deleted(doc)),
                    "seed %llu round %d doc %u", (unsigned long long)seed, round, doc);
            }
        }
        for (; doc < end; doc++) {
            ck_assert_msg((round % 2 == 0 && is_deleted(doc)) ||
                              !judge(&tree.plan, tree.plan.root, doc).matches,
                "seed %llu round %d missed %u", (unsigned long long)seed, round, doc);
        }
        ck_assert_uint_eq(count_by_sets(&tree, first, end), count);
        tree_end(&tree);
    }
}
END_TEST

Suite *suite_doc_iter(void)
{
    Suite *suite = suite_create("doc_iter");
    TCase *model = tcase_create("model");
    tcase_set_timeout(model, 120);
    tcase_add_checked_fixture(model, setup, teardown);
    tcase_add_test(model, stepping_finds_the_documents_that_match);
    tcase_add_test(model, seeking_misses_no_document);
    tcase_add_test(model, matcher_finds_the_live_matches_of_an_interval);
    suite_add_tcase(suite, model);
    return suite;
}
