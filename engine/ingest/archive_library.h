/* archive_library.h -- libarchive, loaded when the first archive is met.
 *
 * Linked in the ordinary way it would bring a dozen libraries with it (libxml2 and ICU among them), and
 * loading those takes longer than most searches: they would be paid for by every process that only
 * searches. So its functions are found at run time. A machine without the library reads everything but
 * compressed files and archives.
 */
#ifndef INGEST_ARCHIVE_LIBRARY_H
#define INGEST_ARCHIVE_LIBRARY_H

#include <archive.h>
#include <archive_entry.h>

/* Every function of libarchive that is used: its member in the table, and its name. */
#define ARCHIVE_FUNCTIONS(F)                                                          \
    F(read_new, archive_read_new)                                                     \
    F(read_free, archive_read_free)                                                   \
    F(read_open, archive_read_open)                                                   \
    F(read_data, archive_read_data)                                                   \
    F(read_next_header, archive_read_next_header)                                     \
    F(read_support_filter_gzip, archive_read_support_filter_gzip)                     \
    F(read_support_filter_bzip2, archive_read_support_filter_bzip2)                   \
    F(read_support_filter_xz, archive_read_support_filter_xz)                         \
    F(read_support_filter_zstd, archive_read_support_filter_zstd)                     \
    F(read_support_format_tar, archive_read_support_format_tar)                       \
    F(read_support_format_zip_streamable, archive_read_support_format_zip_streamable) \
    F(read_support_format_raw, archive_read_support_format_raw)                       \
    F(read_support_format_empty, archive_read_support_format_empty)                   \
    F(set_error, archive_set_error)                                                   \
    F(error_number, archive_errno)                                                    \
    F(error_string, archive_error_string)                                             \
    F(format, archive_format)                                                         \
    F(entry_pathname, archive_entry_pathname)                                         \
    F(entry_pathname_utf8, archive_entry_pathname_utf8)                               \
    F(entry_filetype, archive_entry_filetype)                                         \
    F(entry_hardlink, archive_entry_hardlink)

#define ARCHIVE_FUNCTION_MEMBER(member, function) __typeof__(function) *(member);

struct archive_library {
    ARCHIVE_FUNCTIONS(ARCHIVE_FUNCTION_MEMBER)
};

#undef ARCHIVE_FUNCTION_MEMBER

/* The library, or NULL where it is not installed or lacks a function. Loaded once for the process and
 * kept; any thread may call. */
const struct archive_library *archive_library(void);

#endif
