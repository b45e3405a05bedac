/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof-push: what `memprof push` becomes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/base/open_regular.h"
#include "tools/argument.h"
#include "tools/cli.h"
#include "tools/named.h"
#include "tools/options.h"
#include "tools/push/dry.h"
#include "tools/push/pusher.h"
#include "tools/quantity.h"

#define COMMAND       "push"
#define EVERY_S       15
#define EVERY_MOST_S  1800 /* twice in the hour that servers look back */
#define SAMPLES_MOST  16000
#define BYTES_MOST    (UINT64_C(4) << 20)
#define BYTES_LEAST   4096
#define SAMPLES_RANGE 1000000

static const char help_text[] =
    "Usage: memprof push --url=URL [OPTION]... PID|NAME|FILE...\n"
    "       memprof push --url=URL --all [OPTION]... [NAME]...\n"
    "Sends profiles of processes that memprof records to Pyroscope or Parca, again and\n"
    "again: what was allocated since the last push that the server took, and what is in use.\n"
    "They are read from outside: nothing in them runs for it.  A FILE is sent once.\n"
    "\n"
    "  -u, --url=URL            the server: http://HOST:4040\n"
    "      --protocol=NAME      pyroscope (/ingest), connect (Pyroscope's push service) or\n"
    "                           parca (pyroscope)\n"
    "  -n, --name=APP           what the program is called there (its comm)\n"
    "  -l, --label=NAME=VALUE   a label; can be repeated\n"
    "      --label-from=SOURCE  a label of each process: [LABEL=]env:VAR, cgroup,\n"
    "                           cmdline:REGEX or pid; can be repeated\n"
    "  -e, --every=TIME         between two pushes, 1s to 30m (15s)\n"
    "  -a, --all                all your processes, or all with these NAMEs, as they come\n"
    "                           and go; waits for the first one\n"
    "      --once               one push of each, and end\n"
    "      --dry-run            say what would be sent, and write it to a file\n"
    "  -o, --output=FILE        that file (memprof-push.APP.PID.body)\n"
    "      --max-samples=N      of more samples the smallest are folded (16000)\n"
    "      --max-bytes=SIZE     the same for bytes of a profile, unpacked (4M)\n"
    "      --base=DIR           where the last push that was taken is remembered\n"
    "      --no-sources-paths   no directories of sources and libraries, only their names\n"
    "      --auth-file=FILE     secrets, a line each: bearer TOKEN, basic USER:PASSWORD,\n"
    "                           or Header: value\n"
    "      --ca=FILE            who vouches for the server, in PEM\n"
    "      --cert=FILE          our certificate, in PEM\n"
    "      --key=FILE           its key, if that is not there, too\n"
    "  -h, --help               show this help\n"
    "  -V, --version            show the version\n"
    "\n"
    "Examples:\n"
    "  memprof push --url=http://pyroscope:4040 --name=shop $(pidof shop)\n"
    "  memprof push -u https://pyroscope.example --auth-file=token --all --label-from=cgroup\n"
    "  memprof push -u http://parca:7070 --protocol=parca memprof.job.*.pb.gz\n"
    "\n"
    "Exit status: 0 the processes have ended, or it was told to end; 2 could not.\n";

enum {
    OPTION_PROTOCOL = 256,
    OPTION_LABEL_FROM,
    OPTION_ONCE,
    OPTION_DRY_RUN,
    OPTION_MAX_SAMPLES,
    OPTION_MAX_BYTES,
    OPTION_BASE,
    OPTION_NO_SOURCES_PATHS,
    OPTION_AUTH_FILE,
    OPTION_CA,
    OPTION_CERT,
    OPTION_KEY,
};

/* What depends on other options is looked at when all of them are known. */
struct arguments {
    struct push_settings settings;
    const char *url;
    const char **labels, **sources; /* as many as there are arguments at most */
    size_t label_count, source_count;
};

static struct error *take_every(struct push_settings *settings, const char *value)
{
    uint64_t seconds;
    if (!quantity_parse_seconds(value, &seconds) || seconds < 1 || seconds > EVERY_MOST_S)
        return error_create("--every: '%s' is not a time from 1s to 30m; try 15s", value);
    settings->every_ms = (int64_t)seconds * 1000;
    return NULL;
}

