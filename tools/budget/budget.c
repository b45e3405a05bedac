/* SPDX-License-Identifier: Apache-2.0
 *
 * Words are separated by spaces and tabs.  A reason begins at a word that begins with #, so that
 * a pattern may have one inside.
 */
#include "tools/budget/budget.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/date.h"
#include "tools/small_file.h"

#define WORDS_MAX 6 /* METRIC PATTERN LIMIT until DATE #: what is more is wrong */
#define WORD_MAX  1024

/* A line that is being read. */
struct words {
    size_t at[WORDS_MAX], length[WORDS_MAX];
    size_t count;
    bool has_reason, has_more; /* has_more: words between the date and the reason */
};

static struct words split(const char *text)
{
    static const char blank[] = " \t\r";
    struct words words = {.count = 0};
    size_t at = strspn(text, blank);
    while (text[at] && text[at] != '#') {
        size_t length = strcspn(text + at, blank);
        if (words.count < WORDS_MAX) {
            words.at[words.count] = at;
            words.length[words.count++] = length;
        } else {
            words.has_more = true;
        }
        at += length;
        at += strspn(text + at, blank);
    }
    if (text[at] == '#')
        words.has_reason = text[at + 1 + strspn(text + at + 1, " \t\r#")] != '\0';
    return words;
}

/* A word as a text of its own; false: it is too long. */
static bool take_word(const char *text, const struct words *words, size_t index,
                      char word[static WORD_MAX])
{
    if (words->length[index] >= WORD_MAX)
        return false;
    memcpy(word, text + words->at[index], words->length[index]);
    word[words->length[index]] = '\0';
    return true;
}

static bool is_word(const char *text, const struct words *words, size_t index, const char *word)
{
    return index < words->count && words->length[index] == strlen(word) &&
           strncmp(text + words->at[index], word, strlen(word)) == 0;
}

static struct error *bad(const char *what)
{
    return error_create("%s", what);
}

/* "until DATE" from word `index` on, and nothing behind it but the reason. */
static struct error *read_tail(const char *text, const struct words *words, size_t index, int today)
{
    char word[WORD_MAX];
    int date = 0;
    if (!words->has_reason)
        return bad("it has no reason; try to say why behind a #");
    if (index == words->count && !words->has_more)
        return NULL;
    if (!is_word(text, words, index, "until") || words->count != index + 2 || words->has_more)
        return bad("what stands before the reason is neither 'until' and a date nor nothing");
    if (!take_word(text, words, index + 1, word) || !date_parse(word, &date))
        return bad("the date is none; try one like 2027-03-31");
    if (date < today)
        return error_create("it was to hold until %s, which has passed; try to find out whether "
                            "its reason still holds",
                            word);
    return NULL;
}

static struct error *read_pattern(struct budget_line *line, const struct words *words)
{
    char word[WORD_MAX];
    struct error *error = NULL;
    if (!take_word(line->text, words, 1, word))
        return bad("its pattern is too long");
    line->name = strdup(word);
    if (!line->name)
        return error_no_memory();
    if (!gate_subject_parse(word, &line->subject, &line->pattern, &error) && !error)
        line->subject = GATE_TOTAL;
    return error;
}

static struct error *read_ignore(struct budget_line *line, const struct words *words, int today)
{
    line->kind = BUDGET_IGNORE;
    if (words->count < 4 || !is_word(line->text, words, 2, "until"))
        return bad("it is no 'ignore PATTERN until DATE # REASON'");
    struct error *error = read_pattern(line, words);
    return error ? error : read_tail(line->text, words, 2, today);
}

static struct error *read_limit(struct budget_line *line, const struct words *words, int today)
{
    char word[WORD_MAX];
    line->kind = BUDGET_LIMIT;
    if (!metric_find(line->text + words->at[0], words->length[0], &line->metric))
        return bad("it begins neither with ignore, leak: nor with one of " METRIC_LIST);
    if (words->count < 3)
        return bad("it is no 'METRIC PATTERN LIMIT [until DATE] # REASON'");
    struct error *error = read_pattern(line, words);
    if (error)
        return error;
    if (line->subject != GATE_TOTAL && line->metric == METRIC_PEAK)
        return bad("the peak of a function or a module is not known; try the program's");
    line->limit_at = words->at[2];
    line->limit_length = words->length[2];
    if (!take_word(line->text, words, 2, word) || !limit_parse(word, line->metric, &line->limit) ||
        line->limit.is_relative)
        return error_create("its limit is none; try %s", limit_examples(line->metric));
    return read_tail(line->text, words, 3, today);
}

