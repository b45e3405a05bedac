// SPDX-License-Identifier: Apache-2.0
//
// With -DREGISTRY=N a library whose constructors put what it knows into a registry of its own
// and into one that all such libraries share, as libraries of generated messages do, and whose
// destructors take it out again.  Without it the program that looks whether all is there.
#include <map>
#include <memory>
#include <string>
#include <vector>

using Registry = std::map<std::string, std::unique_ptr<std::vector<std::string>>>;

Registry &shared_registry() __attribute__((weak));

#ifdef REGISTRY

// Made by the first that asks: the libraries' constructors come in no order that is known here.
Registry &shared_registry()
{
    static Registry *const registry = new Registry;
    return *registry;
}

static Registry *own;

namespace
{
struct Descriptor {
    std::string name;
    explicit Descriptor(const std::string &file)
        : name(file + " of the library number " + std::to_string(REGISTRY))
    {
        if (!own)
            own = new Registry;
        for (Registry *registry : {own, &shared_registry()}) {
            auto fields = std::make_unique<std::vector<std::string>>();
            for (int n = 0; n < 20 * REGISTRY; n++)
                fields->push_back("a field whose name is long: " + std::to_string(n));
            (*registry)[name] = std::move(fields);
        }
    }
    ~Descriptor()
    {
        shared_registry().erase(name);
        own->erase(name);
        if (own->empty())
            delete own;
    }
};
Descriptor first("first.proto"), second("second.proto"), third("third.proto");
} // namespace

#else

int main(int argc, char **)
{
    size_t wanted = argc > 1 ? 9 : 0; // with any argument: linked with three libraries
    size_t there = shared_registry ? shared_registry().size() : 0;
    return there == wanted ? 0 : 1;
}

#endif
