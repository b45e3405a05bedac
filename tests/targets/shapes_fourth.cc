// SPDX-License-Identifier: Apache-2.0
// build: -std=c++20 -O2 -pthread
//
// Parts of a server in C++, called by turns in any order as a server calls them, that were written
// down with what is to be said of them before any of them was tried.
#include "shapes.h"

#include <array>
#include <atomic>
#include <coroutine>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <queue>
#include <regex>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

static volatile unsigned long sink;

// --- one object at a time ---

class scratch
{
    void *memory;

  public:
    explicit scratch(size_t bytes) : memory(malloc(bytes))
    {
        use(memory, bytes);
    }
    scratch(const scratch &) = delete;
    scratch &operator=(const scratch &) = delete;
    ~scratch()
    {
        free(memory);
    }
};

SHAPE(stack, guarded_buffer)
{
    scratch buffer(100 + turn % 50);
    sink = turn;
}

APART static int descend(int level)
{
    scratch of_this_level(300);
    return level == 0 ? 1 : descend(level - 1) + 1;
}

SHAPE(stack, buffer_for_each_level)
{
    sink = descend(5 + turn % 8);
}

struct sequence {
    struct promise_type {
        int value = 0;
        sequence get_return_object()
        {
            return sequence{std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        std::suspend_always initial_suspend() noexcept
        {
            return {};
        }
        std::suspend_always final_suspend() noexcept
        {
            return {};
        }
        std::suspend_always yield_value(int next)
        {
            value = next;
            return {};
        }
        void return_void()
        {
        }
        void unhandled_exception()
        {
            abort();
        }
    };
    std::coroutine_handle<promise_type> handle;
    explicit sequence(std::coroutine_handle<promise_type> of) : handle(of)
    {
    }
    sequence(sequence &&other) noexcept : handle(std::exchange(other.handle, nullptr))
    {
    }
    ~sequence()
    {
        if (handle)
            handle.destroy();
    }
    bool next()
    {
        handle.resume();
        return !handle.done();
    }
};

APART static sequence squares(int most)
{
    for (int i = 0; i < most; i++)
        co_yield i *i;
}

SHAPE(stack, generator_of_numbers)
{
    unsigned long sum = 0;
    for (auto numbers = squares(turn % 7 + 3); numbers.next();)
        sum += numbers.handle.promise().value;
    sink = sum;
}

struct packet {
    std::array<int, 30> words;
};

APART static void deliver(std::unique_ptr<packet> one)
{
    sink = one->words[2];
}

APART static void route(std::unique_ptr<packet> one)
{
    one->words[1] = 5;
    deliver(std::move(one));
    stay();
}

SHAPE(stack, moved_through_three)
{
    auto one = std::make_unique<packet>();
    one->words[0] = turn;
    route(std::move(one));
}

SHAPE(stack, part_of_a_text) // by way of std::string
{
    static const std::string line =
        "a header: and a value that is longer than what fits inside; the rest";
    sink = line.substr(10 + turn % 3, 40).size();
}

class cursor
{
  public:
    virtual ~cursor() = default;
    virtual bool advance() = 0;
};

class range_cursor final : public cursor
{
    long at = 0, end;
    char state[80];

