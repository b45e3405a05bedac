// SPDX-License-Identifier: Apache-2.0
// build: -std=c++17
//
// Sixty places that allocate, each in a way of its own that somebody writes every day.
#include "shapes.h"

#include <cstdio>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

struct point {
    int at[12];
};

// ---- what ends in the call that made it

SHAPE(stack, fixed_buffer)
{
    char *text = static_cast<char *>(malloc(96));
    use(text, 96);
    text[0] = static_cast<char>(turn);
    free(text);
    stay();
}

SHAPE(stack, buffer_of_any_size)
{
    size_t bytes = 1 + chance() % 300 + turn % 2;
    void *text = malloc(bytes);
    use(text, bytes);
    free(text);
    stay();
}

SHAPE(stack, new_object)
{
    point *one = new point;
    use(one, sizeof(*one));
    one->at[0] = turn;
    delete one;
    stay();
}

APART static void *checked(size_t bytes)
{
    void *block = malloc(bytes);
    if (!block)
        abort();
    __asm__ volatile("" : "+r"(block));
    return block;
}

SHAPE(stack, through_a_wrapper)
{
    void *block = checked(static_cast<size_t>(40 + turn % 3));
    use(block, 40);
    free(block);
    stay();
}

APART static void consume(void *block)
{
    use(block, 20);
    free(block);
    stay();
}

SHAPE(stack, freed_by_whom_it_calls)
{
    void *block = malloc(static_cast<size_t>(24 + turn % 2));
    consume(block);
    stay();
}

APART static char *number_text(int number)
{
    char *text = static_cast<char *>(malloc(28));
    snprintf(text, 28, "number %d", number);
    return text;
}

SHAPE(stack, made_by_whom_it_calls)
{
    char *text = number_text(turn);
    use(text, 4);
    free(text);
    stay();
}

SHAPE(stack, duplicated_string)
{
    char *text = strdup("something that is only looked at");
    use(text, static_cast<size_t>(1 + turn % 4));
    free(text);
    stay();
}

SHAPE(stack, printed_string)
{
    char *text;
    if (asprintf(&text, "line %d of %u", turn, chance()) < 0)
        abort();
    use(text, 3);
    free(text);
    stay();
}

SHAPE(stack, local_string)
{
    std::string text = "longer than what a string keeps in itself";
    text[3] = static_cast<char>('a' + turn % 20);
    use(text.data(), 9);
}

SHAPE(stack, vector_of_a_size)
{
    std::vector<long> row(24);
    use(row.data(), 24 * sizeof(long));
    row[2] = turn;
}

SHAPE(stack, one_owner)
{
    auto one = std::make_unique<point>();
    one->at[1] = turn;
    use(one.get(), sizeof(point));
}

SHAPE(stack, shared_by_nobody)
{
    auto one = std::make_shared<point>();
    one->at[1] = turn;
    use(one.get(), sizeof(point));
}

APART static int call(const std::function<int(int)> &function)
{
    return function(3);
}

SHAPE(stack, callable_with_much_in_it)
{
    point bound = {};
    bound.at[5] = turn;
    std::function<int(int)> add = [bound](int more) { return bound.at[5] + more; };
    int sum = call(add);
    use(&sum, sizeof(sum));
}

APART static int depth_of(int level)
{
    char *name = static_cast<char *>(malloc(33));
    use(name, 33);
    int depth = level > 0 ? depth_of(level - 1) + 1 : 0;
    free(name);
    return depth;
}

SHAPE(stack, recursive)
{
    int depth = depth_of(3 + turn % 2);
    use(&depth, sizeof(depth));
}

SHAPE(stack, one_after_the_other)
{
    for (int i = 0; i < 6; i++) {
        void *block = malloc(static_cast<size_t>(70 + turn % 5));
        use(block, 70);
        free(block);
    }
    stay();
}

SHAPE(stack, resolved_path)
{
    if (turn % 4)
        return;
    char *path = realpath("/usr", nullptr);
    use(path, 2);
    free(path);
    stay();
}

APART static int early_or_late(int turn)
{
    void *block = malloc(61);
    use(block, 61);
    if (turn % 3 == 0) {
        free(block);
        return 1;
    }
    use(block, 5);
    free(block);
    return 2;
}

