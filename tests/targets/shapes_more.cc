// SPDX-License-Identifier: Apache-2.0
// build: -std=c++20 -pthread
//
// Places that allocate in ways that are less plain: exceptions, callbacks, setters, shared
// pointers, coroutines, fibers, caches, threads.
#include "shapes.h"

#include <any>
#include <coroutine>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <ucontext.h>
#include <unordered_map>
#include <utility>
#include <vector>

struct point {
    int at[12];
};

// ---- what ends in the call that made it

APART static void refuse(int turn)
{
    if (turn >= 0)
        throw turn;
}

SHAPE(stack, thrown_and_caught)
{
    try {
        refuse(turn);
    } catch (int number) {
        use(&number, sizeof(number));
    }
}

SHAPE(stack, freed_while_unwinding)
{
    static int caught;
    struct caller {
        APART static void call(int turn)
        {
            auto one = std::make_unique<point>();
            use(one.get(), sizeof(point));
            static const int wrong = 5;
            if (turn >= 0)
                throw &wrong;
        }
    };
    try {
        caller::call(turn);
    } catch (const int *number) {
        caught += *number;
    }
}

APART static void each(int count, const std::function<void(void *)> &visit)
{
    void *scratch = malloc(120);
    use(scratch, 120);
    for (int i = 0; i < count; i++)
        visit(scratch);
    free(scratch);
    stay();
}

SHAPE(stack, scratch_for_callbacks)
{
    int sum = turn;
    each(3, [&sum](void *scratch) { sum += *static_cast<char *>(scratch); });
    use(&sum, sizeof(sum));
}

SHAPE(stack, any_of_a_large_thing)
{
    std::any one = point{{turn}};
    use(std::any_cast<point>(&one), 8);
}

APART static std::string greeting(int turn)
{
    return std::string("a greeting for number ") + std::to_string(turn) + ", and nobody else";
}

SHAPE(stack, returned_by_value)
{
    std::string text = greeting(turn);
    use(&text[2], 2);
}

