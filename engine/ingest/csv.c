/* csv.c -- a row is found first, as offsets into the window (which moves while it grows), and its cells
 * are decoded then. */
#include "ingest/csv.h"

#include <string.h>

#include "base/limits.h"

enum {
    CSV_COLUMNS_MAX = 4096,
    /* Once a quote was not closed, a quoted cell may hold no more than this: the cost of a file full of
     * stray quotes stays linear. */
    CSV_QUOTED_BYTES_MAX = 1 << 16,
};

struct cell {
    size_t begin; /* from the row's begin; inside the quotes, where it has them */
    size_t end;
    bool is_quoted;
};

struct csv_reader {
    struct input *input;
    struct record_maker *maker;
    lede_error *error;
    uint8_t separator;
    bool is_tsv;
    size_t quoted_bytes_max;
    struct buf cells;  /* of struct cell */
    struct buf names;  /* the header's bytes */
    struct buf bounds; /* of struct cell: the columns' names in `names` */
};

enum row_end { ROW_COMPLETE, ROW_NONE, ROW_UNCLOSED };

/* The byte at `at` of the row, reading on where the window ends; -1 at the input's end. */
static lede_status byte_at(struct csv_reader *reader, size_t at, int *byte_out)
{
    const lede_status status = input_want(reader->input, at + 1, reader->error);
    if (status != LEDE_OK) {
        return status;
    }
    const struct span window = input_window(reader->input);
    *byte_out = at < window.size ? window.bytes[at] : -1;
    return LEDE_OK;
}

/* The end of a quoted cell whose content begins at `at`: the place of its closing quote. *closed_out is
 * false where there is none within the bounds. */
static lede_status find_quote(
    struct csv_reader *reader, size_t at, size_t *quote_out, bool *closed_out)
{
    const size_t begin = at;
    int byte;
    *closed_out = false;
    for (; at - begin <= reader->quoted_bytes_max; at++) {
        lede_status status = byte_at(reader, at, &byte);
        if (status == LEDE_ERR_LIMIT) {
            return LEDE_OK;
        }
        if (status != LEDE_OK) {
            return status;
        }
        if (byte < 0 || (reader->is_tsv && byte == '\n')) {
            return LEDE_OK;
        }
        if (byte != '"') {
            continue;
        }
        status = byte_at(reader, at + 1, &byte);
        if (status != LEDE_OK && status != LEDE_ERR_LIMIT) {
            return status;
        }
        if (status == LEDE_OK && byte == '"') {
            at++;
            continue;
        }
        /* What is glued behind a closing quote belongs to the cell: "a"b,c. In TSV it is no quote. */
        const bool ends = byte < 0 || byte == reader->separator || byte == '\n' || byte == '\r';
        if (ends || !reader->is_tsv) {
            *quote_out = at;
            *closed_out = true;
            return LEDE_OK;
        }
    }
    return LEDE_OK;
}

/* The end of a cell that is not quoted, or of what stands behind a quoted one. */
static lede_status find_end(struct csv_reader *reader, size_t at, size_t *end_out, int *byte_out)
{
    for (;; at++) {
        const lede_status status = byte_at(reader, at, byte_out);
        if (status != LEDE_OK) {
            return status;
        }
        if (*byte_out < 0 || *byte_out == reader->separator || *byte_out == '\n') {
            *end_out = at;
            return LEDE_OK;
        }
    }
}

