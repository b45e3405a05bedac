/* SPDX-License-Identifier: Apache-2.0
 *
 * A profile in memory: what pprof's profile.proto says, as pools of fixed-size
 * records that name each other by index.  The encoder writes from it and the
 * decoder fills it, for any profile, not only ours.
 *
 * Index 0 of mappings, functions, locations and nodes means "none"; their
 * records start at 1 and are the ids in the file.  String 0 is "".  Stacks are
 * kept as a tree that grows from the outermost frame, so that 100 000 stacks of
 * 100 frames cost what differs between them.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_PROFILE_H
#define MEMPROF_COLLECTOR_PROFILE_PROFILE_H

#include "collector/profile/values.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct profile_type {
    uint32_t type, unit; /* strings */
};

struct profile_mapping {
    uint64_t start, limit, file_offset;
    uint32_t file, build_id; /* strings; build id in lower-case hex */
    bool has_functions, has_files, has_lines, has_inlines;
};

struct profile_function {
    uint32_t name, system_name, file; /* strings */
    int64_t start_line;
};

struct profile_line {
    uint32_t function; /* 0: none */
    int32_t line;
};

/* Its lines are lines[line_first .. + line_count), the innermost inlined first. */
struct profile_location {
    uint64_t address;
    uint32_t mapping;
    uint32_t line_first, line_count;
    bool is_folded;
};

struct profile_node {
    uint32_t parent; /* node towards the outermost frame; always < its own index */
    uint32_t location;
};

struct profile_label {
    uint32_t key, text, unit; /* strings; text 0: a number */
    int64_t number;
};

/* Its values are values[index * type_count .. + type_count). */
struct profile_sample {
    uint32_t node; /* the leaf; 0: no stack */
    uint32_t label_first, label_count;
};

/* A growable array: `items` has room for `capacity` records. */
#define PROFILE_POOL(type)                                                                         \
    struct {                                                                                       \
        type *items;                                                                               \
        uint32_t count, capacity;                                                                  \
    }

/* Read the fields; change them through the functions below.  (fold_samples(), profile_prune(),
 * profile_drop_zeros() and profile_filter() alone change or remove records.) */
struct profile {
    PROFILE_POOL(char) bytes;       /* all strings, NUL-terminated */
    PROFILE_POOL(uint32_t) strings; /* offset of each in bytes */
    PROFILE_POOL(struct profile_type) types;
    PROFILE_POOL(struct profile_mapping) mappings;
    PROFILE_POOL(struct profile_function) functions;
    PROFILE_POOL(struct profile_line) lines;
    PROFILE_POOL(struct profile_location) locations;
    PROFILE_POOL(struct profile_node) nodes;
    PROFILE_POOL(struct profile_label) labels;
    PROFILE_POOL(struct profile_sample) samples;
    PROFILE_POOL(int64_t) values;
    PROFILE_POOL(uint32_t) comments;                 /* strings */
    uint32_t drop_frames, keep_frames, default_type; /* strings */
    struct profile_type period_type;
    int64_t period, time_ns, duration_ns;
    struct profile_index *index; /* finds strings and nodes; NULL when not needed any more */
};

/* An empty profile: string 0 and the unused records 0, no sample type.  NULL: no memory. */
struct profile *profile_create(void);
void profile_destroy(struct profile *profile); /* NULL is allowed */
/* The same records again, into which nothing can be interned unless it is to be grown: what finds
 * the records of a large profile is half of it.  NULL: no memory. */
struct profile *profile_copy(const struct profile *profile, bool is_grown);

/* Each returns the index of a new record, or of an equal one where it says
 * "intern"; UINT32_MAX: no memory.  Strings are made valid UTF-8; a text must not
 * be one of the profile's own, which move. */
uint32_t profile_intern_string(struct profile *profile, const char *text);
uint32_t profile_intern_string_n(struct profile *profile, const char *text, size_t length);
uint32_t profile_intern_function(struct profile *profile, const struct profile_function *function);
uint32_t profile_intern_node(struct profile *profile, uint32_t parent, uint32_t location);
uint32_t profile_add_mapping(struct profile *profile, const struct profile_mapping *mapping);
uint32_t profile_add_function(struct profile *profile, const struct profile_function *function);
uint32_t profile_add_location(struct profile *profile, const struct profile_location *location);
uint32_t profile_add_line(struct profile *profile, const struct profile_line *line);
uint32_t profile_add_label(struct profile *profile, const struct profile_label *label);
uint32_t profile_add_sample(struct profile *profile, const struct profile_sample *sample,
                            const int64_t *values);
bool profile_add_type(struct profile *profile, const char *type, const char *unit);
bool profile_add_type_strings(struct profile *profile, struct profile_type type);
bool profile_add_comment(struct profile *profile, const char *text); /* needs no index */
bool profile_add_comment_string(struct profile *profile, uint32_t string);
/* Takes an array from malloc as the nodes.  What is interned afterwards does not find these. */
void profile_replace_nodes(struct profile *profile, struct profile_node *nodes, uint32_t count,
                           uint32_t capacity);
/* Frees what only interning needs, of nodes or of all; afterwards interning them fails. */
void profile_drop_node_index(struct profile *profile);
void profile_drop_index(struct profile *profile);

/* Never NULL: an index out of range is "". */
const char *profile_string(const struct profile *profile, uint32_t string);
/* Cleans all strings for a terminal: for who only shows the profile. */
void profile_clean(struct profile *profile);
/* Index of the sample type with this name; -1: none. */
int profile_find_type(const struct profile *profile, const char *name);
/* The type that shows when nothing is said: default_sample_type, else the last. */
int profile_default_type(const struct profile *profile);
/* Sum of one value over all samples. */
int64_t profile_total(const struct profile *profile, int type);

#endif
