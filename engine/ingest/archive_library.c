#include "ingest/archive_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

/* The name that libarchive 3 has had on Linux from its beginning. */
#define ARCHIVE_LIBRARY_NAME "libarchive.so.13"

static struct archive_library functions;
static bool is_loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* dlsym gives an object's pointer; POSIX says that it holds a function's. */
static bool find(void *library, const char *name, void *function_out)
{
    void *const symbol = dlsym(library, name);
    memcpy(function_out, &symbol, sizeof symbol);
    return symbol != NULL;
}

#define ARCHIVE_FUNCTION_FIND(member, function) &&find(library, #function, &functions.member)

static void load(void)
{
    void *library = dlopen(ARCHIVE_LIBRARY_NAME, RTLD_NOW | RTLD_LOCAL);
    is_loaded = library != NULL ARCHIVE_FUNCTIONS(ARCHIVE_FUNCTION_FIND);
}

const struct archive_library *archive_library(void)
{
    (void)pthread_once(&once, load);
    return is_loaded ? &functions : NULL;
}