  public:
    explicit range_cursor(long most) : end(most)
    {
        use(state, sizeof(state));
    }
    bool advance() override
    {
        return ++at < end;
    }
};

APART static cursor *open_cursor(int most)
{
    return new range_cursor(most);
}

APART static void close_cursor(cursor *one)
{
    delete one;
    stay();
}

SHAPE(stack, cursor_of_a_query)
{
    cursor *one = open_cursor(turn % 20);
    while (one->advance())
        sink = sink + 1;
    close_cursor(one);
}

APART static void check(int turn)
{
    if (turn % 2)
        throw std::invalid_argument("the request is odd, which this server does not like");
}

SHAPE(stack | arena, error_with_a_cause)
{
    try {
        try {
            check(turn);
        } catch (...) {
            std::throw_with_nested(std::runtime_error("the request could not be served at all"));
        }
    } catch (const std::exception &error) {
        sink = strlen(error.what());
    }
}

SHAPE(stack | arena, groups_of_a_match)
{
    static const std::regex expression("([a-z]+)=([0-9]+);");
    std::cmatch match;
    sink = std::regex_search("key=1234;", match, expression) + turn;
}

// --- all at once ---

struct value {
    std::string text;
    std::list<std::unique_ptr<value>> members;
};

APART static std::unique_ptr<value> parse_value(const char *&at)
{
    auto one = std::make_unique<value>();
    if (*at == '[') {
        for (at++; *at != ']'; at++)
            one->members.push_back(parse_value(at));
        at++;
    } else {
        one->text = std::string(at, strcspn(at, ",]"));
        at += one->text.size();
    }
    if (*at == 0 || *at == ']')
        at--;
    return one;
}

SHAPE(arena, tree_of_values)
{
    const char *text = turn % 2
                           ? "[a long string for the first,[7,8,[9,10]],and one more that is long]"
                           : "[1,2,3,[4,5],6,7,8]";
    const char *at = text;
    sink = parse_value(at)->members.size();
}

SHAPE(arena, headers_of_a_request)
{
    std::map<std::string, std::string> headers;
    for (int i = 0; i < 9; i++)
        headers["X-Header-Number-" + std::string(1, static_cast<char>('a' + i))] =
            "text/html; charset=utf-8; and so on";
    sink = headers.size() + turn;
}

struct ring_node {
    std::shared_ptr<ring_node> next;
    int payload[5];
};

SHAPE(arena, ring_that_is_cut)
{
    auto first = std::make_shared<ring_node>(), last = first;
    for (int i = 0; i < 7; i++)
        last = last->next = std::make_shared<ring_node>();
    last->next = first;
    first->payload[0] = turn;
    first->next = nullptr;
}

struct task {
    int priority;
    char text[60];
};

SHAPE(arena, tasks_in_order)
{
    auto later = [](const std::unique_ptr<task> &a, const std::unique_ptr<task> &b) {
        return a->priority < b->priority;
    };
    std::priority_queue<std::unique_ptr<task>, std::vector<std::unique_ptr<task>>, decltype(later)>
        queue(later);
    for (int i = 0; i < 30; i++) {
        queue.push(std::make_unique<task>());
    }
    for (; !queue.empty(); queue.pop())
        sink = queue.top()->priority + turn;
}

SHAPE(arena, rows_of_a_matrix)
{
    constexpr int rows = 24;
    double *matrix[rows];
    for (auto &row : matrix)
        row = new double[20 + turn % 4]();
    for (auto *row : matrix)
        delete[] row;
}

APART static void add_fields(std::vector<std::string> &fields, int turn)
{
    for (int i = 0; i < 12; i++)
        fields.push_back("a field of this line that is rather long " + std::to_string(turn));
}

SHAPE(arena, fields_of_a_line)
{
    std::vector<std::string> fields;
    fields.reserve(12);
    add_fields(fields, turn);
    sink = fields.size();
}

// --- what grows ---

class builder
{
    char *text = nullptr;
    size_t used = 0, room = 0;

  public:
    builder() = default;
    builder(const builder &) = delete;
    builder &operator=(const builder &) = delete;
    ~builder()
    {
        delete[] text;
    }
    APART void add(const char *more, size_t bytes)
    {
        if (used + bytes > room) {
            room = room ? room * 2 : 64;
            char *larger = new char[room];
            if (used)
                memcpy(larger, text, used);
            delete[] text;
            text = larger;
        }
        memcpy(text + used, more, bytes);
        used += bytes;
    }
    size_t size() const
    {
        return used;
    }
};

SHAPE(reserve, answer_in_a_builder)
{
    builder answer;
    for (int i = 0; i < 90; i++)
        answer.add("<li>an item</li>", 16);
    sink = answer.size() + turn;
}

SHAPE(reserve, scores_in_a_heap)
{
    std::priority_queue<int> scores;
    for (int i = 0; i < 300; i++)
        scores.push(i * 37 % 101 + turn);
    sink = scores.top();
}

SHAPE(reserve, log_begun_anew)
{
    static std::string log;
    std::string().swap(log);
    for (int i = 0; i < 60; i++)
        log += "one more entry; ";
    sink = log.size() + turn;
}

// --- what comes and goes ---

struct handler {
    int at;
    char state[100];
    virtual ~handler() = default;
    virtual void run()
    {
        sink = state[3];
    }
};
struct read_handler final : handler {
    void run() override
    {
        sink = at;
    }
};

SHAPE(pool, handlers_of_events)
{
    static std::deque<std::unique_ptr<handler>> loop;
    loop.push_back(std::make_unique<read_handler>());
    loop.back()->at = turn;
    if (chance() % 3 == 0 || loop.size() > 12)
        while (loop.size() > 4) {
            loop.front()->run();
            loop.pop_front();
        }
}

class small_pool
{
    std::vector<void *> unused;

