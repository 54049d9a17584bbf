/* field_map.c -- two short lists, looked through: the caller's maps, then the default names. */
#include "ingest/field_map.h"

#include <string.h>
#include <strings.h>

struct default_name {
    enum field_role role;
    uint8_t length;
    const char *name;
};

#define NAME(role, text)             \
    {                                \
        role, sizeof(text) - 1, text \
    }

/* In order of preference within a role. */
static const struct default_name default_names[] = {
    NAME(ROLE_ID, "id"),
    NAME(ROLE_ID, "docid"),
    NAME(ROLE_ID, "doc_id"),
    NAME(ROLE_ID, "docno"),
    NAME(ROLE_ID, "guid"),
    NAME(ROLE_ID, "_id"),
    NAME(ROLE_ID, "uuid"),
    NAME(ROLE_ID, "article_id"),
    NAME(ROLE_TITLE, "title"),
    NAME(ROLE_TITLE, "headline"),
    NAME(ROLE_TITLE, "head"),
    NAME(ROLE_TITLE, "hl"),
    NAME(ROLE_TITLE, "headline_text"),
    NAME(ROLE_TITLE, "article_title"),
    NAME(ROLE_BODY, "body"),
    NAME(ROLE_BODY, "text"),
    NAME(ROLE_BODY, "content"),
    NAME(ROLE_BODY, "contents"),
    NAME(ROLE_BODY, "article_body"),
    NAME(ROLE_BODY, "articlebody"),
    NAME(ROLE_BODY, "article_text"),
    NAME(ROLE_BODY, "maintext"),
    NAME(ROLE_BODY, "full_text"),
    NAME(ROLE_BODY, "fulltext"),
    NAME(ROLE_DATE, "date"),
    NAME(ROLE_DATE, "published"),
    NAME(ROLE_DATE, "pubdate"),
    NAME(ROLE_DATE, "pub_date"),
    NAME(ROLE_DATE, "publication_date"),
    NAME(ROLE_DATE, "published_date"),
    NAME(ROLE_DATE, "date_published"),
    NAME(ROLE_DATE, "datepublished"),
    NAME(ROLE_DATE, "published_at"),
    NAME(ROLE_DATE, "publishedat"),
    NAME(ROLE_DATE, "publish_date"),
    NAME(ROLE_DATE, "date_publish"),
    NAME(ROLE_DATE, "article_date"),
    NAME(ROLE_DATE, "date_time"),
    NAME(ROLE_DATE, "datetime"),
    NAME(ROLE_DATE, "timestamp"),
    NAME(ROLE_DATE, "created_at"),
    NAME(ROLE_URL, "url"),
    NAME(ROLE_URL, "link"),
    NAME(ROLE_URL, "web_url"),
    NAME(ROLE_URL, "article_url"),
    NAME(ROLE_URL, "permalink"),
};

static enum field_role role_of(const char *name, size_t length)
{
    static const char *const names[] = {"id", "title", "body", "date", "url"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0) {
            return (enum field_role)i;
        }
    }
    return ROLE_KEYWORD;
}

lede_status field_maps_read(
    struct field_maps *maps_out, const char *const *texts, size_t count, lede_error *error)
{
    struct field_maps maps = {.count = count};
    if (count > FIELD_MAPS_MAX) {
        return lede_fail(
            error, LEDE_ERR_INVALID, "%zu field maps, at most %d", count, FIELD_MAPS_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        const char *equals = texts[i] == NULL ? NULL : strchr(texts[i], '=');
        if (equals == NULL || equals == texts[i] || equals[1] == '\0') {
            return lede_fail(error, LEDE_ERR_INVALID, "field map \"%s\" is not NAME=PATH",
                texts[i] == NULL ? "" : texts[i]);
        }
        const size_t length = (size_t)(equals - texts[i]);
        const enum field_role role = role_of(texts[i], length);
        maps.maps[i] = (struct field_map){.role = role,
            .name = texts[i],
            .name_length = length,
            .path = equals + 1,
            .path_length = strlen(equals + 1)};
        maps.is_mapped[role] = true;
    }
    *maps_out = maps;
    return LEDE_OK;
}

struct field_place field_maps_place(
    const struct field_maps *maps, const char *name, size_t name_length)
{
    for (size_t i = 0; i < maps->count; i++) {
        const struct field_map *map = &maps->maps[i];
        if (map->path_length == name_length && memcmp(map->path, name, name_length) == 0) {
            return (struct field_place){.role = map->role,
                .rank = (uint32_t)i,
                .name = map->name,
                .name_length = map->name_length};
        }
    }
    struct field_place place = {.role = ROLE_KEYWORD, .name = name, .name_length = name_length};
    for (size_t i = 0; i < sizeof default_names / sizeof *default_names; i++) {
        const struct default_name *known = &default_names[i];
        if (known->length == name_length && !maps->is_mapped[known->role] &&
            strncasecmp(known->name, name, name_length) == 0) {
            place.role = known->role;
            place.rank = (uint32_t)i;
            break;
        }
    }
    return place;
}

bool field_maps_has(const struct field_maps *maps, const char *path, size_t path_length)
{
    for (size_t i = 0; i < maps->count; i++) {
        if (maps->maps[i].path_length == path_length &&
            memcmp(maps->maps[i].path, path, path_length) == 0) {
            return true;
        }
    }
    return false;
}
