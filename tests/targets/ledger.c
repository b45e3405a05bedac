/* SPDX-License-Identifier: Apache-2.0
 *
 * A small program as people write them: reads a ledger of transactions, checks and adds them up by
 * account, and prints the balances.  Its input is made from a number.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    char *account;
    long cents;
};

struct ledger {
    struct entry *entries;
    size_t count, room;
};

struct balance {
    struct balance *next;
    char *account;
    long cents;
    unsigned entries;
};

/* One line of the input, as another program would have written it. */
static char *make_line(int number)
{
    static const char *const accounts[] = {"assets:cash",     "assets:bank",  "expenses:food",
                                           "expenses:travel", "income:wages", "expenses:rent"};
    char *line;
    if (asprintf(&line, "%04d-%02d-%02d;%s;%d.%02d;for reason number %d", 2000 + number % 20,
                 1 + number % 12, 1 + number % 28, accounts[number * 7 % 6], number * 13 % 900,
                 number % 100, number) < 0)
        abort();
    return line;
}

/* The field of a line, which the caller frees. */
static char *field(const char *line, int which)
{
    while (which-- > 0)
        line = strchr(line, ';') + 1;
    return strndup(line, strcspn(line, ";"));
}

static int is_date(const char *text)
{
    return strlen(text) == 10 && text[4] == '-' && text[7] == '-';
}

static long cents_of(const char *text)
{
    char *rest;
    long whole = strtol(text, &rest, 10);
    return whole * 100 + (*rest == '.' ? strtol(rest + 1, NULL, 10) : 0);
}

static void add_entry(struct ledger *ledger, char *account, long cents)
{
    if (ledger->count == ledger->room) {
        ledger->room += 16;
        ledger->entries = realloc(ledger->entries, ledger->room * sizeof(*ledger->entries));
        if (!ledger->entries)
            abort();
    }
    ledger->entries[ledger->count++] = (struct entry){account, cents};
}

__attribute__((noinline)) static void read_line(struct ledger *ledger, const char *line)
{
    char *date = field(line, 0), *account = field(line, 1), *amount = field(line, 2);
    if (is_date(date))
        add_entry(ledger, account, cents_of(amount));
    else
        free(account);
    free(amount);
    free(date);
}

static struct balance *balance_of(struct balance **all, const char *account)
{
    for (struct balance *one = *all; one; one = one->next)
        if (strcmp(one->account, account) == 0)
            return one;
    struct balance *one = calloc(1, sizeof(*one));
    if (!one)
        abort();
    one->account = strdup(account);
    one->next = *all;
    return *all = one;
}

__attribute__((noinline)) static void report(const struct ledger *ledger, int month)
{
    struct balance *all = NULL;
    for (size_t i = 0; i < ledger->count; i++) {
        struct balance *one = balance_of(&all, ledger->entries[i].account);
        one->cents += ledger->entries[i].cents;
        one->entries++;
    }
    while (all) {
        struct balance *next = all->next;
        printf("%d %-16s %8ld.%02ld %u\n", month, all->account, all->cents / 100, all->cents % 100,
               all->entries);
        free(all->account);
        free(all);
        all = next;
    }
}

__attribute__((noinline)) static void one_month(int month)
{
    struct ledger ledger = {0};
    for (int i = 0; i < 150; i++) {
        char *line = make_line(month * 150 + i);
        read_line(&ledger, line);
        free(line);
    }
    report(&ledger, month);
    for (size_t i = 0; i < ledger.count; i++)
        free(ledger.entries[i].account);
    free(ledger.entries);
}

int main(int argc, char **argv)
{
    int months = argc > 1 ? atoi(argv[1]) : 60;
    for (int month = 0; month < months; month++)
        one_month(month);
    return 0;
}