/* As LeakSanitizer reads it, but that a reason may follow. */
static struct error *read_leak(struct budget_line *line, const char *pattern)
{
    const char *reason = strstr(pattern, " #");
    size_t length = reason ? (size_t)(reason - pattern) : strlen(pattern);
    while (length > 0 && strchr(" \t\r", pattern[length - 1]))
        length--;
    line->kind = BUDGET_LEAK;
    line->name = strndup(pattern, length);
    if (!line->name)
        return error_no_memory();
    return length ? NULL : bad("its pattern is empty");
}

static struct error *read_line(struct budget_line *line, int today)
{
    static const char leak[] = "leak:";
    struct words words = split(line->text);
    if (words.count == 0)
        return NULL;
    const char *first = line->text + words.at[0];
    if (strncmp(first, leak, sizeof leak - 1) == 0)
        return read_leak(line, first + sizeof leak - 1);
    return is_word(line->text, &words, 0, "ignore") ? read_ignore(line, &words, today)
                                                    : read_limit(line, &words, today);
}

/* --- the file --- */

/* Takes `problem` over. */
static bool add_problem(struct budget *budget, const char *path, struct error *problem)
{
    struct error **moved =
        realloc(budget->problems, (budget->problem_count + 1) * sizeof(struct error *));
    if (moved)
        budget->problems = moved;
    if (moved)
        moved[budget->problem_count++] =
            error_create("%s:%zu: %s", path, budget->count, error_message(problem));
    error_destroy(problem);
    return moved != NULL;
}

static struct error *add_line(struct budget *budget, const char *text, size_t length,
                              const char *path, int today)
{
    struct budget_line *moved = realloc(budget->lines, (budget->count + 1) * sizeof *moved);
    if (!moved)
        return error_no_memory();
    budget->lines = moved;
    struct budget_line *line = &moved[budget->count];
    *line = (struct budget_line){.text = strndup(text, length)};
    if (!line->text)
        return error_no_memory();
    budget->count++;
    struct error *problem =
        strlen(line->text) < length ? bad("it has a NUL byte") : read_line(line, today);
    if (problem == error_no_memory())
        return problem;
    budget->limit_count += !problem && line->kind == BUDGET_LIMIT;
    return problem && !add_problem(budget, path, problem) ? error_no_memory() : NULL;
}

struct error *budget_parse(struct budget *budget, const char *bytes, size_t count, const char *path,
                           int today)
{
    struct error *error = NULL;
    *budget = (struct budget){.ends_in_newline = count == 0 || bytes[count - 1] == '\n'};
    for (size_t at = 0, length; at < count && !error; at += length + 1) {
        const char *end = memchr(bytes + at, '\n', count - at);
        length = end ? (size_t)(end - bytes) - at : count - at;
        error = add_line(budget, bytes + at, length, path, today);
    }
    return error;
}

struct error *budget_read(struct budget *budget, const char *path)
{
    char *bytes;
    size_t count;
    int number;
    *budget = (struct budget){.count = 0};
    struct error *error = small_file_read(path, &bytes, &count, &number);
    if (!error)
        error = budget_parse(budget, bytes, count, path, date_today());
    free(bytes);
    return error;
}

void budget_deinit(struct budget *budget)
{
    for (size_t i = 0; i < budget->count; i++) {
        free(budget->lines[i].text);
        free(budget->lines[i].name);
        pattern_destroy(budget->lines[i].pattern);
    }
    for (size_t i = 0; i < budget->problem_count; i++)
        error_destroy(budget->problems[i]);
    free(budget->lines);
    free(budget->problems);
    *budget = (struct budget){.count = 0};
}
