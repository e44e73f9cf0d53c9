import Edge
import Schema

/// The body of `POST /v1/subscriptions/opt-in`.
struct OptInRequest: Decodable, Sendable {
    let phoneNumber: String?
    let consentSource: String?
    let profileID: String?
    let consentedAt: String?
    let consentProof: ConsentProof?

    enum CodingKeys: String, CodingKey {
        case phoneNumber = "phone_number"
        case consentSource = "consent_source"
        case profileID = "profile_id"
        case consentedAt = "consented_at"
        case consentProof = "consent_proof"
    }

    /// What this body says, at `now`.
    func consent(at now: Timestamp) throws(RequestError) -> OptIn {
        var validation = Validation()
        let consent = OptIn(
            phoneNumber: validation.requiredPhoneNumber(phoneNumber, "phone_number"),
            profile: validation.profile(profileID, "profile_id"),
            source: validation.consentSource(consentSource, "consent_source"),
            consentedAt: validation.consentTime(consentedAt, "consented_at", at: now),
            proof: validation.proof(consentProof))
        try validation.check()
        return consent
    }
}

/// The body of `POST /v1/subscriptions/opt-out`.
struct OptOutRequest: Decodable, Sendable {
    let phoneNumber: String?
    let profileID: String?
    let reason: String?

    enum CodingKeys: String, CodingKey {
        case reason
        case phoneNumber = "phone_number"
        case profileID = "profile_id"
    }

    func withdrawal() throws(RequestError) -> OptOut {
        var validation = Validation()
        if phoneNumber == nil, profileID == nil {
            validation.fail(["profile_id"], "required", "This field is required when there is no phone_number.")
        }
        let withdrawal = OptOut(
            phoneNumber: validation.phoneNumber(phoneNumber, "phone_number"),
            profile: validation.profile(profileID, "profile_id"), source: ConsentSource.api,
            reason: validation.optional(reason, "reason", maximum: 1_000))
        try validation.check()
        return withdrawal
    }
}

extension Validation {
    /// A profile's id, ours or the client's own.
    fileprivate mutating func profile(_ text: String?, _ field: String) -> PersonReference? {
        guard let text else { return nil }
        return PersonReference(required(text, field))
    }

    /// A word in capitals. The document shows two of them and gives no list, so that any can be meant; it is kept for
    /// good beside the person's data, and cannot be free text.
    fileprivate mutating func consentSource(_ text: String?, _ field: String) -> String {
        let source = required(text, field, maximum: 64)
        let isWord = source.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
            default: false
            }
        }
        if !isWord {
            fail([field], "invalid_source", "This must be a word of A to Z, 0 to 9 and _, such as WEB_FORM.")
        }
        return source
    }

    /// When a consent was given: from 2000 on, and not in the future beyond what clocks may differ by.
    fileprivate mutating func consentTime(_ text: String?, _ field: String, at now: Timestamp) -> Timestamp? {
        guard let time = timestamp(text, field) else { return nil }
        if time > now + .seconds(300) { fail([field], "in_future", "This must not be in the future.") }
        if time < Self.earliestConsent { fail([field], "out_of_range", "This must not be before the year 2000.") }
        return min(time, now)
    }

    private static var earliestConsent: Timestamp { Timestamp(microseconds: 946_684_800_000_000) }

    fileprivate mutating func proof(_ proof: ConsentProof?) -> ConsentProof? {
        guard let proof else { return nil }
        let checked = ConsentProof(
            termsURL: optional(proof.termsURL, "consent_proof", "terms_url", maximum: 2_048),
            termsVersion: optional(proof.termsVersion, "consent_proof", "terms_version"),
            ipAddress: optional(proof.ipAddress, "consent_proof", "ip_address", maximum: 64),
            userAgent: optional(proof.userAgent, "consent_proof", "user_agent", maximum: 2_048),
            sourceText: optional(proof.sourceText, "consent_proof", "source_text", maximum: 4_096))
        return checked == ConsentProof() ? nil : checked
    }
}
