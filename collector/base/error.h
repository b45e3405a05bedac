/* SPDX-License-Identifier: Apache-2.0
 *
 * How the collector says that something could not be done: a function returns
 * NULL, or a struct error that its caller owns.  The message has the form
 * "what: on what: why"; the tools put their name before it.
 */
#ifndef MEMPROF_COLLECTOR_BASE_ERROR_H
#define MEMPROF_COLLECTOR_BASE_ERROR_H

struct error;

/* Never NULL: without memory for the message a static error is returned. */
struct error *error_create(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* "<formatted>: <strerror(number)>". */
struct error *error_create_errno(int number, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The static error that stands for a failed allocation. */
struct error *error_no_memory(void);
/* Valid until the error is destroyed. */
const char *error_message(const struct error *error);
void error_destroy(struct error *error); /* NULL is allowed */

#endif
