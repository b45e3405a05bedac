/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/serve/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HOST_BYTES 256 /* a name in DNS has less */

/* The host without its port and without the brackets of an IPv6 address; false: it is neither
 * a name nor an address. */
static bool host_without_port(const char *host, char name[HOST_BYTES], bool *is_bracketed)
{
    *is_bracketed = host[0] == '[';
    const char *begin = host + *is_bracketed;
    const char *end = *is_bracketed ? strchr(begin, ']') : begin + strcspn(begin, ":");
    if (!end || end == begin || (size_t)(end - begin) >= HOST_BYTES)
        return false;
    const char *port = end + *is_bracketed;
    if (*port != '\0' && (*port != ':' || port[1 + strspn(port + 1, "0123456789")] != '\0'))
        return false;
    memcpy(name, begin, (size_t)(end - begin));
    name[end - begin] = '\0';
    return true;
}

bool guard_is_our_host(const struct guard_rules *rules, const char *host)
{
    char name[HOST_BYTES];
    bool is_bracketed;
    struct in_addr v4;
    struct in6_addr v6;
    if (!host || !host_without_port(host, name, &is_bracketed))
        return false;
    if (is_bracketed)
        return inet_pton(AF_INET6, name, &v6) == 1;
    if (strcasecmp(name, "localhost") == 0 || inet_pton(AF_INET, name, &v4) == 1)
        return true;
    for (size_t i = 0; i < rules->host_count; i++)
        if (strcasecmp(name, rules->hosts[i]) == 0)
            return true;
    return false;
}

bool guard_is_cross_site(const char *sec_fetch_site)
{
    return sec_fetch_site && strcasecmp(sec_fetch_site, "cross-site") == 0;
}

/* Takes as long wherever they differ. */
static bool is_equal(const char *given, size_t length, const char *token)
{
    size_t expected = strlen(token);
    unsigned difference = length != expected;
    for (size_t i = 0; i < length; i++)
        difference |= (unsigned char)given[i] ^ (unsigned char)token[expected ? i % expected : 0];
    return difference == 0;
}

static int base64_value(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* Bytes that were decoded, fewer than `text` is long. */
static size_t base64_decode(const char *text, char *bytes)
{
    uint32_t bits = 0;
    unsigned pending = 0;
    size_t count = 0;
    for (int value; (value = base64_value(*text)) >= 0; text++) {
        bits = bits << 6 | (uint32_t)value;
        pending += 6;
        if (pending >= 8) {
            pending -= 8;
            bytes[count++] = (char)(bits >> pending);
        }
    }
    return count;
}

static bool has_password(const char *encoded, const char *token)
{
    char *decoded = malloc(strlen(encoded) + 1);
    size_t length = decoded ? base64_decode(encoded, decoded) : 0;
    const char *colon = length ? memchr(decoded, ':', length) : NULL;
    bool has = colon && is_equal(colon + 1, length - (size_t)(colon + 1 - decoded), token);
    free(decoded);
    return has;
}

bool guard_has_token(const struct guard_rules *rules, const char *authorization)
{
    static const char bearer[] = "Bearer ", basic[] = "Basic ";
    if (!rules->token)
        return true;
    if (!authorization)
        return false;
    if (strncasecmp(authorization, bearer, sizeof bearer - 1) == 0) {
        const char *given = authorization + sizeof bearer - 1;
        return is_equal(given, strlen(given), rules->token);
    }
    return strncasecmp(authorization, basic, sizeof basic - 1) == 0 &&
           has_password(authorization + sizeof basic - 1, rules->token);
}
