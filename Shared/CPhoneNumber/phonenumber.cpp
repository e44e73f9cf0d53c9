#include "cphonenumber.h"

#include <phonenumbers/phonenumberutil.h>

#include <string>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

static caravan_phone_verdict judge(const std::string &number, const std::string &region) {
    const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
    PhoneNumber parsed;
    if (util.Parse(number, region, &parsed) != PhoneNumberUtil::NO_PARSING_ERROR) return CARAVAN_PHONE_INVALID;
    if (!util.IsPossibleNumber(parsed)) return CARAVAN_PHONE_INVALID;
    if (!util.IsValidNumber(parsed)) return CARAVAN_PHONE_POSSIBLE;
    return util.GetNumberType(parsed) == PhoneNumberUtil::VOIP ? CARAVAN_PHONE_VALID_VOIP : CARAVAN_PHONE_VALID;
}

extern "C" caravan_phone_verdict caravan_phone_judge(const char *number, size_t length, const char *region) {
    try {
        return judge(std::string(number, length), region);
    } catch (...) {
        // Swift cannot catch what C++ throws.
        return CARAVAN_PHONE_INVALID;
    }
}

static std::string e164(const std::string &number, const std::string &region) {
    const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
    PhoneNumber parsed;
    std::string text;
    if (util.Parse(number, region, &parsed) != PhoneNumberUtil::NO_PARSING_ERROR) return text;
    // An extension cannot be called by its E.164 number alone.
    if (parsed.has_extension() || !util.IsPossibleNumber(parsed)) return text;
    util.Format(parsed, PhoneNumberUtil::E164, &text);
    return text;
}

extern "C" size_t caravan_phone_e164(
    const char *number, size_t length, const char *region, char *output, size_t capacity) {
    try {
        const std::string text = e164(std::string(number, length), region);
        if (text.size() > capacity) return 0;
        text.copy(output, text.size());
        return text.size();
    } catch (...) {
        return 0;
    }
}
