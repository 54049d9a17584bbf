/* Nodes come zeroed from the arena; children hang in a list in the order of the query. */
#include "query/ast.h"

struct ast *ast_new(struct arena *arena, enum ast_kind kind, size_t position)
{
    struct ast *node = arena_zalloc(arena, 1, sizeof *node);
    if (node != NULL) {
        node->kind = kind;
        node->position = position;
        node->boost = 1;
    }
    return node;
}

void ast_add(struct ast *parent, struct ast *child)
{
    if (parent->last_child == NULL) {
        parent->children = child;
    } else {
        parent->last_child->next = child;
    }
    parent->last_child = child;
    parent->child_count++;
}
