/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/report/advice.h"

#include <inttypes.h>
#include <stdlib.h>

#include "collector/advise/disguise.h"
#include "tools/advise/reading.h"
#include "tools/advise/words.h"
#include "tools/json.h"

#define ADVICES_MOST 100u

void report_advice_read(struct report_advice *advice, const struct argument *argument)
{
    *advice = (struct report_advice){.is_known = false};
    struct error *error = advise_read(&advice->lifetimes, argument);
    advice->is_known = !error && advise_sites_init(&advice->sites, &advice->lifetimes) &&
                       advice_list_init(&advice->list, &advice->sites);
    error_destroy(error);
}

void report_advice_deinit(struct report_advice *advice)
{
    advice_list_deinit(&advice->list);
    advise_sites_deinit(&advice->sites);
    lifetimes_deinit(&advice->lifetimes);
}

/* What one of the sentences of `memprof advise` says. */
static void put_words(FILE *out, const char *key,
                      void (*words)(FILE *out, const struct advice *advice),
                      const struct advice *advice)
{
    char *text = words_text(words, advice);
    json_put_member(out, key, text ? text : "");
    free(text);
}

static void put_one(FILE *out, const struct report_advice *of, const struct advice *advice)
{
    const struct advise_site *site = advice->site;
    double all = (double)(of->sites.allocated ? of->sites.allocated : 1);
    fputc('{', out);
    json_put_member(out, "kind", advice_kind_names[advice->kind]);
    fputc(',', out);
    json_put_member(out, "confidence", advice_confidence_names[advice->confidence]);
    fputc(',', out);
    json_put_member(out, "function", site->place.function);
    fputc(',', out);
    json_put_member(out, "file", site->place.file);
    fprintf(out, ",\"line\":%" PRId32 ",", site->place.line);
    json_put_member(out, "by", advice->disguise ? advice->disguise->name : "");
    fputc(',', out);
    put_words(out, "write", words_remedy, advice);
    fputc(',', out);
    put_words(out, "because", words_reason, advice);
    fprintf(out,
            ",\"objects\":%" PRIu64 ",\"share\":%.6f,\"savesObjects\":%" PRIu64
            ",\"savesBytes\":%" PRIu64 "}",
            site->life.allocated, (double)site->life.allocated / all, advice->saves_allocations,
            advice->saves_bytes);
}

void report_advice_put(FILE *out, const struct report_advice *advice)
{
    uint32_t count = 0;
    fprintf(out, "\"hasLifetimes\":%s,\"advice\":[", advice->is_known ? "true" : "false");
    for (uint32_t i = 0; advice->is_known && i < advice->list.count && count < ADVICES_MOST; i++) {
        if (advice->list.items[i].is_small)
            continue;
        if (count++)
            fputc(',', out);
        put_one(out, advice, &advice->list.items[i]);
    }
    fputs("],\"disguises\":[", out);
    for (uint32_t i = 0; disguise_at(i); i++) {
        fputs(i ? ",{" : "{", out);
        json_put_member(out, "name", disguise_at(i)->name);
        fputc(',', out);
        json_put_member(out, "write", disguise_at(i)->remedy ? disguise_at(i)->remedy : "");
        fputc('}', out);
    }
    fputc(']', out);
}
