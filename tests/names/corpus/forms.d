// SPDX-License-Identifier: Apache-2.0
//
// Forms of D functions for the comparison of names: templates, delegates, nested functions, structs
// with destructors, mixins, interfaces.
module forms;
import core.stdc.stdlib : malloc, free;
import std.algorithm : map, filter, sort;
import std.array : array, join;
import std.conv : to;
import std.stdio : writeln;

interface Shape
{
    string name();
    void grow(size_t n);
}

class Polygon(T, int sides) : Shape
{
    T[] all;
    this(T side)
    {
        foreach (_; 0 .. sides)
            all ~= side;
    }
    string name()
    {
        return "polygon" ~ sides.to!string;
    }
    void grow(size_t n)
    {
        all.length += n;
    }
    Polygon opBinary(string op : "+")(Polygon other)
    {
        auto sum = new Polygon(all[0]);
        sum.all = all ~ other.all;
        return sum;
    }
}

struct Held
{
    void* p;
    this(size_t n)
    {
        p = malloc(n);
    }
    ~this()
    {
        free(p);
    }
}

mixin template Counts()
{
    int[string] counts;
    void count(string word)
    {
        counts[word]++;
    }
}
struct Words
{
    mixin Counts;
}

size_t delegate(size_t) adder(size_t base)
{
    size_t inner(size_t n)
    {
        auto many = new size_t[n];
        return many.length + base;
    }
    return (size_t n) => inner(n) + (n + base).to!string.length;
}

T[] repeated(T)(T value, size_t n) if (is(T : long))
{
    T[] all;
    foreach (i; 0 .. n)
        all ~= cast(T)(value + i);
    return all;
}

extern (C) void* plain_c(size_t n)
{
    auto held = Held(n);
    return malloc(n + (held.p !is null));
}

void main(string[] arguments)
{
    Shape[] shapes = [cast(Shape) new Polygon!(int, 3)(1), cast(Shape) new Polygon!(double, 4)(2.0)];
    foreach (shape; shapes)
        shape.grow(arguments.length);
    writeln(shapes.map!(shape => shape.name).join(" "), adder(2)(arguments.length));
    auto sum = new Polygon!(int, 5)(1) + new Polygon!(int, 5)(2);
    Words words;
    foreach (word; ["a", "b", sum.name])
        words.count(word);
    auto some = repeated(3, 5).filter!(n => n % 2 == 1).map!(n => n * 2).array;
    some.sort!((a, b) => a > b);
    writeln(some, words.counts.length, repeated(cast(short) 1, 2));
    free(plain_c(arguments.length));
}