struct numbers {
    struct promise_type {
        int value = 0;
        numbers get_return_object()
        {
            return numbers{std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        std::suspend_always initial_suspend() noexcept
        {
            return {};
        }
        std::suspend_always final_suspend() noexcept
        {
            return {};
        }
        std::suspend_always yield_value(int number)
        {
            value = number;
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
    explicit numbers(std::coroutine_handle<promise_type> of) : handle(of)
    {
    }
    numbers(numbers &&other) noexcept : handle(std::exchange(other.handle, nullptr))
    {
    }
    numbers(const numbers &) = delete;
    ~numbers()
    {
        if (handle)
            handle.destroy();
    }
};

APART static numbers count_from(int first)
{
    for (int i = 0; i < 5; i++)
        co_yield first + i;
}

SHAPE(stack, coroutine_of_one_call)
{
    numbers all = count_from(turn);
    int sum = 0;
    for (int i = 0; i < 3; i++) {
        all.handle.resume();
        sum += all.handle.promise().value;
    }
    use(&sum, sizeof(sum));
}

SHAPE(stack, only_when_it_is_long)
{
    char room[32], *text = room;
    size_t bytes = 20 + chance() % 60 + static_cast<size_t>(turn % 2);
    if (bytes > sizeof(room))
        text = static_cast<char *>(malloc(bytes));
    use(text, bytes < sizeof(room) ? bytes : sizeof(room));
    if (text != room)
        free(text);
    stay();
}

// ---- many that end together

struct value {
    std::string name;
    std::vector<std::unique_ptr<value>> children;
};

APART static std::unique_ptr<value> parse_value(int depth)
{
    auto one = std::make_unique<value>();
    one->name = "a name that needs memory of its own";
    one->children.reserve(3);
    for (int i = 0; depth > 0 && i < 3; i++)
        one->children.push_back(parse_value(depth - 1));
    return one;
}

SHAPE(arena, document_of_values)
{
    auto root = parse_value(2);
    root->name[0] = static_cast<char>(turn);
    use(&root->name[1], 1);
}

SHAPE(arena, shared_chain)
{
    struct shared {
        std::shared_ptr<shared> next;
        int payload[4];
    };
    std::shared_ptr<shared> head;
    for (int i = 0; i < 20; i++) {
        auto one = std::make_shared<shared>();
        one->payload[0] = turn;
        one->next = std::move(head);
        head = std::move(one);
    }
    use(head->payload, 4);
}

SHAPE(arena, deque_of_many)
{
    std::deque<point> all;
    for (int i = 0; i < 200; i++)
        all.push_back(point{{turn}});
    use(&all.front(), 4);
}

SHAPE(arena, set_of_strings)
{
    std::set<std::string> all;
    for (int i = 0; i < 20; i++)
        all.insert("a word that is longer than sixteen: " + std::to_string(turn + i));
    size_t count = all.size();
    use(&count, sizeof(count));
}

SHAPE(arena, words_by_length)
{
    std::multimap<size_t, int> all;
    for (int i = 0; i < 24; i++)
        all.emplace(chance() % 7, turn);
    use(&all.begin()->second, 4);
}

APART static void visit_all(int count, const std::function<void(int)> &visit)
{
    for (int i = 0; i < count; i++)
        visit(i);
}

SHAPE(arena, gathered_by_a_callback)
{
    struct found {
        found *next;
        int number;
    };
    found *head = nullptr;
    visit_all(16, [&head, turn](int number) { head = new found{head, number + turn}; });
    while (head) {
        found *next = head->next;
        delete head;
        head = next;
    }
}

// ---- growth

struct writer {
    std::vector<char> bytes;
    APART void add(const char *text)
    {
        bytes.insert(bytes.end(), text, text + strlen(text));
    }
};

SHAPE(reserve, inserted_ranges)
{
    writer one;
    for (int i = 0; i < 60; i++)
        one.add(turn % 2 ? "some more text, " : "a bit of it, ");
    use(one.bytes.data(), 4);
}

SHAPE(reserve, appended_strings)
{
    std::string all;
    for (int i = 0; i < 40; i++)
        all += turn % 2 ? "one line of several\n" : "another line\n";
    use(&all[0], 1);
}

SHAPE(reserve, rows_of_numbers)
{
    struct table {
        std::vector<double> values;
        APART void row(double first)
        {
            for (int i = 0; i < 7; i++)
                values.push_back(first + i);
        }
    } all;
    for (int i = 0; i < 30; i++)
        all.row(turn);
    use(all.values.data(), 8);
}

// ---- what comes and goes

struct lru {
    std::list<int> order;
    std::unordered_map<int, std::list<int>::iterator> at;
    APART void touch(int key)
    {
        order.push_front(key);
        at[key] = order.begin();
        if (order.size() > 20) {
            at.erase(order.back());
            order.pop_back();
        }
    }
};
static lru cache;

SHAPE(pool, cache_of_a_size)
{
    cache.touch(turn);
    stay();
}

struct holder {
    std::unique_ptr<point> one;
    APART void set(int number)
    {
        auto next = std::make_unique<point>();
        next->at[0] = number;
        one = std::move(next);
    }
};
static holder held;

SHAPE(pool, setter_of_an_owner)
{
    held.set(turn);
    stay();
}

static std::shared_ptr<point> settings;

SHAPE(pool, swapped_settings)
{
    auto next = std::make_shared<point>();
    next->at[0] = turn;
    settings = next;
    use(settings.get(), 4);
}

static std::deque<numbers> suspended;

SHAPE(pool, coroutines_that_wait)
{
    suspended.push_back(count_from(turn));
    if (suspended.size() > 10) {
        suspended.front().handle.resume();
        suspended.pop_front();
    }
}

static std::map<int, std::function<void()>> callbacks;

SHAPE(pool, callbacks_that_wait)
{
    point bound = {{turn}};
    callbacks[turn] = [bound] {
        point copy = bound;
        use(&copy, 4);
    };
    auto due = callbacks.find(turn - 9);
    if (due != callbacks.end()) {
        due->second();
        callbacks.erase(due);
    }
}

static ucontext_t main_context, fiber_context;
static char fiber_stack[65536];

// A fiber's function: it is left and entered again between both calls.
SHAPE(pool, held_by_a_fiber)
{
    for (;; turn++) {
        void *block = malloc(92);
        use(block, static_cast<size_t>(80 + turn % 2));
        swapcontext(&fiber_context, &main_context);
        free(block);
        stay();
    }
}

APART static void run_fiber(int turn)
{
    if (turn == 0) {
        getcontext(&fiber_context);
        fiber_context.uc_stack.ss_sp = fiber_stack;
        fiber_context.uc_stack.ss_size = sizeof(fiber_stack);
        makecontext(&fiber_context, reinterpret_cast<void (*)()>(held_by_a_fiber), 1, 0);
    }
    swapcontext(&main_context, &fiber_context);
    stay();
}

// ---- what another thread frees

APART static void free_all(void **blocks, int count)
{
    for (int i = 0; i < count; i++)
        free(blocks[i]);
    stay();
}

SHAPE(crossed, handed_to_a_thread)
{
    void *blocks[40];
    if (turn % 8)
        return;
    for (void *&block : blocks)
        use(block = malloc(76), 76);
    std::thread(free_all, blocks, 40).join();
}

APART static void fill(void **blocks, int count)
{
    for (int i = 0; i < count; i++)
        use(blocks[i] = malloc(84), 84);
}

SHAPE(crossed, results_of_a_thread)
{
    void *blocks[40];
    if (turn % 8)
        return;
    std::thread(fill, blocks, 40).join();
    for (void *block : blocks)
        free(block);
    stay();
}

// ---- nothing to change

static std::unordered_map<int, point> growing;

SHAPE(none, cache_that_only_grows)
{
    growing[turn].at[0] = turn;
}

static std::set<std::string> interned;

SHAPE(none, interned_names)
{
    interned.insert("the name of something, number " + std::to_string(turn / 2));
    stay();
}

static std::vector<std::unique_ptr<point>> registered;

SHAPE(none, registered_objects)
{
    registered.push_back(std::make_unique<point>(point{{turn}}));
}

static std::deque<std::unique_ptr<point>> sessions;

SHAPE(none, long_sessions)
{
    sessions.push_back(std::make_unique<point>(point{{turn}}));
    if (sessions.size() > 400)
        sessions.pop_front();
}

int main(int argc, char **argv)
{
    static void (*const shapes[])(int) = {
        thrown_and_caught,      freed_while_unwinding,
        scratch_for_callbacks,  any_of_a_large_thing,
        returned_by_value,      coroutine_of_one_call,
        only_when_it_is_long,   document_of_values,
        shared_chain,           deque_of_many,
        set_of_strings,         words_by_length,
        gathered_by_a_callback, inserted_ranges,
        appended_strings,       rows_of_numbers,
        cache_of_a_size,        setter_of_an_owner,
        swapped_settings,       coroutines_that_wait,
        callbacks_that_wait,    run_fiber,
        handed_to_a_thread,     results_of_a_thread,
        cache_that_only_grows,  interned_names,
        registered_objects,     long_sessions,
    };
    int turns = argc > 1 ? atoi(argv[1]) : 2000;
    for (int turn = 0; turn < turns; turn++)
        for (auto shape : shapes)
            shape(turn);
    return 0;
}
