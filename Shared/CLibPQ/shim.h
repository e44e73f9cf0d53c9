#include <libpq-fe.h>
// The one thread that waits for all of libpq's sockets does so with these.
#include <sys/epoll.h>
#include <sys/timerfd.h>
