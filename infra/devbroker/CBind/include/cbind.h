#ifndef CARAVAN_CBIND_H
#define CARAVAN_CBIND_H

#include <stdint.h>

/// librdkafka's mock cluster listens on a port that the kernel picks. The next bind() that leaves the port open gets
/// this one instead, in the whole process; 0 leaves it to the kernel.
///
/// bind.c defines bind() itself. For the shared librdkafka to find it, the executable must be linked with
/// `-Xlinker --export-dynamic-symbol=bind`.
void caravan_bind_next_port(uint16_t port);

#endif
