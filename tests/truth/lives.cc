/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks that die in all kinds of functions, for truth.c to know which: calls that come back to the
 * same place on the stack, recursion, tail calls, jumps by tables and through pointers, exceptions,
 * longjmp, handlers, threads.
 */
#include <algorithm>
#include <csetjmp>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#ifdef __clang__
#define APART __attribute__((noinline))
#else
#define APART __attribute__((noipa))
#endif
#define STAY __asm__ volatile("") /* what comes before it is no tail call */

static int turn;

APART static void *make(size_t size)
{
    void *block = malloc(size);
    memset(block, 1, size);
    STAY;
    return block;
}

APART static void inside()
{
    void *block = malloc(24);
    memset(block, 1, 24);
    free(block);
    STAY;
}

APART static void jumps_to_free()
{
    void *block = malloc(25);
    memset(block, 1, 25);
    free(block);
}

APART static void frees_both(void *first, void *second)
{
    free(first);
    inside();
    free(second);
    STAY;
}

APART static void jumps_to_a_helper()
{
    void *first = make(26), *second = make(27);
    frees_both(first, second);
}

struct animal {
    virtual ~animal() = default;
    char name[20];
};
struct cat final : animal {
    ~cat() override
    {
        inside();
    }
};

APART static animal *find_animal()
{
    return new cat;
}

APART static void jumps_to_a_destructor()
{
    delete find_animal();
}

APART static void jump_to_others()
{
    jumps_to_a_helper();
    jumps_to_a_destructor();
    STAY;
}

/* One that the caller frees, and one that it hands further out. */
APART static void *middle()
{
    void *own = make(30), *given = make(31);
    free(own);
    STAY;
    return given;
}

APART static void outer()
{
    free(middle());
    inside();
    free(middle());
    STAY;
}

/* Freed by the next call of the same function, which lies where this one lay. */
APART static void replaces()
{
    static void *kept;
    free(kept);
    kept = make(40);
    STAY;
}

APART static void recurses(int depth)
{
    void *before = make(50);
    if (depth > 0)
        recurses(depth - 1);
    void *after = make(51);
    if (depth % 3)
        free(before);
    inside();
    if (depth % 3 == 0)
        free(before);
    free(after);
    STAY;
}

APART static void *ping(int depth);
APART static void *pong(int depth)
{
    void *block = depth ? ping(depth - 1) : make(60);
    inside();
    return block;
}
APART static void *ping(int depth)
{
    void *block = depth ? pong(depth - 1) : make(61);
    jumps_to_free();
    STAY;
    return block;
}

APART static void by_table(int which)
{
    void *block = nullptr;
    switch (which) {
    case 0:
        block = make(70);
        break;
    case 1:
        block = middle();
        break;
    case 2:
        inside();
        return;
    case 3:
        block = make(72);
        inside();
        break;
    case 4:
        block = make(73);
        jumps_to_free();
        break;
    case 5:
        block = ping(3);
        break;
    }
    free(block);
    STAY;
}

struct shape {
    char *name = static_cast<char *>(make(80));
    virtual ~shape()
    {
        free(name);
    }
    virtual void draw() = 0;
};
struct circle : shape {
    APART void draw() override
    {
        free(make(81));
        STAY;
    }
};
struct square : shape {
    APART void draw() override
    {
        std::string text(100, 's');
        text += name[0];
    }
};

APART static std::unique_ptr<shape> shape_of(int n)
{
    if (n % 2)
        return std::make_unique<circle>();
    return std::make_unique<square>();
}

APART static void draws()
{
    std::vector<std::unique_ptr<shape>> shapes;
    for (int n = 0; n < 5; n++)
        shapes.push_back(shape_of(n + turn));
    for (auto &one : shapes)
        one->draw();
}

APART static int fails(int depth)
{
    std::unique_ptr<char[]> owned(new char[90]);
    memset(owned.get(), 1, 90);
    if (depth == 0)
        throw std::runtime_error("as it should");
    return fails(depth - 1) + owned[3];
}

APART static void catches()
{
    std::unique_ptr<char[]> outside(new char[91]);
    try {
        fails(turn % 5);
    } catch (const std::exception &) {
        free(make(92));
    }
    inside();
    STAY;
}

static jmp_buf back;
APART static void leaves(int depth, void *carried)
{
    inside();
    if (depth > 0)
        leaves(depth - 1, carried);
    else if (carried)
        longjmp(back, 1);
    STAY;
}

APART static void comes_back()
{
    void *volatile carried = make(100);
    if (setjmp(back) == 0)
        leaves(turn % 4, carried);
    free(carried);
    inside();
    STAY;
}

APART static int compares(const void *a, const void *b)
{
    inside();
    return *static_cast<const int *>(a) - *static_cast<const int *>(b);
}

APART static void sorts()
{
    int values[24];
    for (int &value : values)
        value = rand() % 100;
    qsort(values, 24, sizeof values[0], compares);
    void *block = make(110);
    qsort(values, 24, sizeof values[0], compares);
    free(block);
    STAY;
}

APART static void grows()
{
    std::vector<int> numbers;
    std::map<int, std::string> names;
    for (int n = 0; n < 40; n++) {
        numbers.push_back(n);
        names[n % 7] += std::string(20, 'x');
    }
    char *text = nullptr;
    for (size_t size = 1; size < 300; size += 37)
        text = static_cast<char *>(realloc(text, size));
    free(text);
    STAY;
}

/* A cache: what comes goes much later, in the same function. */
APART static void caches()
{
    static std::deque<void *> blocks;
    blocks.push_back(make(120));
    if (blocks.size() > 50) {
        free(blocks.front());
        blocks.pop_front();
    }
}

static void handle(int)
{
    inside();
}

APART static void is_interrupted()
{
    void *block = make(130);
    raise(SIGUSR1);
    free(block);
    raise(SIGUSR1);
    STAY;
}

static void all()
{
    static void (*const functions[])() = {inside,   jumps_to_free, jump_to_others, outer,
                                          replaces, draws,         catches,        sorts,
                                          grows,    caches,        comes_back};
    for (auto function : functions)
        function();
    recurses(turn % 6);
    free(pong(turn % 5));
    by_table(turn % 6);
    is_interrupted();
    if (turn % 3 == 0)
        functions[turn % 4]();
}

static std::mutex lock;
static std::deque<void *> passed;

static void *pass(size_t size)
{
    std::lock_guard<std::mutex> guard(lock);
    passed.push_back(make(size));
    void *other = passed.size() > 3 ? passed.front() : nullptr;
    if (other)
        passed.pop_front();
    return other;
}

int main(int argc, char **argv)
{
    int turns = argc > 1 ? atoi(argv[1]) : 300;
    signal(SIGUSR1, handle);
    for (turn = 0; turn < turns; turn++)
        all();
    auto exchanges = [turns] {
        for (int n = 0; n < turns; n++) {
            free(pass(140));
            inside();
            outer();
        }
    };
    std::thread one(exchanges), two(exchanges);
    one.join();
    two.join();
    std::thread(exchanges).join();
    for (void *block : passed)
        free(block);
    return 0;
}