/* Find the cells of the row at the window's front. *size_out is its bytes with its line's end. */
static lede_status find_row(struct csv_reader *reader, size_t *size_out, enum row_end *end_out)
{
    size_t at = 0;
    int byte;
    buf_reset(&reader->cells);
    lede_status status = byte_at(reader, 0, &byte);
    if (status == LEDE_OK && byte < 0) {
        *end_out = ROW_NONE;
        return LEDE_OK;
    }
    while (status == LEDE_OK) {
        struct cell cell = {.begin = at};
        status = byte_at(reader, at, &byte);
        if (status == LEDE_OK && byte == '"') {
            bool is_closed;
            status = find_quote(reader, at + 1, &cell.end, &is_closed);
            if (status == LEDE_OK && !is_closed && !reader->is_tsv) {
                *end_out = ROW_UNCLOSED;
                return LEDE_OK;
            }
            cell.is_quoted = is_closed;
            cell.begin += is_closed;
            at = is_closed ? cell.end + 1 : at;
        }
        size_t end = at;
        if (status == LEDE_OK) {
            status = find_end(reader, at, &end, &byte);
        }
        if (status != LEDE_OK) {
            break;
        }
        if (!cell.is_quoted) {
            cell.end = end;
            const uint8_t *row = input_window(reader->input).bytes;
            if (byte != reader->separator && cell.end > cell.begin && row[cell.end - 1] == '\r') {
                cell.end--;
            }
        }
        if (reader->cells.size / sizeof cell < CSV_COLUMNS_MAX &&
            buf_append(&reader->cells, &cell, sizeof cell) != LEDE_OK) {
            return lede_fail_nomem(reader->error);
        }
        if (byte != reader->separator) {
            *size_out = end + (byte == '\n');
            *end_out =
                byte < 0 && reader->input->damage.status != LEDE_OK ? ROW_NONE : ROW_COMPLETE;
            return LEDE_OK;
        }
        at = end + 1;
    }
    return status;
}

/* Doubled quotes as one. */
static lede_status decode(struct csv_reader *reader, const struct cell *cell, lede_text *text_out)
{
    const uint8_t *row = input_window(reader->input).bytes;
    const size_t size = cell->end - cell->begin;
    const uint8_t *bytes = row + cell->begin;
    if (!cell->is_quoted || memchr(bytes, '"', size) == NULL) {
        *text_out = text_of(bytes, size);
        return LEDE_OK;
    }
    char *copy = arena_alloc(&reader->maker->arena, size);
    if (copy == NULL) {
        return lede_fail_nomem(reader->error);
    }
    size_t length = 0;
    for (size_t i = 0; i < size; i++) {
        copy[length++] = (char)bytes[i];
        i += bytes[i] == '"' && i + 1 < size && bytes[i + 1] == '"';
    }
    *text_out = text_of(copy, length);
    return LEDE_OK;
}

static const struct cell *cells_of(const struct buf *buf, size_t *count_out)
{
    *count_out = buf->size / sizeof(struct cell);
    return (const struct cell *)(const void *)buf->data;
}

/* Take the row at the window's front as the columns' names. */
static lede_status take_header(struct csv_reader *reader)
{
    size_t count;
    const struct cell *cells = cells_of(&reader->cells, &count);
    bool is_known = false;
    record_begin(reader->maker, reader->input->line);
    for (size_t i = 0; i < count; i++) {
        lede_text name;
        const lede_status status = decode(reader, &cells[i], &name);
        if (status != LEDE_OK) {
            return status;
        }
        name = text_trim(name);
        const struct cell bound = {
            .begin = reader->names.size, .end = reader->names.size + name.length};
        (void)buf_append(&reader->names, name.data, name.length);
        (void)buf_append(&reader->bounds, &bound, sizeof bound);
        is_known |=
            field_maps_place(&reader->maker->maps, name.data, name.length).role != ROLE_KEYWORD;
    }
    if (reader->names.status != LEDE_OK || reader->bounds.status != LEDE_OK) {
        return lede_fail_nomem(reader->error);
    }
    if (!is_known) {
        reader->bounds.size = 0;
        return record_problem(reader->maker, reader->input->line, reader->error,
            "no column is named as id, title, body, date or url is");
    }
    return LEDE_OK;
}