  public:
    void *take()
    {
        if (unused.empty())
            return operator new(72);
        void *block = unused.back();
        unused.pop_back();
        return block;
    }
    void give(void *block)
    {
        if (unused.size() >= 3)
            operator delete(block);
        else
            unused.push_back(block);
    }
};

SHAPE(pool, pool_that_is_too_small)
{
    static small_pool blocks;
    static std::vector<void *> held;
    if (turn % 2 == 0) {
        for (int i = 0; i < 12; i++)
            held.push_back(blocks.take());
        return;
    }
    for (; !held.empty(); held.pop_back())
        blocks.give(held.back());
}

SHAPE(pool, table_of_the_last_request)
{
    static std::map<int, long> table;
    table.clear();
    for (int i = 0; i < 20; i++)
        table[i * 7 % 23] = turn;
}

SHAPE(pool, observers)
{
    static std::map<int, std::function<void()>> subscribed;
    std::array<long, 9> captured{turn, 1, 2, 3, 4, 5, 6, 7, 8};
    subscribed[turn] = [captured] { sink = captured[4]; };
    if (subscribed.size() > 15) {
        auto any = subscribed.begin();
        std::advance(any, chance() % 15);
        any->second();
        subscribed.erase(any);
    }
}

SHAPE(pool, connections)
{
    struct connection {
        char buffer[2000];
        int state = 0;
    };
    static std::array<std::unique_ptr<connection>, 16> open;
    auto &one = open[chance() % 16];
    if (one)
        one.reset();
    else
        one = std::make_unique<connection>();
    sink = turn;
}

SHAPE(pool, wheel_of_timers)
{
    struct timer {
        timer *next;
        int due;
    };
    static std::array<timer *, 8> wheel;
    auto &now = wheel[turn % 8];
    for (timer *one = now; one;) {
        timer *next = one->next;
        delete one;
        one = next;
    }
    now = nullptr;
    auto &then = wheel[(turn + 1 + chance() % 7) % 8];
    then = new timer{then, turn};
}

SHAPE(pool, settings_behind_a_pointer)
{
    struct impl {
        char text[150];
        int version;
    };
    static std::shared_ptr<const impl> current;
    auto changed = std::make_shared<impl>();
    changed->version = turn;
    current = changed;
}

// --- what would not be better in a pool ---

SHAPE(no_pool, blobs_that_wait)
{
    static std::deque<std::vector<char>> waiting;
    waiting.emplace_back(10 + chance() % 60000);
    if (waiting.size() > 8)
        waiting.pop_front();
    sink = turn;
}

SHAPE(no_pool, leases)
{
    struct lease {
        int of;
        char name[40];
    };
    static std::list<std::unique_ptr<lease>> held;
    held.push_back(std::make_unique<lease>());
    held.back()->of = turn;
    if (held.size() > 400)
        held.pop_front();
}

// --- what stays ---

struct parent_of_a_child;
struct child_of_a_parent {
    std::shared_ptr<parent_of_a_child> parent;
};
struct parent_of_a_child {
    std::shared_ptr<child_of_a_parent> child;
};

SHAPE(kept, ring_of_owners)
{
    auto parent = std::make_shared<parent_of_a_child>();
    parent->child = std::make_shared<child_of_a_parent>();
    parent->child->parent = parent;
    sink = turn;
}

SHAPE(kept, plugins)
{
    struct plugin {
        std::string name;
        int options[4];
    };
    static std::list<plugin> loaded;
    loaded.push_back(
        {"a plugin with a long name, number " + std::to_string(turn), {1, 2, 3, turn}});
}

SHAPE(kept, answers_that_are_remembered)
{
    static std::unordered_map<int, std::unique_ptr<packet>> known;
    auto &answer = known[turn];
    answer = std::make_unique<packet>();
}

// --- threads ---

static std::array<std::atomic<packet *>, 64> ring;

SHAPE(crossed, stage_of_a_pipeline)
{
    auto *one = new packet;
    one->words[0] = turn;
    auto &slot = ring[turn % 64];
    for (packet *none = nullptr; !slot.compare_exchange_weak(none, one); none = nullptr)
        std::this_thread::yield();
}

static void drain(int turns)
{
    for (int turn = 0; turn < turns; turn++) {
        packet *one;
        while (!(one = ring[turn % 64].exchange(nullptr)))
            std::this_thread::yield();
        delete one;
    }
}

int main(int argc, char **argv)
{
    int turns = argc > 1 ? atoi(argv[1]) : 2000;
    static void (*const shapes[])(int) = {guarded_buffer,
                                          buffer_for_each_level,
                                          generator_of_numbers,
                                          moved_through_three,
                                          part_of_a_text,
                                          cursor_of_a_query,
                                          error_with_a_cause,
                                          groups_of_a_match,
                                          tree_of_values,
                                          headers_of_a_request,
                                          ring_that_is_cut,
                                          tasks_in_order,
                                          rows_of_a_matrix,
                                          fields_of_a_line,
                                          answer_in_a_builder,
                                          scores_in_a_heap,
                                          log_begun_anew,
                                          handlers_of_events,
                                          pool_that_is_too_small,
                                          table_of_the_last_request,
                                          observers,
                                          connections,
                                          wheel_of_timers,
                                          settings_behind_a_pointer,
                                          blobs_that_wait,
                                          leases,
                                          ring_of_owners,
                                          plugins,
                                          answers_that_are_remembered,
                                          stage_of_a_pipeline};
    std::thread drainer(drain, turns);
    constexpr int count = sizeof(shapes) / sizeof(*shapes);
    for (int turn = 0; turn < turns; turn++)
        for (int i = 0; i < count; i++)
            shapes[(i * 7 + turn) % count](turn);
    drainer.join();
    return 0;
}
