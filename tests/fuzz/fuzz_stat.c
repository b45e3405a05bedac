/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a stat.json.  What is read can be written and read again, and has the same values
 * then.
 */
#include "fuzz_seed.h"
#include "tools/stat/record_json.h"
#include "tools/stat/values.h"

#include <stdlib.h>
#include <string.h>

#define PROGRAM                                                                                    \
    "{\"program\": \"p\", \"processes\": 2, \"alloc_objects\": 4, \"alloc_space\": 64,"            \
    "\"inuse_objects\": 1, \"inuse_space\": 16, \"peak_objects\": 3, \"peak_space\": 48,"          \
    "\"samples\": 4, \"truncated\": 0, \"lost\": 0, \"profile\": \"run-1/p.pb.gz\","               \
    "\"peak_profile\": \"run-1/p.peak.pb.gz\"}"
#define RUN(is_profiled, programs)                                                                 \
    "{\"profiled\": " is_profiled ", \"began_ns\": 1, \"wall_ns\": 9, \"user_ns\": 5,"             \
    "\"system_ns\": 2, \"exit_status\": 0, \"operations\": 10, \"programs\": [" programs "]}"

static const char seed[] =
    "{\"schema\": \"memprof stat\", \"version\": 1, \"memprof\": \"0\", \"program\": \"p\","
    "\"directory\": \"/\", \"argv\": [\"p\", \"1\"], \"executable\": {\"path\": \"/p\","
    "\"build_id\": \"ab\"}, \"modules\": [{\"path\": \"/p\"}], \"environment\": {\"LANG\": \"C\"},"
    "\"host\": {\"name\": \"h\", \"cpus\": 2}, \"interval\": 1, \"seed\": \"7\", \"warmup\": 0,"
    "\"operations\": {\"from\": \"option\"}, \"runs\": [" RUN("true", PROGRAM) ", " RUN("false",
                                                                                        "") "]}";

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    fuzz_seed(*argc, *argv, "example", seed, sizeof(seed) - 1);
    return 0;
}

static bool are_same(const struct stat_series *a, const struct stat_series *b)
{
    return a->count == b->count && a->metric == b->metric && strcmp(a->program, b->program) == 0 &&
           memcmp(a->values, b->values, a->count * sizeof *a->values) == 0;
}

static void compare(const struct stat_record *left, const struct stat_record *right)
{
    struct stat_values a, b;
    char text[MEASURE_TEXT];
    if (!stat_values_init(&a, left) || !stat_values_init(&b, right) || a.count != b.count)
        abort();
    for (size_t i = 0; i < a.count; i++) {
        if (!are_same(&a.items[i], &b.items[i]))
            abort();
        stat_values_compare(&a.items[i], &b.items[i]);
        stat_metric_print(text, a.items[i].metric, a.items[i].median.value);
    }
    stat_values_deinit(&a);
    stat_values_deinit(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stat_record record, again;
    struct error *error = stat_record_parse(&record, (const char *)data, size, "fuzz");
    if (!error) {
        json_t *json = stat_record_pack(&record);
        char *text = json ? json_dumps(json, 0) : NULL;
        if (!text || stat_record_parse(&again, text, strlen(text), "again"))
            abort();
        compare(&record, &again);
        stat_record_deinit(&again);
        free(text);
        json_decref(json);
    }
    error_destroy(error);
    stat_record_deinit(&record);
    return 0;
}
