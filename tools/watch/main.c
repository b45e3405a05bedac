/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof-watch: what `memprof top PID|NAME` becomes on a terminal.
 */
#include <curses.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/base/clock.h"
#include "collector/base/open_regular.h"
#include "collector/base/path.h"
#include "tools/argument.h"
#include "tools/cli.h"
#include "tools/open.h"
#include "tools/watch/canvas.h"
#include "tools/watch/keeper.h"
#include "tools/watch/keys.h"
#include "tools/watch/model.h"
#include "tools/watch/view.h"

#define COMMAND   "top"
#define UPDATE_MS 1000

static volatile sig_atomic_t is_told_to_end;

static void end_by_signal(int number)
{
    (void)number;
    is_told_to_end = 1;
}

/* ---- the loop ---- */

static void loop(struct watch *watch)
{
    int64_t next_ms = clock_now_ms() + UPDATE_MS;
    while (!watch->is_over && !is_told_to_end) {
        view_draw(&watch->view);
        int64_t left_ms = next_ms - clock_now_ms();
        int key = canvas_key(left_ms > 0 ? (int)left_ms : 0);
        if (key == KEY_RESIZE)
            continue;
        if (key != ERR)
            keys_take(watch, key);
        if (clock_now_ms() < next_ms)
            continue;
        if (!watch->view.is_frozen && !watch->view.detail)
            keys_update(watch);
        next_ms = clock_now_ms() + UPDATE_MS;
    }
}

/* In the child of the keeper. */
static int draw(void *context)
{
    struct live_process *process = context;
    struct watch watch = {.view = {.name = path_base(live_process_info(process)->comm)}};
    struct sigaction ending = {.sa_handler = end_by_signal};
    sigaction(SIGTERM, &ending, NULL);
    sigaction(SIGHUP, &ending, NULL);
    sigaction(SIGINT, &ending, NULL);
    watch.view.model = &watch.model;
    model_init(&watch.model, process);
    struct error *error = model_update(&watch.model); /* before the screen is taken */
    int status = error ? cli_fail(COMMAND, error) : CLI_DONE;
    if (!error && !canvas_begin()) {
        cli_complain(COMMAND, "this terminal cannot be drawn on; try 'memprof top ... | cat'");
        status = CLI_CANNOT;
    } else if (!error) {
        loop(&watch);
        canvas_end();
    }
    keys_close_detail(&watch);
    model_deinit(&watch.model);
    return status;
}

int main(int argc, char **argv)
{
    struct argument argument;
    struct live_process *process;
    open_standard_descriptors();
    if (argc != 2)
        return cli_misuse(COMMAND, "one process is wanted");
    int status = argument_resolve(COMMAND, argv[1], &argument);
    if (status >= 0)
        return status;
    struct error *error = open_process(&argument, &process);
    free(argument.state);
    if (error)
        return cli_fail(COMMAND, error);
    status = keeper_run(COMMAND, draw, process);
    live_process_close(process);
    return status;
}
