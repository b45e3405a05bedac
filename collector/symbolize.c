/* SPDX-License-Identifier: Apache-2.0
 *
 * The reading is done by a child process.  When it dies at a module, another one
 * goes on from there and tries less; when there can be no child, frames keep the
 * names that need no file.  A child that dies after jobs for other states may have died of
 * these: the next one tries as much.
 */
#include "collector/symbolize.h"
#include "collector/base/clock.h"
#include "collector/plain_names.h"
#include "collector/profile/pseudo.h"
#include "collector/state/names.h"
#include "collector/state/reader.h"
#include "collector/symbols/cache.h"
#include "collector/symbols/job.h"
#include "collector/symbols/pipe.h"
#include "collector/symbols/worker.h"
#include "collector/tasks.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FAILURES_MAX 16
#define DEADLINE_MS  10000
#define GRACE_MS     1000 /* for a child past the deadline to finish without DWARF */
#define TEXT_BYTES   (UINT64_C(128) << 20) /* bytes of names that are taken from a child */

struct symbolization {
    struct profile *profile;
    const struct mappings *mappings;
    const struct symbolize_options *options;
    struct symbol_work work;
    uint32_t *order;
    uint32_t order_count;
    uint32_t *functions; /* ours, by the child's number */
    uint32_t function_count, function_capacity;
    uint32_t at; /* the task that the child is at */
    struct symbol_files files;
    struct symbol_cache cache;
    struct symbol_calls *calls;
    struct symbol_workers *workers, own_workers;
    struct symbol_child *child; /* the child at work, which belongs to the pool */
    uint64_t text_bytes;        /* bytes of names that came so far */
    int64_t extra_ms;           /* milliseconds by which the deadline is put off */
    bool is_too_much;           /* names */
    bool has_packed;            /* debug information that cannot be read here */
    bool no_memory;
};

/* Takes from the cache what it knows.  Most often nothing is left to be asked for, and no child
 * is needed. */
static bool recall(struct symbolization *all)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < all->work.task_count; i++) {
        struct symbol_task task = all->work.tasks[i];
        task.count = symbol_cache_recall(&all->cache, &all->files, task.module, all->calls,
                                         all->order + task.first, task.count);
        if (task.count == UINT32_MAX)
            return false;
        if (task.count > 0)
            all->work.tasks[left++] = task;
    }
    all->work.task_count = left;
    return true;
}

static void keep(struct symbolization *all)
{
    for (uint32_t i = 0; i < all->work.task_count; i++) {
        const struct symbol_task *task = &all->work.tasks[i];
        symbol_cache_keep(&all->cache, all->work.modules, task->module, all->calls,
                          all->order + task->first, task->count);
    }
}

/* --- what the child says --- */

static bool add_function(struct symbolization *all, const struct symbol_message *message)
{
    struct profile_function function = {
        .name = profile_intern_string(all->profile, message->name),
        .system_name = profile_intern_string(all->profile, message->symbol),
        .file = profile_intern_string(all->profile, message->file),
        .start_line = message->start_line,
    };
    if (all->function_count == all->function_capacity) {
        uint32_t capacity = all->function_capacity ? all->function_capacity * 2 : 256;
        uint32_t *moved = realloc(all->functions, capacity * sizeof(*moved));
        if (!moved)
            return false;
        all->functions = moved;
        all->function_capacity = capacity;
    }
    if (function.name == UINT32_MAX || function.system_name == UINT32_MAX ||
        function.file == UINT32_MAX)
        return false;
    uint32_t ours = profile_intern_function(all->profile, &function);
    all->functions[all->function_count++] = ours;
    return ours != UINT32_MAX;
}

/* Adds the message's lines to the profile's; false: they make no sense, or there is no memory. */
static bool copy_lines(struct symbolization *all, const struct symbol_message *message)
{
    for (uint32_t i = 0; i < message->line_count; i++)
        if (message->lines[i].function == 0 || message->lines[i].function > all->function_count)
            return false;
    for (uint32_t i = 0; i < message->line_count; i++) {
        struct profile_line line = {all->functions[message->lines[i].function - 1],
                                    (int32_t)message->lines[i].line};
        all->no_memory |= profile_add_line(all->profile, &line) == UINT32_MAX;
    }
    return !all->no_memory;
}

/* Adds a function that the child tells of; one that makes no sense is left out. */
static void add_lines(struct symbolization *all, uint32_t number,
                      const struct symbol_message *message)
{
    uint32_t first = all->profile->lines.count;
    if (all->profile->locations.items[number].line_count > 0 || !copy_lines(all, message))
        return;
    all->profile->locations.items[number].line_first = first;
    all->profile->locations.items[number].line_count = message->line_count;
}

