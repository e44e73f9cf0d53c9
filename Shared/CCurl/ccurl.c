#include "ccurl.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The type checks are macros around the functions that are called through pointers here.
#undef curl_easy_setopt
#undef curl_easy_getinfo

static struct {
    CURLcode (*global_init)(long);
    CURL *(*easy_init)(void);
    CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
    CURLcode (*easy_perform)(CURL *);
    CURLcode (*easy_getinfo)(CURL *, CURLINFO, ...);
    void (*easy_cleanup)(CURL *);
    const char *(*easy_strerror)(CURLcode);
    struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
    void (*slist_free_all)(struct curl_slist *);
} library;

static pthread_once_t loading = PTHREAD_ONCE_INIT;
static char fault[256];

static void *symbol(void *handle, const char *name) {
    void *found = dlsym(handle, name);
    if (!found) snprintf(fault, sizeof fault, "libcurl.so.4 has no %s", name);
    return found;
}

static void load(void) {
    void *handle = dlopen("libcurl.so.4", RTLD_LAZY | RTLD_LOCAL);
    if (!handle) {
        const char *reason = dlerror();
        snprintf(fault, sizeof fault, "libcurl cannot be loaded: %s", reason ? reason : "no reason given");
        return;
    }
    library.global_init = symbol(handle, "curl_global_init");
    library.easy_init = symbol(handle, "curl_easy_init");
    library.easy_setopt = symbol(handle, "curl_easy_setopt");
    library.easy_perform = symbol(handle, "curl_easy_perform");
    library.easy_getinfo = symbol(handle, "curl_easy_getinfo");
    library.easy_cleanup = symbol(handle, "curl_easy_cleanup");
    library.easy_strerror = symbol(handle, "curl_easy_strerror");
    library.slist_append = symbol(handle, "curl_slist_append");
    library.slist_free_all = symbol(handle, "curl_slist_free_all");
    if (fault[0]) return;
    if (library.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        snprintf(fault, sizeof fault, "libcurl cannot be initialised");
    }
}

const char *caravan_curl_load(void) {
    pthread_once(&loading, load);
    return fault[0] ? fault : NULL;
}

struct caravan_smtp {
    CURL *curl;
    // What is being sent, and how much of it is gone.
    const char *mail;
    size_t length;
    size_t position;
    // The server's last line, a refusal if there was one.
    char reply[256];
};

static size_t give(char *buffer, size_t size, size_t count, void *context) {
    caravan_smtp *connection = context;
    size_t room = size * count, left = connection->length - connection->position;
    size_t taken = left < room ? left : room;
    memcpy(buffer, connection->mail + connection->position, taken);
    connection->position += taken;
    return taken;
}

static size_t keep_reply(char *line, size_t size, size_t count, void *context) {
    caravan_smtp *connection = context;
    size_t length = size * count, kept = length;
    // After a refusal the library says goodbye, which is answered too.
    int is_refusal = connection->reply[0] == '4' || connection->reply[0] == '5';
    if (is_refusal && length > 0 && line[0] == '2') return length;
    while (kept > 0 && (line[kept - 1] == '\r' || line[kept - 1] == '\n')) kept--;
    if (kept >= sizeof connection->reply) kept = sizeof connection->reply - 1;
    memcpy(connection->reply, line, kept);
    connection->reply[kept] = 0;
    return length;
}

caravan_smtp *caravan_smtp_open(const caravan_smtp_server *server) {
    if (caravan_curl_load()) return NULL;
    caravan_smtp *connection = calloc(1, sizeof *connection);
    if (!connection) return NULL;
    CURL *curl = connection->curl = library.easy_init();
    if (!curl) {
        free(connection);
        return NULL;
    }
    library.easy_setopt(curl, CURLOPT_URL, server->url);
    library.easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    library.easy_setopt(curl, CURLOPT_USE_SSL, (long)(server->requires_tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    library.easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    library.easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    library.easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (server->trusted_roots) {
        library.easy_setopt(curl, CURLOPT_CAINFO, server->trusted_roots);
        library.easy_setopt(curl, CURLOPT_CAPATH, NULL);
    }
    if (server->username) library.easy_setopt(curl, CURLOPT_USERNAME, server->username);
    if (server->password) library.easy_setopt(curl, CURLOPT_PASSWORD, server->password);
    library.easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, server->connect_timeout_ms);
    library.easy_setopt(curl, CURLOPT_TIMEOUT_MS, server->timeout_ms);
    // Time-outs of the resolver would come as signals otherwise.
    library.easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    library.easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    library.easy_setopt(curl, CURLOPT_READFUNCTION, give);
    library.easy_setopt(curl, CURLOPT_READDATA, connection);
    // A server's replies count as headers.
    library.easy_setopt(curl, CURLOPT_HEADERFUNCTION, keep_reply);
    library.easy_setopt(curl, CURLOPT_HEADERDATA, connection);
    return connection;
}

static int refuses_entry(CURLcode code, long reply) {
    switch (code) {
    case CURLE_LOGIN_DENIED:
    case CURLE_USE_SSL_FAILED:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST: return 1;
    // RFC 4954, RFC 3207: authentication or encryption is wanted, or was not accepted.
    default: return reply == 530 || reply == 534 || reply == 535 || reply == 538;
    }
}

void caravan_smtp_send(
    caravan_smtp *connection, const char *sender, const char *const *recipients, size_t recipient_count,
    const void *mail, size_t length, caravan_smtp_result *result) {
    memset(result, 0, sizeof *result);
    struct curl_slist *list = NULL;
    for (size_t index = 0; index < recipient_count; index++) {
        struct curl_slist *longer = library.slist_append(list, recipients[index]);
        if (!longer) {
            library.slist_free_all(list);
            result->code = CURLE_OUT_OF_MEMORY;
            snprintf(result->text, sizeof result->text, "%s", "out of memory");
            return;
        }
        list = longer;
    }
    connection->mail = mail;
    connection->length = length;
    connection->position = 0;
    connection->reply[0] = 0;
    library.easy_setopt(connection->curl, CURLOPT_MAIL_FROM, sender);
    library.easy_setopt(connection->curl, CURLOPT_MAIL_RCPT, list);
    library.easy_setopt(connection->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)length);

    CURLcode code = library.easy_perform(connection->curl);
    result->code = (int)code;
    library.easy_getinfo(connection->curl, CURLINFO_RESPONSE_CODE, &result->reply_code);
    result->is_refused_entry = refuses_entry(code, result->reply_code);
    int has_refusal = result->reply_code >= 400 && connection->reply[0];
    snprintf(
        result->text, sizeof result->text, "%s", has_refusal ? connection->reply : library.easy_strerror(code));

    library.easy_setopt(connection->curl, CURLOPT_MAIL_RCPT, NULL);
    library.slist_free_all(list);
    connection->mail = NULL;
    connection->length = 0;
}

void caravan_smtp_close(caravan_smtp *connection) {
    library.easy_cleanup(connection->curl);
    free(connection);
}
