/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/watch/keys.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/save.h"

#define ESCAPE   27
#define TEMPLATE "memprof.%e.%p.pb.gz"

static void say(struct watch *watch, bool is_warning, const char *text)
{
    snprintf(watch->view.message, sizeof watch->view.message, "%s", text);
    watch->view.is_warning = is_warning;
}

/* A snapshot failed.  The next one may succeed, so the last screen stays. */
static void say_error(struct watch *watch, struct error *error)
{
    if (error)
        say(watch, true, error_message(error));
    error_destroy(error);
}

void keys_update(struct watch *watch)
{
    say_error(watch, model_update(&watch->model));
}

static void sort(struct watch *watch)
{
    if (!model_sort(&watch->model))
        say(watch, true, "out of memory");
}

/* What is shown is of another kind: changes are counted from now on. */
static void look_anew(struct watch *watch)
{
    keys_update(watch);
    model_begin_anew(&watch->model);
    sort(watch);
    watch->view.selected = 0;
}

/* ---- keys ---- */

void keys_close_detail(struct watch *watch)
{
    detail_deinit(&watch->detail);
    watch->view.detail = NULL;
    watch->view.detail_top = 0;
}

static void open_detail(struct watch *watch)
{
    const struct model *model = &watch->model;
    if (watch->view.selected >= model->shown_count)
        return;
    const char *name = model->shown[watch->view.selected].row->name;
    keys_close_detail(watch);
    if (*name == '\0') {
        say(watch, true, "this row has no function's name");
        return;
    }
    struct error *error = detail_init(&watch->detail, model->profile, model->type, name);
    if (error)
        say_error(watch, error);
    else
        watch->view.detail = &watch->detail;
}

static void save(struct watch *watch)
{
    struct save_file file;
    if (!watch->model.profile)
        return;
    struct error *error = save_profile(watch->model.profile,
                                       live_process_info(watch->model.process), TEMPLATE, &file);
    if (error) {
        say_error(watch, error);
        return;
    }
    snprintf(watch->view.message, sizeof watch->view.message, "saved %s", file.path);
    watch->view.is_warning = false;
    save_file_forget(&file);
}

static void set_filter(struct watch *watch, const char *expression)
{
    struct pattern *pattern = NULL;
    struct error *error = *expression ? pattern_create(expression, &pattern) : NULL;
    if (error) {
        say_error(watch, error);
        return;
    }
    pattern_destroy(watch->model.filter);
    watch->model.filter = pattern;
    sort(watch);
}

static void type(struct watch *watch, int key)
{
    size_t length = strlen(watch->typed);
    if (key == ESCAPE || key == '\r' || key == '\n' || key == KEY_ENTER) {
        watch->is_typing = false;
        watch->view.prompt = NULL;
        if (key != ESCAPE)
            set_filter(watch, watch->typed);
    } else if ((key == KEY_BACKSPACE || key == 127 || key == '\b') && length > 0) {
        watch->typed[length - 1] = '\0';
    } else if (key >= ' ' && key < 256 && length + 1 < sizeof watch->typed) {
        watch->typed[length] = (char)key;
        watch->typed[length + 1] = '\0';
    }
}

static void step(struct watch *watch, long by)
{
    struct view *view = &watch->view;
    long at = view->detail ? (long)view->detail_top : (long)view->selected;
    long count = view->detail ? (long)watch->detail.count : (long)watch->model.shown_count;
    at = at + by < count ? at + by : count - 1;
    at = at > 0 ? at : 0;
    if (view->detail)
        view->detail_top = (size_t)at;
    else
        view->selected = (unsigned)at;
}

/* False: it is no key that moves. */
static bool take_move(struct watch *watch, int key)
{
    const long all = 1L << 30;
    switch (key) {
    case KEY_UP:
    case 'k':
        step(watch, -1);
        return true;
    case KEY_DOWN:
    case 'j':
        step(watch, 1);
        return true;
    case KEY_PPAGE:
        step(watch, -view_page());
        return true;
    case KEY_NPAGE:
        step(watch, view_page());
        return true;
    case KEY_HOME:
        step(watch, -all);
        return true;
    case KEY_END:
        step(watch, all);
        return true;
    default:
        return false;
    }
}

/* False: it is no key that chooses a value or an order. */
static bool take_choice(struct watch *watch, int key)
{
    static const struct {
        int key;
        enum profile_value type;
    } types[] = {{'1', PROFILE_INUSE_SPACE},
                 {'2', PROFILE_INUSE_OBJECTS},
                 {'3', PROFILE_ALLOC_SPACE},
                 {'4', PROFILE_ALLOC_OBJECTS}};
    static const char orders[] = "fcgr"; /* as enum model_order */
    const char *order = key > 0 && key < 128 ? strchr(orders, key) : NULL;
    if (order && *order) {
        watch->model.order = (enum model_order)(order - orders);
        sort(watch);
        return true;
    }
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].key == key) {
            watch->model.type = types[i].type;
            sort(watch);
            return true;
        }
    return false;
}

static void take_escape(struct watch *watch)
{
    if (watch->view.shows_help)
        watch->view.shows_help = false;
    else if (watch->view.detail)
        keys_close_detail(watch);
    else
        set_filter(watch, "");
}

static void take_command(struct watch *watch, int key)
{
    struct model *model = &watch->model;
    switch (key) {
    case 'q':
        if (watch->view.detail || watch->view.shows_help)
            take_escape(watch);
        else
            watch->is_over = true;
        break;
    case ESCAPE:
        take_escape(watch);
        break;
    case '?':
    case 'h':
        watch->view.shows_help = !watch->view.shows_help;
        break;
    case ' ':
        watch->view.is_frozen = !watch->view.is_frozen;
        break;
    case '/':
        watch->is_typing = true;
        watch->typed[0] = '\0';
        watch->view.prompt = watch->typed;
        break;
    case '\r':
    case '\n':
    case KEY_ENTER:
        open_detail(watch);
        break;
    case 'l':
        model->granularity =
            model->granularity == PROFILE_BY_FUNCTION ? PROFILE_BY_LINE : PROFILE_BY_FUNCTION;
        look_anew(watch);
        break;
    case 'p':
        model->is_at_peak = !model->is_at_peak;
        look_anew(watch);
        break;
    case 'w':
        model->shows_wrappers = !model->shows_wrappers;
        look_anew(watch);
        break;
    case 'z':
        model_begin_anew(model);
        sort(watch);
        break;
    case 's':
        save(watch);
        break;
    default:
        break;
    }
}

void keys_take(struct watch *watch, int key)
{
    watch->view.message[0] = '\0';
    if (watch->is_typing)
        type(watch, key);
    else if (!take_move(watch, key) && !take_choice(watch, key))
        take_command(watch, key);
}
