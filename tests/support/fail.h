/* fail.h -- memory and files that fail where a test wants them to.
 *
 * The loop that visits every place where an operation can fail, and ends when it got through:
 *
 *     for (uint64_t at = 0;; at++) {
 *         struct fail_memory memory;
 *         fail_memory_begin(&memory, at, FAIL_ONCE);
 *         const lede_status status = operation(...);
 *         fail_memory_end();
 *         if (memory.failed == 0) {
 *             break;                      // status is LEDE_OK, or the operation is wrong
 *         }
 *         ... status is LEDE_ERR_NOMEM; memory.live_blocks is 0; what was there before still is ...
 *     }
 *
 * and the same with struct fail_files. Both hooks belong to the process: one test at a time, and the
 * struct must live until ..._end. Counting is atomic, so the code under test may use threads.
 */
#ifndef TESTS_SUPPORT_FAIL_H
#define TESTS_SUPPORT_FAIL_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* Fail the chosen call alone, or it and all behind it. */
enum fail_mode { FAIL_ONCE, FAIL_FROM_ON };

#define FAIL_NEVER UINT64_MAX

/* ---- memory ---- */

/* Blocks above this size fail in any case: malloc refuses them too, but the sanitizers' stops. */
#define FAIL_MEMORY_BYTES_MAX ((size_t)1 << 36)

struct fail_memory {
    uint64_t at; /* which allocation fails, from 0; FAIL_NEVER: none */
    enum fail_mode mode;
    atomic_uint_fast64_t asked;      /* allocations and reallocations so far */
    atomic_uint_fast64_t failed;     /* of these, the too large ones among them */
    atomic_int_fast64_t live_blocks; /* taken and not given back since fail_memory_begin */
};

/* Initialize *memory and put it behind base/alloc.h; fail_memory_end puts malloc back. Blocks that were
 * taken before may be freed in between (live_blocks then counts them as -1). */
void fail_memory_begin(struct fail_memory *memory, uint64_t at, enum fail_mode mode);
void fail_memory_end(void);

/* ---- files ---- */

/* Kinds of system calls, as bits of a mask. */
enum fail_call {
    FAIL_OPEN = 1u << 0,  /* files and directories */
    FAIL_CLOSE = 1u << 1, /* closes, then says it could not, as Linux does */
    FAIL_READ = 1u << 2,  /* read and readdir */
    FAIL_WRITE = 1u << 3,
    FAIL_SYNC = 1u << 4, /* nothing is synced */
    FAIL_STAT = 1u << 5,
    FAIL_MAP = 1u << 6,
    FAIL_RENAME = 1u << 7,
    FAIL_UNLINK = 1u << 8, /* unlink and rmdir */
    FAIL_MKDIR = 1u << 9,
    FAIL_LOCK = 1u << 10,
    FAIL_ANY = (1u << 11) - 1
};

/* Start from FAIL_FILES_INIT, set what is wanted, begin. */
struct fail_files {
    uint32_t calls; /* mask of the kinds that count and fail */
    uint64_t at;    /* which of them fails, from 0; FAIL_NEVER: none */
    enum fail_mode mode;
    int system_error;    /* errno of the failing call */
    size_t piece_bytes;  /* a read or write moves at most so many bytes; 0: no such bound */
    uint64_t disk_bytes; /* after so many bytes written, writes give ENOSPC; UINT64_MAX: never */

    /* What happened: */
    atomic_uint_fast64_t asked;  /* calls of these kinds */
    atomic_uint_fast64_t failed; /* of these, and writes that found the disk full */
    atomic_uint_fast64_t written_bytes;
    atomic_int_fast64_t live_files; /* opened and not closed since fail_files_begin: a leak check */
    atomic_int_fast64_t live_maps;
};

#define FAIL_FILES_INIT                                                                            \
    {                                                                                              \
        .calls = FAIL_ANY, .at = FAIL_NEVER, .system_error = 5 /* EIO */, .disk_bytes = UINT64_MAX \
    }

/* Put the plan in front of the real file system; fail_files_end takes it away. */
void fail_files_begin(struct fail_files *files);
void fail_files_end(void);

#endif
