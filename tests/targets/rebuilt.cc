/* SPDX-License-Identifier: Apache-2.0
 *
 * rebuilt: reads a table, indexes and queries it, with what C++ programs allocate by: strings,
 * containers, lambdas, std::function, templates, local classes, shared pointers, virtual functions
 * and small functions that an optimizer may or may not inline.  Whatever it is built with, it does
 * the same.  NEW_LAMBDA puts a lambda and a local class above all others; PARSE_ROW is the name of
 * a function.
 */
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#ifndef PARSE_ROW
#define PARSE_ROW parse_row
#endif

namespace
{

#ifdef NEW_LAMBDA
int count_above(const std::vector<int> &numbers, int limit)
{
    struct Above {
        int limit;
        bool operator()(int n) const
        {
            return n > limit;
        }
    };
    auto twice = [](int n) { return 2 * n; };
    return (int)std::count_if(numbers.begin(), numbers.end(), Above{twice(limit)});
}
#endif

void *copy_bytes(const void *from, size_t length)
{
    void *copy = std::malloc(length);
    return copy ? __builtin_memcpy(copy, from, length) : nullptr;
}

struct Blob {
    void *bytes;
    size_t length;
    Blob(const std::string &text) : bytes(copy_bytes(text.data(), text.size())), length(text.size())
    {
    }
    Blob(const Blob &) = delete;
    ~Blob()
    {
        std::free(bytes);
    }
};

struct Column {
    virtual ~Column()
    {
    }
    virtual void add(const std::string &text) = 0;
    virtual size_t size() const = 0;
};

template <typename T> struct ColumnOf : Column {
    std::vector<T> values;
    std::function<T(const std::string &)> read;
    ColumnOf(std::function<T(const std::string &)> function) : read(std::move(function))
    {
    }
    void add(const std::string &text) override
    {
        values.push_back(read(text));
    }
    size_t size() const override
    {
        return values.size();
    }
};

using Row = std::vector<std::string>;

Row PARSE_ROW(const std::string &line)
{
    Row row;
    std::string cell;
    for (char c : line) {
        if (c == ',') {
            row.push_back(cell);
            cell.clear();
        } else {
            cell += c;
        }
    }
    row.push_back(cell);
    return row;
}

template <typename Key, typename Function>
auto group_by(const std::vector<Row> &rows, Function key_of)
{
    std::map<Key, std::vector<const Row *>> groups;
    for (const Row &row : rows)
        groups[key_of(row)].push_back(&row);
    return groups;
}

/* A local class, and recursion. */
struct Tree {
    std::unique_ptr<Tree> left, right;
    std::string name;
};

std::unique_ptr<Tree> grow(int depth)
{
    if (depth == 0)
        return nullptr;
    struct Namer {
        std::string prefix;
        std::string name(int depth) const
        {
            return prefix + " at a depth that is " + std::to_string(depth);
        }
    };
    auto tree = std::make_unique<Tree>();
    tree->name = Namer{"a node of the tree"}.name(depth);
    tree->left = grow(depth - 1);
    tree->right = grow(depth - 1);
    return tree;
}

std::vector<std::string> lines_of(int count)
{
    std::vector<std::string> lines;
    for (int i = 0; i < count; i++)
        lines.push_back("key number " + std::to_string(i % 17) +
                        ",a value that is longer than a small string " + std::to_string(i) + "," +
                        std::to_string(i * 31));
    return lines;
}

size_t load(std::vector<std::unique_ptr<Column>> &columns, const std::vector<Row> &rows)
{
    size_t loaded = 0;
    for (const Row &row : rows)
        for (size_t i = 0; i < row.size() && i < columns.size(); i++, loaded++)
            columns[i]->add(row[i]);
    return loaded;
}

} // namespace

int main()
{
    std::vector<Row> rows;
    for (const std::string &line : lines_of(200))
        rows.push_back(PARSE_ROW(line));

    std::vector<std::unique_ptr<Column>> columns;
    columns.push_back(std::make_unique<ColumnOf<std::string>>(
        [](const std::string &text) { return "<" + text + ">"; }));
    std::string suffix = " (and what a lambda has captured)";
    columns.push_back(std::make_unique<ColumnOf<std::string>>(
        [suffix](const std::string &text) { return text + suffix; }));
    columns.push_back(std::make_unique<ColumnOf<std::shared_ptr<Blob>>>(
        [](const std::string &text) { return std::make_shared<Blob>(text); }));
    size_t loaded = load(columns, rows);

    auto groups = group_by<std::string>(rows, [](const Row &row) { return row[0]; });
    auto lengths = group_by<size_t>(rows, [](const Row &row) { return row[1].size(); });
    auto tree = grow(6);
    std::printf("%zu %zu %zu %s\n", loaded, groups.size(), lengths.size(), tree->name.c_str());
#ifdef NEW_LAMBDA
    return count_above({1, 2, 3}, 100);
#endif
}
