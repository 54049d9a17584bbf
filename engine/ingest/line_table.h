/* line_table.h -- which short lines recur across the pages of a source: menus, footers, signatures.
 *
 * Of each page every line (line_hash of it) is counted once. Lines are compared with white space runs as
 * one blank. The table holds at most LINE_TABLE_LINES lines: when it is full, those seen on one page only
 * are forgotten (lossy counting; Manku & Motwani 2002), which a line of every page survives.
 *
 * Memory: 16 bytes a slot, at most 32 MiB.
 */
#ifndef INGEST_LINE_TABLE_H
#define INGEST_LINE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/status.h"

enum {
    LINE_TABLE_LINES = 1 << 20,
    /* Longer lines are paragraphs, and are not counted. */
    LINE_BYTES_MAX = 200,
};

struct line_slot {
    uint64_t hash; /* 0: free */
    uint32_t pages;
    uint32_t last_page;
};

struct line_table {
    struct line_slot *slots;
    size_t slot_count; /* a power of two */
    size_t used;
    uint32_t pages;
};

/* A zeroed table is empty and released. */
void line_table_release(struct line_table *table);

/* The hash of a line as it is compared; 0 for one that is not counted (blank, or too long). */
uint64_t line_hash(const char *text, size_t length);

/* The lines of a further page follow. */
void line_table_page(struct line_table *table);
lede_status line_table_count(struct line_table *table, uint64_t hash, lede_error *error) MUST_CHECK;

/* Whether the line is on so many pages that it belongs to the site: on 3, and on a twentieth of all
 * pages, or on 50. NULL is an empty table. */
bool line_table_recurs(const struct line_table *table, uint64_t hash);

#endif
