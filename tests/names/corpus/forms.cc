// SPDX-License-Identifier: Apache-2.0
//
// Forms of C++ functions for the comparison of names: templates, lambdas, local and unnamed
// classes, namespaces, operators, constructors and destructors, virtual calls, exceptions.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace shapes
{
struct shape {
    virtual ~shape() = default;
    virtual std::string name() const = 0;
    virtual void grow(std::size_t n) = 0;
};

template <class T, int Sides> class polygon : public shape
{
  public:
    explicit polygon(T side) : sides(Sides, side)
    {
    }
    std::string name() const override
    {
        return "polygon" + std::to_string(Sides);
    }
    void grow(std::size_t n) override
    {
        for (auto &side : sides)
            side += static_cast<T>(n);
        sides.push_back(T());
    }
    polygon operator+(const polygon &other) const
    {
        polygon sum(*this);
        std::transform(sides.begin(), sides.end(), other.sides.begin(), sum.sides.begin(), std::plus<T>());
        return sum;
    }
    operator bool() const
    {
        return !sides.empty() && std::all_of(sides.begin(), sides.end(), [](T side) { return side > T(); });
    }

  private:
    std::vector<T> sides;
};

inline namespace v2
{
std::unique_ptr<shape> make(int sides)
{
    if (sides == 3)
        return std::make_unique<polygon<int, 3>>(1);
    if (sides == 4)
        return std::make_unique<polygon<double, 4>>(2.0);
    throw std::invalid_argument("no shape of " + std::to_string(sides));
}
} // namespace v2

namespace
{
std::map<std::string, int> counts;
int &count_of(const std::string &name)
{
    return counts[name];
}
template <class F> auto measured(F f, const std::string &name) -> decltype(f())
{
    count_of(name)++;
    return f();
}
} // namespace
} // namespace shapes

static std::function<int(int)> adder(int base)
{
    auto inner = [base](int n) {
        std::vector<int> many(static_cast<std::size_t>(n), base);
        return static_cast<int>(many.size()) + base;
    };
    return [inner, base](int n) { return inner(n) + [n](int k) { return std::to_string(n + k).size(); }(base); };
}

static int local_classes(int n)
{
    struct counter {
        int value;
        std::string text() const
        {
            return std::to_string(value);
        }
    };
    struct {
        std::vector<counter> all;
        void add(int value)
        {
            all.push_back(counter{value});
        }
    } unnamed;
    {
        struct counter : std::string {
            explicit counter(int k) : std::string(static_cast<std::size_t>(k), 'x')
            {
            }
        };
        unnamed.add(static_cast<int>(counter(n).size()));
    }
    std::string texts;
    for (const auto &one : unnamed.all)
        texts += one.text();
    return static_cast<int>(texts.size());
}

template <class... Ts> static std::string joined(const Ts &...parts)
{
    std::string all;
    for (const auto &part : {std::string(parts)...})
        all.append(part).append(" ");
    return all;
}

extern "C" void *plain_c(std::size_t n)
{
    static const std::string once = joined("once", "only");
    return std::malloc(n + once.size());
}

static struct at_start {
    std::vector<std::string> words{"a", "few", "words"};
    ~at_start()
    {
        std::sort(words.begin(), words.end(), [](const auto &a, const auto &b) { return a.size() < b.size(); });
        std::puts(joined(words[0], words[1]).c_str());
    }
} global;

int main(int argc, char **)
{
    int sum = adder(argc)(3) + local_classes(argc + 2);
    for (int sides = 3; sides < 6; sides++) {
        try {
            auto shape = shapes::make(sides);
            sum += shapes::measured([&] { shape->grow(3); return 1; }, shape->name());
        } catch (const std::exception &error) {
            sum += static_cast<int>(std::string(error.what()).size());
        }
    }
    shapes::polygon<int, 5> left(argc), right(2);
    sum += static_cast<bool>(left + right);
    std::free(plain_c(static_cast<std::size_t>(sum)));
    return sum < 0;
}
