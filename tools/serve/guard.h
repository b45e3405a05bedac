/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may ask.  A browser that shows somebody's page can be made to ask us, too: by a name
 * that leads to our address (DNS rebinding), or from that page.  The Host that it sends and
 * Sec-Fetch-Site tell.
 */
#ifndef MEMPROF_TOOLS_SERVE_GUARD_H
#define MEMPROF_TOOLS_SERVE_GUARD_H

#include <stdbool.h>
#include <stddef.h>

struct guard_rules {
    const char *const *hosts; /* names that are right beside localhost and addresses */
    size_t host_count;
    const char *token; /* NULL: anybody may ask */
};

/* A Host header, with or without a port, is localhost, a literal address or one of the names. */
bool guard_is_our_host(const struct guard_rules *rules, const char *host);
/* Another site's page asks; NULL: a program, or an old browser, asks. */
bool guard_is_cross_site(const char *sec_fetch_site);
/* An Authorization header has the token: "Bearer TOKEN", or "Basic" with it as the password. */
bool guard_has_token(const struct guard_rules *rules, const char *authorization);

#endif