static struct error *take_protocol(struct push_settings *settings, const char *value)
{
    static const char *const names[] = {"pyroscope", "connect", "parca"};
    size_t index = 0;
    struct error *error = options_choose("protocol", value, names, 3, &index);
    settings->protocol = (enum push_protocol)index;
    return error;
}

static struct error *take_limit(struct push_settings *settings, int option, const char *value)
{
    uint64_t number = 0;
    if (option == OPTION_MAX_SAMPLES) {
        struct error *error =
            options_number("max-samples", value, 1, SAMPLES_RANGE, "16000", &number);
        settings->most_samples = (uint32_t)number;
        return error;
    }
    if (!quantity_parse_bytes(value, &number) || number < BYTES_LEAST)
        return error_create("--max-bytes: '%s' is not a size of 4K or more; try 4M", value);
    settings->most_bytes = number;
    return NULL;
}

static struct error *take(void *context, int option, const char *value)
{
    struct arguments *arguments = context;
    struct push_settings *settings = &arguments->settings;
    switch (option) {
    case 'u':
        arguments->url = value;
        return NULL;
    case 'n':
        settings->name = value;
        return push_is_app_name(value)
                   ? NULL
                   : error_create("--name: '%s': a name has letters, digits and -._/: alone",
                                  value);
    case 'l':
        arguments->labels[arguments->label_count++] = value;
        return NULL;
    case OPTION_LABEL_FROM:
        arguments->sources[arguments->source_count++] = value;
        return NULL;
    case 'e':
        return take_every(settings, value);
    case OPTION_PROTOCOL:
        return take_protocol(settings, value);
    case OPTION_MAX_SAMPLES:
    case OPTION_MAX_BYTES:
        return take_limit(settings, option, value);
    case 'a':
        settings->takes_all = true;
        return NULL;
    case OPTION_ONCE:
        settings->is_once = true;
        return NULL;
    case OPTION_DRY_RUN:
        settings->is_dry = settings->is_once = true;
        return NULL;
    case OPTION_NO_SOURCES_PATHS:
        settings->hides_paths = true;
        return NULL;
    }
    const char **texts[] = {['o'] = &settings->output,
                            [OPTION_BASE] = &settings->base,
                            [OPTION_AUTH_FILE] = &settings->auth_file,
                            [OPTION_CA] = &settings->ca,
                            [OPTION_CERT] = &settings->certificate,
                            [OPTION_KEY] = &settings->key};
    *texts[option] = value;
    return NULL;
}

static struct error *take_labels(struct arguments *arguments)
{
    struct push_settings *settings = &arguments->settings;
    bool is_parca = settings->protocol == PUSH_PARCA;
    struct error *error = NULL;
    for (size_t i = 0; !error && i < arguments->label_count; i++) {
        char *name = strdup(arguments->labels[i]), *value = name ? strchr(name, '=') : NULL;
        if (!name)
            return error_no_memory();
        if (value) {
            *value++ = '\0';
            error = push_labels_add(&settings->labels, name, value, is_parca);
        } else {
            error = error_create("--label: '%s' is not NAME=VALUE", name);
        }
        free(name);
    }
    for (size_t i = 0; !error && i < arguments->source_count; i++)
        error = label_sources_add(&settings->sources, arguments->sources[i], is_parca);
    return error ? error : label_sources_check(&settings->sources, &settings->labels);
}

static struct error *check_file(const char *option, const char *path)
{
    int fd = path ? open_regular(path, 0, NULL) : -1;
    if (path && fd < 0)
        return open_regular_error(errno, "--%s: %s", option, path);
    if (fd >= 0)
        close(fd);
    return NULL;
}