static lede_status take_row(struct csv_reader *reader)
{
    size_t count;
    size_t column_count;
    const struct cell *cells = cells_of(&reader->cells, &count);
    const struct cell *columns = cells_of(&reader->bounds, &column_count);
    const uint64_t line = reader->input->line;
    record_begin(reader->maker, line);
    if (count == 1 && cells[0].end == cells[0].begin) {
        return LEDE_OK; /* a blank line */
    }
    for (size_t i = 0; i < count; i++) {
        lede_text value;
        lede_status status = decode(reader, &cells[i], &value);
        if (status == LEDE_OK && i >= column_count && text_trim(value).length > 0) {
            return record_problem(reader->maker, line, reader->error,
                "%zu cells where the header has %zu", count, column_count);
        }
        if (status == LEDE_OK && i < column_count) {
            const lede_text name =
                text_of(reader->names.data + columns[i].begin, columns[i].end - columns[i].begin);
            status = name.length == 0 ? LEDE_OK
                                      : record_add(reader->maker, name, value, true, reader->error);
        }
        if (status != LEDE_OK) {
            return status;
        }
    }
    return record_end(reader->maker, reader->error);
}

/* Leave the line at the window's front, and say why. */
static lede_status skip_line(struct csv_reader *reader, const char *why)
{
    const uint64_t line = reader->input->line;
    struct input_line ignored;
    bool has;
    const lede_status status = input_next_line(reader->input, &ignored, &has, reader->error);
    return status == LEDE_OK ? record_problem(reader->maker, line, reader->error, "%s", why)
                             : status;
}

static lede_status read_rows(struct csv_reader *reader)
{
    bool has_header = false;
    for (;;) {
        size_t size = 0;
        enum row_end end = ROW_NONE;
        lede_status status = find_row(reader, &size, &end);
        if (status == LEDE_ERR_LIMIT) {
            status = skip_line(reader, "row is too long");
        } else if (status == LEDE_OK && end == ROW_UNCLOSED) {
            if (reader->input->damage.status != LEDE_OK) {
                return LEDE_OK;
            }
            reader->quoted_bytes_max = CSV_QUOTED_BYTES_MAX;
            status = skip_line(reader, "a quote is not closed");
        } else if (status != LEDE_OK || end == ROW_NONE) {
            return status;
        } else {
            status = has_header ? take_row(reader) : take_header(reader);
            has_header = true;
            if (status == LEDE_OK && reader->bounds.size == 0) {
                return LEDE_OK;
            }
            input_consume(reader->input, size);
        }
        if (status != LEDE_OK) {
            return status;
        }
    }
}

static lede_status read_separated(struct csv_reader *reader)
{
    const size_t cells_max = CSV_COLUMNS_MAX * sizeof(struct cell);
    reader->quoted_bytes_max = reader->input->record_bytes_max;
    buf_init(&reader->cells, cells_max);
    buf_init(&reader->bounds, cells_max);
    buf_init(&reader->names, LEDE_DOCUMENT_BYTES_MAX);
    const lede_status status = read_rows(reader);
    buf_release(&reader->cells);
    buf_release(&reader->bounds);
    buf_release(&reader->names);
    return status;
}

/* The separator that the first line has most of, outside quotes. */
static uint8_t find_separator(struct span window)
{
    static const uint8_t separators[] = {',', ';', '\t', '|'};
    size_t counts[sizeof separators] = {0};
    bool in_quotes = false;
    size_t best = 0;
    for (size_t i = 0; i < window.size && (in_quotes || window.bytes[i] != '\n'); i++) {
        in_quotes ^= window.bytes[i] == '"';
        for (size_t s = 0; s < sizeof separators && !in_quotes; s++) {
            counts[s] += window.bytes[i] == separators[s];
        }
    }
    for (size_t s = 1; s < sizeof separators; s++) {
        best = counts[s] > counts[best] ? s : best;
    }
    return separators[best];
}

lede_status csv_read(struct input *input, struct record_maker *maker, lede_error *error)
{
    const lede_status status = input_want(input, 1 << 12, error);
    if (status != LEDE_OK) {
        return status;
    }
    struct csv_reader reader = {.input = input,
        .maker = maker,
        .error = error,
        .separator = find_separator(input_window(input))};
    return read_separated(&reader);
}

lede_status tsv_read(struct input *input, struct record_maker *maker, lede_error *error)
{
    struct csv_reader reader = {
        .input = input, .maker = maker, .error = error, .separator = '\t', .is_tsv = true};
    return read_separated(&reader);
}
