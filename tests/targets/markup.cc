// SPDX-License-Identifier: Apache-2.0
// build: -std=c++17
//
// A small program as people write them: parses documents of nested elements into a tree, counts the
// words in them, and prints them again.  Its input is made from a number.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#define APART __attribute__((noinline))

struct element {
    std::string name, text;
    std::vector<element *> children;
    ~element()
    {
        for (element *child : children)
            delete child;
    }
};

static void make_element(std::string &out, unsigned &state, int depth)
{
    static const char *const names[] = {"section", "para", "item", "note"};
    state = state * 1103515245 + 12345;
    const char *name = names[state >> 16 & 3];
    out += '(';
    out += name;
    out += " some words of text, number ";
    out += std::to_string(state >> 24);
    for (unsigned i = 0; depth > 0 && i < 2 + (state >> 20 & 3); i++)
        make_element(out, state, depth - 1);
    out += ')';
}

APART static std::string make_document(int number)
{
    std::string out;
    unsigned state = static_cast<unsigned>(number);
    make_element(out, state, 3);
    return out;
}

APART static std::string word_at(const std::string &text, size_t &at, const char *stop)
{
    size_t end = text.find_first_of(stop, at);
    std::string word = text.substr(at, end - at);
    at = end;
    return word;
}

APART static element *parse(const std::string &text, size_t &at)
{
    auto one = new element;
    at++;
    one->name = word_at(text, at, " ()");
    one->text = word_at(text, at, "()");
    while (text[at] == '(')
        one->children.push_back(parse(text, at));
    at++;
    return one;
}

APART static void count_words(const element *one, std::map<std::string, int> &words)
{
    size_t begin = 1;
    while (begin < one->text.size()) {
        size_t end = one->text.find(' ', begin);
        if (end == std::string::npos)
            end = one->text.size();
        words[one->text.substr(begin, end - begin)]++;
        begin = end + 1;
    }
    for (const element *child : one->children)
        count_words(child, words);
}

APART static void print(const element *one, std::string &out, int depth)
{
    out += std::string(static_cast<size_t>(depth) * 12, ' ') + one->name + ":" + one->text + "\n";
    for (const element *child : one->children)
        print(child, out, depth + 1);
}

APART static void convert(int number)
{
    std::string document = make_document(number);
    size_t at = 0;
    std::unique_ptr<element> root(parse(document, at));
    std::map<std::string, int> words;
    count_words(root.get(), words);
    std::string out;
    print(root.get(), out, 0);
    printf("%s%zu words\n", out.c_str(), words.size());
}

int main(int argc, char **argv)
{
    int documents = argc > 1 ? atoi(argv[1]) : 60;
    for (int number = 0; number < documents; number++)
        convert(number);
    return 0;
}
