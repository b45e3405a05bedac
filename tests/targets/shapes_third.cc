// SPDX-License-Identifier: Apache-2.0
// build: -std=c++20 -O2 -pthread
//
// Ways to allocate in C++ that were written down with what is to be said of them before any of them
// was tried.
#include "shapes.h"

#include <any>
#include <condition_variable>
#include <coroutine>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>

static volatile unsigned long sink;

// --- one object at a time ---

APART static int parse_digit(const char *text)
{
    if (*text < '0' || *text > '9')
        throw std::runtime_error(std::string("this is not a digit at all: ") + text);
    return *text - '0';
}

SHAPE(stack, thrown_and_caught) // by way of an exception|std::string
{
    try {
        sink = parse_digit(turn % 100 ? "x" : "7");
    } catch (const std::exception &error) {
        sink = strlen(error.what());
    }
}

SHAPE(stack, joined_text) // by way of std::string
{
    std::string text = "the number of this turn is " + std::to_string(turn);
    sink = text.size();
}

APART static std::string greeting(const std::string &name)
{
    return "good morning, dear " + name;
}

SHAPE(stack, text_by_value) // by way of std::string
{
    sink = greeting(turn % 2 ? "reader of these lines" : "writer of these lines").size();
}

struct widget {
    int numbers[40];
    virtual ~widget() = default;
    APART virtual widget *clone() const
    {
        return new widget(*this);
    }
};

SHAPE(stack, shared_once) // by way of std::shared_ptr
{
    auto object = std::make_shared<widget>();
    object->numbers[turn % 40] = turn;
    sink = object->numbers[3];
}

SHAPE(stack, cloned_and_dropped)
{
    static widget model;
    std::unique_ptr<widget> copy(model.clone());
    copy->numbers[0] = turn;
    sink = copy->numbers[0];
}

APART static int call(const std::function<int(int)> &callable)
{
    return callable(3);
}

SHAPE(stack, bound_callback) // by way of std::function
{
    long numbers[6] = {turn, 2, 3, 4, 5, 6};
    sink = call([numbers](int i) { return static_cast<int>(numbers[i % 6]); });
}

SHAPE(stack, any_value) // by way of std::string|std::any
{
    std::any value = std::string("a text that does not fit into the small buffer");
    sink = std::any_cast<const std::string &>(value).size() + turn;
}

class parser
{
    struct state {
        char text[200];
        int depth;
    };
    std::unique_ptr<state> impl = std::make_unique<state>();

  public:
    APART int parse(int turn)
    {
        impl->depth = turn;
        return impl->depth + impl->text[7];
    }
};

SHAPE(stack, hidden_state)
{
    parser one;
    sink = one.parse(turn);
}

APART static std::unique_ptr<widget> factory(int turn)
{
    auto made = std::make_unique<widget>();
    made->numbers[0] = turn;
    return made;
}

SHAPE(stack, made_by_a_factory)
{
    auto object = factory(turn);
    sink = object->numbers[0];
}

SHAPE(stack, matrix)
{
    std::vector<double> cells(64 * 64);
    for (size_t i = 0; i < cells.size(); i += 64)
        cells[i] = turn;
    sink = cells[64];
}

SHAPE(stack, formatted) // by way of an iostream
{
    std::ostringstream out;
    out << "turn " << turn << " of many, and some more text";
    sink = out.str().size();
}

