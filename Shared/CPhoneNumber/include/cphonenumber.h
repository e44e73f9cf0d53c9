// libphonenumber for Swift, which imports C but not the library's C++.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What libphonenumber's plan of the world's telephone numbers says of one.
typedef enum {
    /// In use for a line.
    CARAVAN_PHONE_VALID,
    /// In use for telephony over the Internet.
    CARAVAN_PHONE_VALID_VOIP,
    /// As long as a number is, but none that is assigned.
    CARAVAN_PHONE_POSSIBLE,
    /// No telephone number.
    CARAVAN_PHONE_INVALID,
} caravan_phone_verdict;

/// Judges a number as somebody typed it.
///
/// `number` is UTF-8 of `length` bytes; `region` is an ISO 3166 code in capitals and says what a number without a
/// country code means. Safe to call from any thread.
caravan_phone_verdict caravan_phone_judge(const char *number, size_t length, const char *region);

/// Writes a number that somebody typed as E.164 (`+33612345678`).
///
/// `number` and `region` are as for `caravan_phone_judge`; a region of `ZZ` demands a country code. The text goes to
/// `output`, which has room for `capacity` bytes, without a terminator. Returns its length, or 0 if no country has
/// numbers of that length or the text is no number. Safe to call from any thread.
size_t caravan_phone_e164(
    const char *number, size_t length, const char *region, char *output, size_t capacity);

#ifdef __cplusplus
}
#endif
