#define _GNU_SOURCE
#include "cbind.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static _Atomic uint16_t next_port = 0;

void caravan_bind_next_port(uint16_t port) {
    atomic_store(&next_port, port);
}

// Interposes libc's bind(): the dynamic linker resolves a library's symbols in the executable first.
__attribute__((visibility("default"))) int bind(int fd, const struct sockaddr *address, socklen_t length) {
    if (address->sa_family == AF_INET && length == sizeof(struct sockaddr_in)) {
        struct sockaddr_in wanted = *(const struct sockaddr_in *)address;
        if (wanted.sin_port == 0) {
            wanted.sin_port = htons(atomic_exchange(&next_port, 0));
            // The connections of a broker killed a moment ago must not keep the port.
            int on = 1;
            setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
            // Accepted connections inherit it: without, the second of two answers waits 40 ms for the client's ACK.
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
            return (int)syscall(SYS_bind, fd, &wanted, sizeof(wanted));
        }
    }
    return (int)syscall(SYS_bind, fd, address, length);
}