static void add_call(struct symbolization *all, uint32_t number,
                     const struct symbol_message *message)
{
    struct symbol_call *call = &all->calls->items[number];
    call->is_known = true;
    call->entry = message->entry;
    call->target = message->target;
    call->is_global = message->flags & SYMBOL_CALL_GLOBAL;
    call->is_searched = message->flags & SYMBOL_CALL_SEARCHED;
}

static void add_chain(struct symbolization *all, uint32_t number,
                      const struct symbol_message *message)
{
    struct symbol_end end = {.entry = message->entry,
                             .symbol = profile_intern_string(all->profile, message->symbol),
                             .line_first = all->profile->lines.count,
                             .line_count = message->line_count};
    all->no_memory |= end.symbol == UINT32_MAX;
    if (!all->no_memory && all->calls->items[number].end_count < SYMBOL_ENDS_MAX &&
        copy_lines(all, message))
        all->no_memory = !symbol_calls_add_end(all->calls, number, end);
}

/* What is said of one location. */
static void add_to_location(struct symbolization *all, const struct symbol_message *message)
{
    if (message->number >= all->order_count)
        return;
    uint32_t location = all->order[message->number];
    if (message->kind == SYMBOL_LOCATION)
        add_lines(all, location, message);
    else if (message->kind == SYMBOL_CALL)
        add_call(all, location, message);
    else
        add_chain(all, location, message);
}

static void note_module(struct symbolization *all, uint32_t module)
{
    for (uint32_t i = all->at; i < all->work.task_count; i++)
        if (all->work.tasks[i].module == module)
            all->at = i;
}

/* The user is told each time, so the cache must not answer for such a module. */
static void note_packed(struct symbolization *all, uint32_t module)
{
    struct symbolize_report *report = all->options->report;
    all->has_packed = true;
    if (report && !report->packed && module < all->mappings->module_count)
        report->packed = strdup(all->mappings->modules[module].path);
}

/* The child gets memory and time in proportion to the files it is given; no time where
 * somebody set a limit. */
static bool hand_over(struct symbolization *all, struct symbol_reader *reader,
                      const struct symbol_request *request)
{
    struct symbol_answer answer;
    int fd = symbol_files_open(&all->files, request, &answer);
    symbol_cache_note(&all->cache, request, &answer);
    if (all->options->deadline_ms)
        answer.extra_ms = 0;
    all->extra_ms += answer.extra_ms;
    reader->deadline_ms += answer.extra_ms;
    symbol_child_allow(all->child, answer.bytes, answer.extra_ms);
    bool is_sent = symbol_reply(reader->fd, &answer, fd);
    if (fd >= 0)
        close(fd);
    return is_sent;
}

/* Names are ours to keep: a file can hold or make any number of them. */
static bool has_room(struct symbolization *all, uint64_t bytes)
{
    all->text_bytes += bytes;
    all->is_too_much = all->text_bytes > TEXT_BYTES;
    return !all->is_too_much;
}

/* True: the child did all there was to do. */
static bool hear(struct symbolization *all, struct symbol_reader *reader)
{
    static struct symbol_message message; /* large */
    while (symbol_read(reader, &message)) {
        switch (message.kind) {
        case SYMBOL_MODULE:
            note_module(all, message.number);
            break;
        case SYMBOL_OPEN:
            if (!hand_over(all, reader, &message.request))
                return false;
            break;
        case SYMBOL_PACKED:
            note_packed(all, message.number);
            break;
        case SYMBOL_UNCONFINED:
            if (all->options->report)
                all->options->report->unconfined = message.number;
            break;
        case SYMBOL_FUNCTION:
            if (!has_room(all, sizeof(struct profile_function) + strlen(message.name) +
                                   strlen(message.symbol) + strlen(message.file)))
                return false;
            all->no_memory = !add_function(all, &message);
            break;
        case SYMBOL_CHAIN:
            if (!has_room(all, sizeof(struct symbol_end) + strlen(message.symbol) +
                                   2 * message.line_count * sizeof(struct profile_line)))
                return false;
            add_to_location(all, &message);
            break;
        case SYMBOL_LOCATION:
        case SYMBOL_CALL:
            add_to_location(all, &message);
            break;
        case SYMBOL_PROGRESS:
            if (all->options->progress && message.number <= all->order_count)
                all->options->progress(all->options->context, message.number, all->order_count);
            break;
        case SYMBOL_END:
            return reader->at == reader->fill; /* its output has ended */
        }
        if (all->no_memory)
            return false;
    }
    return false;
}

/* --- the child --- */

enum outcome {
    DONE,
    FAILED,
    FAILED_USED, /* one that did jobs for other states before: a new one may do it */
    IMPOSSIBLE,  /* no child can be started */
};