/* Processes that have a pid are there and recorded; of the names one may come later with --all. */
static struct error *check_names(const struct push_settings *settings)
{
    if (settings->name_count == 0 && !settings->takes_all)
        return error_create("no process is given; try --all, or a pid that memprof ps shows");
    for (size_t i = 0; i < settings->name_count; i++) {
        char *const one[] = {settings->names[i], NULL};
        bool is_process = argument_may_be_process(settings->names[i]);
        if (!is_process && settings->takes_all)
            return error_create("%s: --all is about processes, and that is a file",
                                settings->names[i]);
        if (strcmp(settings->names[i], "-") == 0)
            return error_create("standard input cannot be pushed; try a file");
        struct error *error = is_process ? named_check(one) : NULL;
        if (error)
            return error;
    }
    return NULL;
}

static struct error *check(struct arguments *arguments)
{
    struct push_settings *settings = &arguments->settings;
    if (!arguments->url)
        return error_create("where to is not said; try --url=http://HOST:4040");
    if (settings->output && !settings->is_dry)
        return error_create("--output goes with --dry-run alone");
    struct error *error = push_url_check(arguments->url, &settings->url);
    if (!error)
        error = take_labels(arguments);
    if (!error)
        error = check_file("ca", settings->ca);
    if (!error)
        error = check_file("cert", settings->certificate);
    if (!error)
        error = check_file("key", settings->key);
    if (!error && settings->auth_file)
        error = push_auth_read(&settings->auth, settings->auth_file);
    if (!error)
        error = check_names(settings);
    if (!error && settings->auth.count && !push_url_is_private(settings->url))
        cli_complain(COMMAND, "warning: %s: --auth-file is sent unencrypted; try https",
                     settings->url);
    return error;
}

int main(int argc, char **argv)
{
    static const struct option list[] = {
        {"url", required_argument, NULL, 'u'},
        {"protocol", required_argument, NULL, OPTION_PROTOCOL},
        {"name", required_argument, NULL, 'n'},
        {"label", required_argument, NULL, 'l'},
        {"label-from", required_argument, NULL, OPTION_LABEL_FROM},
        {"every", required_argument, NULL, 'e'},
        {"all", no_argument, NULL, 'a'},
        {"once", no_argument, NULL, OPTION_ONCE},
        {"dry-run", no_argument, NULL, OPTION_DRY_RUN},
        {"output", required_argument, NULL, 'o'},
        {"max-samples", required_argument, NULL, OPTION_MAX_SAMPLES},
        {"max-bytes", required_argument, NULL, OPTION_MAX_BYTES},
        {"base", required_argument, NULL, OPTION_BASE},
        {"no-sources-paths", no_argument, NULL, OPTION_NO_SOURCES_PATHS},
        {"auth-file", required_argument, NULL, OPTION_AUTH_FILE},
        {"ca", required_argument, NULL, OPTION_CA},
        {"cert", required_argument, NULL, OPTION_CERT},
        {"key", required_argument, NULL, OPTION_KEY},
        {NULL, 0, NULL, 0},
    };
    cli_init();
    struct arguments arguments = {.settings = {.every_ms = EVERY_S * 1000,
                                               .most_samples = SAMPLES_MOST,
                                               .most_bytes = BYTES_MOST},
                                  .labels = calloc((size_t)argc + 1, sizeof *arguments.labels),
                                  .sources = calloc((size_t)argc + 1, sizeof *arguments.sources)};
    struct push_settings *settings = &arguments.settings;
    if (!arguments.labels || !arguments.sources)
        return cli_fail(COMMAND, error_no_memory());
    const struct options options = {COMMAND, help_text, "u:n:l:e:ao:", list, take, &arguments};
    int status = options_parse(&options, argc, argv);
    if (status < 0) {
        settings->names = argv + optind;
        settings->name_count = (size_t)(argc - optind);
        struct error *error = check(&arguments);
        status = error              ? cli_fail(COMMAND, error)
                 : settings->is_dry ? push_run_dry(settings)
                                    : push_run(settings);
        status = cli_finish(COMMAND, status);
    }
    push_labels_deinit(&settings->labels);
    label_sources_deinit(&settings->sources);
    push_auth_deinit(&settings->auth);
    free(settings->url);
    free(arguments.labels);
    free(arguments.sources);
    return status;
}