SHAPE(stack, two_ways_out)
{
    int way = early_or_late(turn);
    use(&way, sizeof(way));
}

SHAPE(stack, joined_texts)
{
    const char *first = "the first half, ", *second = turn % 2 ? "and the second" : "or none";
    size_t bytes = strlen(first) + strlen(second) + 1;
    char *text = static_cast<char *>(malloc(bytes));
    strcpy(text, first);
    strcat(text, second);
    use(text, bytes);
    free(text);
    stay();
}

static int by_number(const void *first, const void *second)
{
    return *static_cast<const int *>(first) - *static_cast<const int *>(second);
}

SHAPE(stack, sorted_with_scratch)
{
    static int numbers[700];
    if (turn % 4)
        return;
    for (int &number : numbers)
        number = static_cast<int>(chance() % 9999);
    qsort(numbers, 700, sizeof(int), by_number);
    use(numbers, 4);
}

static void (*volatile give_back)(void *) = free;

SHAPE(stack, freed_by_a_pointer)
{
    void *block = malloc(static_cast<size_t>(52 + turn % 2));
    use(block, 52);
    give_back(block);
    stay();
}

// ---- many that end together

struct piece {
    piece *next;
    int payload[5];
};

SHAPE(arena, chain)
{
    piece *head = nullptr;
    for (int i = 0; i < 30 + turn % 5; i++) {
        piece *one = static_cast<piece *>(malloc(sizeof(piece)));
        one->next = head;
        head = one;
    }
    use(head->payload, 4);
    while (head) {
        piece *next = head->next;
        free(head);
        head = next;
    }
    stay();
}

struct branch {
    branch *left, *right;
    char *name;
};

APART static branch *grow(int height)
{
    branch *one = static_cast<branch *>(calloc(1, sizeof(branch)));
    one->name = static_cast<char *>(malloc(6 + chance() % 40));
    use(one->name, 6);
    if (height > 0) {
        one->left = grow(height - 1);
        one->right = grow(height - 1);
    }
    return one;
}

APART static void fell(branch *one)
{
    if (!one)
        return;
    fell(one->left);
    fell(one->right);
    free(one->name);
    free(one);
    stay();
}

SHAPE(arena, tree_with_names)
{
    branch *root = grow(3 + turn % 2);
    use(root->name, 2);
    fell(root);
    stay();
}

SHAPE(arena, counted_words)
{
    std::map<int, int> seen;
    for (int i = 0; i < 30; i++)
        seen[static_cast<int>(chance() % 900)] += turn;
    use(&seen.begin()->second, 1);
}

SHAPE(arena, list_of_points)
{
    std::list<point> points;
    for (int i = 0; i < 25; i++)
        points.push_back(point{{turn}});
    use(&points.front(), 4);
}

SHAPE(arena, table_with_buckets)
{
    std::unordered_map<int, point> table;
    table.reserve(80);
    for (int i = 0; i < 50; i++)
        table[static_cast<int>(chance() % 2000)].at[0] = turn;
    use(&table.begin()->second, 4);
}

SHAPE(arena, array_of_owners)
{
    std::unique_ptr<point> points[20];
    for (auto &one : points)
        one = std::make_unique<point>();
    points[3]->at[0] = turn;
    use(points[4].get(), 4);
}

APART static int split(const char *text, char **words)
{
    int count = 0;
    while (*text) {
        size_t length = strcspn(text, ",");
        words[count++] = strndup(text, length);
        text += length + (text[length] == ',');
    }
    return count;
}

SHAPE(arena, split_line)
{
    char *words[16];
    int count = split("name,surname,street,town,country,telephone,remarks", words);
    use(words[turn % 3], 2);
    for (int i = 0; i < count; i++)
        free(words[i]);
    stay();
}

struct request {
    char *headers[6];
    request *body;
};

APART static char *header(int number)
{
    char *text = static_cast<char *>(malloc(static_cast<size_t>(16 + number * 9)));
    use(text, 16);
    return text;
}

