/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/serve/peer.h"

#include <poll.h>
#include <sys/socket.h>

static bool has_event(const struct peer *peer, short events)
{
    struct pollfd of_peer = {.fd = peer->fd, .events = events};
    return poll(&of_peer, 1, 0) == 1 && of_peer.revents & events;
}

bool peer_is_gone(const struct peer *peer)
{
    return has_event(peer, POLLHUP | POLLERR);
}

bool peer_sends_no_more(const struct peer *peer)
{
    return has_event(peer, POLLRDHUP);
}

void peer_wait_for_next(const struct peer *peer)
{
    if (peer_sends_no_more(peer))
        shutdown(peer->fd, SHUT_RD);
}