/* One child from the task at hand on.  One that fails is not asked again. */
static enum outcome run_child(struct symbolization *all)
{
    int64_t until_ms = all->work.deadline_ms + GRACE_MS;
    struct symbol_reader *reader = calloc(1, sizeof(*reader));
    all->child = reader ? symbol_workers_take(all->workers, all->options->owner_uid,
                                              all->options->owner_gid, all->work.deadline_ms)
                        : NULL;
    enum outcome outcome = IMPOSSIBLE;
    if (all->child) {
        reader->fd = all->child->fd;
        reader->deadline_ms = until_ms;
        all->function_count = 0;
        outcome = all->child->is_used ? FAILED_USED : FAILED;
        if (symbol_job_send(reader->fd, &all->work, all->at, until_ms) && hear(all, reader))
            outcome = DONE;
        symbol_reader_deinit(reader);
        if (outcome != DONE)
            symbol_child_end(all->child);
    }
    free(reader);
    all->work.deadline_ms += all->extra_ms;
    all->extra_ms = 0;
    return outcome;
}

static void note_failure(struct symbolization *all, const struct symbol_task *task, bool is_late)
{
    struct symbolize_report *report = all->options->report;
    if (!report)
        return;
    report->is_late |= is_late;
    if (!report->given_up)
        report->given_up = strdup(all->work.modules[task->module].path);
}

/* After a failure: what the next child does less of.  False: nothing is left to try. */
static bool try_less(struct symbolization *all, bool is_late, bool was_late)
{
    struct symbol_task *task = &all->work.tasks[all->at];
    if (is_late) {
        /* It hung in DWARF; once more, without. */
        if (was_late)
            return false;
        all->work.deadline_ms += GRACE_MS;
        for (uint32_t i = all->at; i < all->work.task_count; i++)
            all->work.tasks[i].level = SYMBOL_LEVEL_TABLES;
    } else if (task->level == SYMBOL_LEVEL_NONE) {
        all->at++;
    } else {
        task->level--;
    }
    return true;
}

/* True: everything was tried that can be, and all of it in time. */
static bool run_children(struct symbolization *all)
{
    bool was_late = false;
    unsigned failures = 0;
    while (all->at < all->work.task_count) {
        enum outcome outcome = run_child(all);
        bool is_late = clock_now_ms() >= all->work.deadline_ms + GRACE_MS;
        if (outcome == DONE)
            break;
        if (outcome == IMPOSSIBLE || all->no_memory)
            return false;
        if (outcome == FAILED_USED && !is_late && !all->is_too_much)
            continue;
        note_failure(all, &all->work.tasks[all->at], is_late);
        if (all->is_too_much || ++failures > FAILURES_MAX || !try_less(all, is_late, was_late))
            return false;
        was_late |= is_late;
    }
    return failures == 0 && clock_now_ms() < all->work.deadline_ms;
}

/* --- the whole --- */

bool symbolize(struct profile *profile, const struct mappings *mappings,
               const struct symbolize_options *options, struct symbol_calls *calls)
{
    struct symbolization all = {
        .profile = profile, .mappings = mappings, .options = options, .calls = calls};
    all.workers = options->workers ? options->workers : &all.own_workers;
    symbol_files_init(&all.files, mappings->modules, mappings->module_count, &options->search);
    symbol_cache_init(&all.cache, &all.files, options->owner_uid);
    all.work = (struct symbol_work){
        .profile = profile,
        .calls = calls,
        .modules = mappings->modules,
        .deadline_ms = options->deadline_ms ? options->deadline_ms : clock_now_ms() + DEADLINE_MS,
    };
    bool has_memory = symbol_calls_update(calls, profile, mappings->module_of, mappings->count) &&
                      tasks_make(&all.work, mappings, &all.order, &all.order_count) && recall(&all);
    bool has_reader = all.work.task_count == 0 || symbol_worker_is_there();
    if (options->report)
        options->report->has_no_reader = !has_reader;
    if (has_memory && has_reader && run_children(&all) && !all.has_packed)
        keep(&all);
    symbol_cache_deinit(&all.cache);
    symbol_workers_deinit(&all.own_workers);
    if (options->report && clock_now_ms() >= all.work.deadline_ms)
        options->report->is_late = true;
    symbol_files_deinit(&all.files);
    has_memory = has_memory && !all.no_memory &&
                 perf_map_apply(profile, PROFILE_PSEUDO_COUNT, &options->perf_map);
    for (uint32_t i = 1; i < profile->locations.count && has_memory; i++)
        if (profile->locations.items[i].line_count == 0)
            has_memory = plain_names_give(profile, mappings, &profile->locations.items[i]);
    /* All flags are set, whatever was found: where one is missing, pprof looks for symbols
     * itself. */
    for (uint32_t i = 1; i < profile->mappings.count; i++) {
        struct profile_mapping *mapping = &profile->mappings.items[i];
        mapping->has_functions = mapping->has_files = true;
        mapping->has_lines = mapping->has_inlines = true;
    }
    for (uint32_t i = 0; i < all.order_count && has_memory; i++)
        calls->items[all.order[i]].is_known = true; /* as far as it can be */
    free(all.order);
    free(all.work.tasks);
    free(all.functions);
    return has_memory;
}