APART static request *parse_request(int depth)
{
    request *one = static_cast<request *>(calloc(1, sizeof(request)));
    for (int i = 0; i < 6; i++)
        one->headers[i] = header(i);
    if (depth > 0)
        one->body = parse_request(depth - 1);
    return one;
}

APART static void drop_request(request *one)
{
    for (char *text : one->headers)
        free(text);
    if (one->body)
        drop_request(one->body);
    free(one);
    stay();
}

SHAPE(arena, served_request)
{
    request *one = parse_request(1 + turn % 2);
    use(one->headers[2], 3);
    drop_request(one);
    stay();
}

APART static void *cell(int number)
{
    void *block = malloc(static_cast<size_t>(32 + number % 4 * 8));
    use(block, 32);
    return block;
}

SHAPE(arena, freed_in_two_passes)
{
    void *cells[40];
    for (int i = 0; i < 40; i++)
        cells[i] = cell(i + turn % 2);
    for (int i = 0; i < 40; i += 2)
        free(cells[i]);
    for (int i = 1; i < 40; i += 2)
        free(cells[i]);
    stay();
}

SHAPE(arena, array_of_strings)
{
    std::string lines[15];
    for (auto &line : lines)
        line.assign(18 + chance() % 40 + static_cast<unsigned>(turn % 2), 'y');
    use(&lines[2][0], 4);
}

// ---- growth

SHAPE(reserve, doubled_by_realloc)
{
    size_t room = 4;
    int count = 60 + static_cast<int>(chance() % 300);
    int *numbers = static_cast<int *>(malloc(room * sizeof(int)));
    for (int i = 0; i < count; i++) {
        if (static_cast<size_t>(i) == room)
            numbers = static_cast<int *>(realloc(numbers, (room *= 2) * sizeof(int)));
        numbers[i] = turn;
    }
    use(numbers, 8);
    free(numbers);
    stay();
}

SHAPE(reserve, one_more_each_time)
{
    point *points = nullptr;
    for (int i = 0; i < 40; i++) {
        points = static_cast<point *>(realloc(points, sizeof(point) * static_cast<size_t>(i + 1)));
        points[i].at[0] = turn;
    }
    use(points, 4);
    free(points);
    stay();
}

SHAPE(reserve, pushed_numbers)
{
    std::vector<int> numbers;
    for (int i = 0; i < 300 + turn % 100; i++)
        numbers.push_back(i);
    use(numbers.data(), 4);
}

SHAPE(reserve, pushed_strings)
{
    std::vector<std::string> words;
    for (int i = 0; i < 50; i++)
        words.push_back(turn % 2 ? "yes" : "no");
    use(&words[1][0], 1);
}

SHAPE(reserve, string_by_letters)
{
    std::string text;
    for (int i = 0; i < 250 + turn % 200; i++)
        text += static_cast<char>('a' + i % 26);
    use(&text[3], 2);
}

SHAPE(reserve, copied_into_a_larger_one)
{
    size_t room = 16;
    char *bytes = static_cast<char *>(malloc(room));
    for (size_t i = 0; i < 600; i++) {
        if (i == room) {
            char *larger = static_cast<char *>(malloc(room * 2));
            memcpy(larger, bytes, room);
            free(bytes);
            bytes = larger;
            room *= 2;
        }
        bytes[i] = static_cast<char>(turn);
    }
    use(bytes, 9);
    free(bytes);
    stay();
}

struct buffer {
    char *bytes;
    size_t count, room;
};

APART static void put(buffer *into, char byte)
{
    if (into->count == into->room) {
        into->room = into->room ? into->room + into->room / 2 + 1 : 8;
        into->bytes = static_cast<char *>(realloc(into->bytes, into->room));
    }
    into->bytes[into->count++] = byte;
}

SHAPE(reserve, buffer_with_a_put)
{
    buffer one = {};
    for (int i = 0; i < 500; i++)
        put(&one, static_cast<char>(turn));
    use(one.bytes, 8);
    free(one.bytes);
    stay();
}

SHAPE(reserve, stream_into_a_string)
{
    std::ostringstream out;
    for (int i = 0; i < 150; i++)
        out << "entry " << i << ' ' << turn;
    std::streamoff end = out.tellp();
    use(&end, sizeof(end));
}