struct task {
    struct promise_type {
        int value;
        task get_return_object()
        {
            return {std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        std::suspend_always initial_suspend()
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
        }
    };
    std::coroutine_handle<promise_type> handle;
};

APART static task count_up(int from)
{
    for (int i = 0; i < 5; i++)
        co_yield from + i;
}

SHAPE(stack, coroutine)
{
    task one = count_up(turn);
    while (!one.handle.done()) {
        sink = one.handle.promise().value;
        one.handle.resume();
    }
    one.handle.destroy();
}

// --- what grows ---

SHAPE(reserve, pushed_numbers) // by way of std::vector
{
    std::vector<int> numbers;
    for (int i = 0; i < 500; i++)
        numbers.push_back(i * turn);
    sink = numbers[77];
}

SHAPE(reserve, appended_characters) // by way of std::string
{
    std::string line;
    for (int i = 0; i < 700 + turn % 50; i++)
        line += static_cast<char>('a' + i % 26);
    sink = line.size();
}

SHAPE(reserve, long_stream) // by way of an iostream
{
    std::ostringstream out;
    for (int i = 0; i < 1500; i++)
        out << i + turn << ',';
    sink = out.tellp();
}

struct point {
    double x, y, z;
};

APART static void add_point(std::vector<point> &points, int i)
{
    points.push_back({1.0 * i, 2.0 * i, 3.0 * i});
}

SHAPE(reserve, grown_by_a_helper)
{
    std::vector<point> points;
    for (int i = 0; i < 100; i++)
        add_point(points, i + turn);
    sink = points.size();
}

// --- many that end together ---

SHAPE(arena, counted_words) // by way of a node container
{
    std::unordered_map<int, int> counts;
    for (int i = 0; i < 120; i++)
        counts[i * 31 % 97 + turn % 3]++;
    sink = counts.size();
}

SHAPE(arena, sorted_names)
{
    std::map<std::string, int> names;
    for (int i = 0; i < 40; i++)
        names["somebody whose name is number " + std::to_string(i * 7 % 41)] = turn;
    sink = names.size();
}

SHAPE(arena, lines_of_text) // by way of std::string
{
    std::vector<std::string> lines;
    lines.reserve(50);
    for (int i = 0; i < 50; i++)
        lines.emplace_back(20 + (i + turn) % 60, 'x');
    sink = lines[7].size();
}

SHAPE(arena, vector_of_vectors)
{
    std::vector<std::vector<int>> rows(20);
    for (auto &row : rows)
        row.assign(16, turn);
    sink = rows[3][4];
}

SHAPE(arena, chunks_of_a_deque) // by way of std::deque
{
    std::deque<long> numbers;
    for (int i = 0; i < 1000; i++)
        numbers.push_back(i + turn);
    sink = numbers[500];
}

struct value {
    std::variant<long, std::string> leaf;
    std::vector<std::unique_ptr<value>> children;
};

APART static std::unique_ptr<value> parse_value(int depth)
{
    auto made = std::make_unique<value>();
    made->leaf = depth;
    if (depth == 0)
        return made;
    made->children.reserve(3);
    for (int i = 0; i < 3; i++)
        made->children.push_back(parse_value(depth - 1));
    return made;
}

SHAPE(arena, parsed_document)
{
    auto document = parse_value(3);
    document->leaf = static_cast<long>(turn);
    sink = document->children.size();
}

SHAPE(arena | stack, expression_each_time) // by way of std::regex
{
    if (turn % 10)
        return;
    std::regex expression("([a-z]+)=([0-9]+|none)");
    sink = std::regex_match("key=42", expression);
}

// --- what comes and goes ---

SHAPE(pool, shared_in_a_queue) // by way of std::shared_ptr|a node container
{
    static std::list<std::shared_ptr<widget>> waiting;
    waiting.push_back(std::make_shared<widget>());
    if (waiting.size() > 16)
        waiting.pop_front();
    sink = turn;
}

SHAPE(pool, least_recently_used)
{
    static std::list<std::pair<int, int>> order;
    static std::unordered_map<int, std::list<std::pair<int, int>>::iterator> index;
    int key = static_cast<int>(chance() % 64);
    if (auto known = index.find(key); known != index.end()) {
        order.splice(order.begin(), order, known->second);
        return;
    }
    order.emplace_front(key, turn);
    index[key] = order.begin();
    if (order.size() > 24) {
        index.erase(order.back().first);
        order.pop_back();
    }
}

struct particle {
    double state[8];
};

SHAPE(pool, particles)
{
    static std::vector<std::unique_ptr<particle>> alive = [] {
        std::vector<std::unique_ptr<particle>> made;
        made.reserve(40);
        return made;
    }();
    for (size_t i = 0; i < alive.size(); i++)
        if (chance() % 8 == 0) {
            alive[i] = std::move(alive.back());
            alive.pop_back();
        }
    while (alive.size() < 32)
        alive.push_back(std::make_unique<particle>());
    sink = turn;
}

SHAPE(no_pool, old_pages)
{
    static std::deque<std::unique_ptr<widget>> pages;
    pages.push_back(std::make_unique<widget>());
    if (pages.size() > 600)
        pages.pop_front();
    sink = turn;
}

SHAPE(no_pool, messages_of_any_size)
{
    static std::deque<std::unique_ptr<char[]>> waiting;
    waiting.push_back(std::make_unique<char[]>(16 + chance() % 30000));
    if (waiting.size() > 8)
        waiting.pop_front();
    sink = turn;
}

// --- what stays ---

SHAPE(kept, interned)
{
    static auto *names = new std::set<std::string>;
    names->insert("a name that is long enough, number " + std::to_string(turn % 2 ? turn : -turn));
}

SHAPE(kept, memoized)
{
    static auto *results = new std::unordered_map<int, long>;
    (*results)[turn] = 3L * turn;
}

SHAPE(kept, registered) // by way of std::function|a node container
{
    static auto *handlers = new std::list<std::function<int(int)>>;
    long context[5] = {turn};
    handlers->push_back([context](int i) { return static_cast<int>(context[i % 5]); });
}

// --- threads ---

static std::mutex lock;
static std::condition_variable changed;
static std::deque<widget *> results;

SHAPE(crossed, result_of_a_worker)
{
    auto *result = new widget;
    result->numbers[0] = turn;
    std::lock_guard<std::mutex> guard(lock);
    results.push_back(result);
    changed.notify_one();
}

static std::deque<std::function<void()>> jobs;
static bool is_over;

SHAPE(crossed, job_for_a_worker) // by way of std::function
{
    long context[6] = {turn};
    std::lock_guard<std::mutex> guard(lock);
    jobs.emplace_back([context] { sink = context[0]; });
    changed.notify_all();
}

static void work()
{
    std::unique_lock<std::mutex> guard(lock);
    while (!is_over || !jobs.empty()) {
        if (jobs.empty()) {
            changed.wait(guard);
            continue;
        }
        auto job = std::move(jobs.front());
        jobs.pop_front();
        guard.unlock();
        job();
        job = nullptr;
        guard.lock();
    }
}

SHAPE(crossed, thread_for_each)
{
    if (turn % 10 == 0)
        std::thread([turn] { sink = turn; }).join();
}

int main(int argc, char **argv)
{
    int turns = argc > 1 ? atoi(argv[1]) : 2000;
    static void (*const shapes[])(int) = {thrown_and_caught,   joined_text,
                                          text_by_value,       shared_once,
                                          cloned_and_dropped,  bound_callback,
                                          any_value,           hidden_state,
                                          made_by_a_factory,   matrix,
                                          formatted,           coroutine,
                                          pushed_numbers,      appended_characters,
                                          long_stream,         grown_by_a_helper,
                                          counted_words,       sorted_names,
                                          lines_of_text,       vector_of_vectors,
                                          chunks_of_a_deque,   parsed_document,
                                          expression_each_time};
    static void (*const mixed[])(int) = {shared_in_a_queue, least_recently_used,  particles,
                                         old_pages,         messages_of_any_size, interned,
                                         memoized,          registered,           thread_for_each};
    for (auto shape : shapes)
        for (int turn = 0; turn < turns; turn++)
            shape(turn);
    for (int turn = 0; turn < turns; turn++)
        for (auto shape : mixed)
            shape(turn);
    std::thread maker([turns] {
        for (int turn = 0; turn < turns; turn++)
            result_of_a_worker(turn);
    });
    std::thread worker(work);
    for (int taken = 0; taken < turns; taken++) {
        job_for_a_worker(taken);
        std::unique_lock<std::mutex> guard(lock);
        changed.wait(guard, [] { return !results.empty(); });
        delete results.front();
        results.pop_front();
    }
    {
        std::lock_guard<std::mutex> guard(lock);
        is_over = true;
    }
    changed.notify_all();
    maker.join();
    worker.join();
    return 0;
}
