#ifndef CARAVAN_CCURL_H
#define CARAVAN_CCURL_H

#include <stddef.h>

// Mail by SMTP, with libcurl. The library is loaded when the first mail is sent by SMTP and not before: linked, it would
// bring a dozen others (HTTP/2, SSH, LDAP, RTMP …) whose relocated pages count as memory of every idle process.

/// Loads libcurl, once a process; any thread may ask. Returns NULL, or why there is none.
const char *caravan_curl_load(void);

/// Where mail goes; texts end with NUL and are copied. NULL stands for what there is none of.
typedef struct {
    /// smtp://host:port or smtps://host:port
    const char *url;
    const char *username;
    const char *password;
    /// PEM file of the only authorities to trust.
    const char *trusted_roots;
    /// Whether smtp:// must turn to TLS (STARTTLS) before anything is said.
    int requires_tls;
    long connect_timeout_ms;
    long timeout_ms;
} caravan_smtp_server;

/// What came of a mail.
typedef struct {
    /// 0 when the server took the mail; else a CURLcode.
    int code;
    /// Whether it failed since the server did not let us in or TLS could not be had: no fault of the mail.
    int is_refused_entry;
    /// The server's last reply code, 0 where there was none.
    long reply_code;
    /// The line that the server refused it with, or what the library says.
    char text[512];
} caravan_smtp_result;

typedef struct caravan_smtp caravan_smtp;

/// One connection, made when needed and kept between mails. For one thread at a time. NULL when memory is short.
caravan_smtp *caravan_smtp_open(const caravan_smtp_server *server);

/// Sends one mail, and returns when the server has answered or the time is over.
void caravan_smtp_send(
    caravan_smtp *connection, const char *sender, const char *const *recipients, size_t recipient_count,
    const void *mail, size_t length, caravan_smtp_result *result);

void caravan_smtp_close(caravan_smtp *connection);

#endif