struct triple {
    int at[6];
    triple() : at{}
    {
    }
    triple(const triple &other)
    {
        memcpy(at, other.at, sizeof(at));
    }
    triple &operator=(const triple &) = default;
};

SHAPE(reserve, pushed_copies)
{
    std::vector<triple> all;
    for (int i = 0; i < 80; i++)
        all.push_back(triple());
    all[3].at[1] = turn;
    use(&all[2], 4);
}

static buffer kept_buffers[32];

SHAPE(reserve, kept_and_grown_anew)
{
    buffer *one = &kept_buffers[turn % 32];
    free(one->bytes);
    *one = {};
    for (int i = 0; i < 300; i++)
        put(one, static_cast<char>(i));
}

// ---- what comes and goes

struct event {
    event *next;
    int payload[10];
};
static event *first_event, *last_event;
static int events;

APART static void post()
{
    event *one = static_cast<event *>(malloc(sizeof(event)));
    one->next = nullptr;
    (last_event ? last_event->next : first_event) = one;
    last_event = one;
    events++;
}

APART static void take()
{
    event *one = first_event;
    first_event = one->next;
    if (!first_event)
        last_event = nullptr;
    events--;
    free(one);
    stay();
}

SHAPE(pool, queue_of_events)
{
    for (unsigned i = 0; i < 1 + chance() % 3 + static_cast<unsigned>(turn % 2); i++)
        post();
    while (events > 12)
        take();
}

static void *entries[24];

SHAPE(pool, replaced_at_random)
{
    void *&one = entries[chance() % 24];
    free(one);
    one = malloc(static_cast<size_t>(80 + turn % 3));
    use(one, 80);
}

static char *connections[24];

SHAPE(pool, opened_and_closed)
{
    char *&one = connections[chance() % 24];
    if (one) {
        free(one);
        one = nullptr;
        return;
    }
    one = static_cast<char *>(malloc(180));
    use(one, static_cast<size_t>(20 + turn % 2));
}

static void *ring[12];

SHAPE(pool, ring_of_blocks)
{
    void *&one = ring[turn % 12];
    free(one);
    one = malloc(104);
    use(one, 9);
}

struct timer {
    int due;
    char what[36];
};
static std::vector<timer *> timers;

APART static timer *new_timer(int due)
{
    timer *one = new timer;
    one->due = due;
    return one;
}

SHAPE(pool, timers_in_any_order)
{
    timers.push_back(new_timer(turn));
    if (timers.size() > 18) {
        size_t which = chance() % timers.size();
        delete timers[which];
        timers[which] = timers.back();
        timers.pop_back();
    }
}

static std::list<point> fifo;

SHAPE(pool, list_as_a_queue)
{
    fifo.push_back(point{{turn}});
    if (fifo.size() > 14)
        fifo.pop_front();
}

static std::map<int, int> ordered;

SHAPE(pool, map_of_a_size)
{
    ordered[static_cast<int>(chance() % 4000)] = turn;
    if (ordered.size() > 40)
        ordered.erase(ordered.begin());
}

static std::unordered_map<int, point> hashed;

SHAPE(pool, table_of_a_size)
{
    hashed[turn].at[0] = 1;
    hashed.erase(turn - 40);
}

static char *current_name;

SHAPE(pool, replaced_name)
{
    free(current_name);
    current_name = static_cast<char *>(malloc(30));
    use(current_name, static_cast<size_t>(10 + turn % 3));
}

struct object {
    char *name;
};
static object named;

APART static void set_name(object *of, int number)
{
    char *text = static_cast<char *>(malloc(44));
    snprintf(text, 44, "object %d", number);
    free(of->name);
    of->name = text;
}

SHAPE(pool, setter)
{
    set_name(&named, turn);
    stay();
}

// ---- nothing to change

static void *early[8];

SHAPE(none, a_few_at_the_start)
{
    if (turn < 8)
        use(early[turn] = malloc(72), 72);
}

static std::vector<void *> all_kept;

SHAPE(none, kept_for_good)
{
    void *block = malloc(static_cast<size_t>(56 + turn % 2));
    use(block, 56);
    all_kept.push_back(block);
}

