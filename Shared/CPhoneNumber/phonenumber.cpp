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