SHAPE(none, forgotten)
{
    void *block = malloc(20);
    use(block, static_cast<size_t>(10 + turn % 2));
}

static void *rows[4096];
static int row_count;

SHAPE(none, rows_of_a_table)
{
    if (row_count < 4000) {
        size_t bytes = 64 + chance() % 7000;
        use(rows[row_count++] = malloc(bytes), static_cast<size_t>(30 + turn % 2));
    }
}

static void *set_up;

SHAPE(none, set_up_once)
{
    if (turn == 0)
        use(set_up = malloc(6000), 6000);
}

static void *messages[7];

SHAPE(none, of_very_different_sizes)
{
    void *&one = messages[turn % 7];
    free(one);
    size_t bytes = static_cast<size_t>(16) << chance() % 12;
    bytes += chance() % bytes;
    one = malloc(bytes);
    use(one, 16);
}

static std::vector<void *> until_the_end;

SHAPE(none, freed_at_the_end)
{
    void *block = malloc(36);
    use(block, static_cast<size_t>(30 + turn % 2));
    until_the_end.push_back(block);
}

SHAPE(none, three_times)
{
    if (turn < 3) {
        void *block = malloc(34);
        use(block, 34);
        free(block);
    }
    stay();
}

static int *small_table;
static int small_room, small_count;

SHAPE(none, small_growth)
{
    if (turn >= 4)
        return;
    if (small_count == small_room) {
        small_room = small_room ? small_room * 2 : 2;
        small_table =
            static_cast<int *>(realloc(small_table, sizeof(int) * static_cast<size_t>(small_room)));
    }
    small_table[small_count++] = turn;
}

SHAPE(none, rarely_a_large_one)
{
    if (turn % 500 == 0) {
        void *block = malloc(1 << 19);
        use(block, 99);
        free(block);
    }
    stay();
}

int main(int argc, char **argv)
{
    static void (*const shapes[])(int) = {
        fixed_buffer,
        buffer_of_any_size,
        new_object,
        through_a_wrapper,
        freed_by_whom_it_calls,
        made_by_whom_it_calls,
        duplicated_string,
        printed_string,
        local_string,
        vector_of_a_size,
        one_owner,
        shared_by_nobody,
        callable_with_much_in_it,
        recursive,
        one_after_the_other,
        resolved_path,
        two_ways_out,
        joined_texts,
        sorted_with_scratch,
        freed_by_a_pointer,
        chain,
        tree_with_names,
        counted_words,
        list_of_points,
        table_with_buckets,
        array_of_owners,
        split_line,
        served_request,
        freed_in_two_passes,
        array_of_strings,
        doubled_by_realloc,
        one_more_each_time,
        pushed_numbers,
        pushed_strings,
        string_by_letters,
        copied_into_a_larger_one,
        buffer_with_a_put,
        stream_into_a_string,
        pushed_copies,
        kept_and_grown_anew,
        queue_of_events,
        replaced_at_random,
        opened_and_closed,
        ring_of_blocks,
        timers_in_any_order,
        list_as_a_queue,
        map_of_a_size,
        table_of_a_size,
        replaced_name,
        setter,
        a_few_at_the_start,
        kept_for_good,
        forgotten,
        rows_of_a_table,
        set_up_once,
        of_very_different_sizes,
        freed_at_the_end,
        three_times,
        small_growth,
        rarely_a_large_one,
    };
    int turns = argc > 1 ? atoi(argv[1]) : 2000;
    all_kept.reserve(1 << 16);
    until_the_end.reserve(1 << 16);
    timers.reserve(64);
    for (int turn = 0; turn < turns; turn++)
        for (auto shape : shapes)
            shape(turn);
    // The same from another place.
    for (int turn = 0; turn < turns; turn++) {
        queue_of_events(turn);
        fixed_buffer(turn);
        made_by_whom_it_calls(turn);
    }
    for (int turn = 0; turn < turns; turn++) {
        replaced_name(turn);
        ring_of_blocks(turn);
    }
    for (void *block : until_the_end)
        free(block);
    return 0;
}
