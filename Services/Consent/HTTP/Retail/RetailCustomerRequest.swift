import Edge
import Schema

extension RetailCustomer {
    /// What the body of Upsert customer says.
    init(_ body: inout RetailOS.UpsertBody) {
        self.init()
        firstName = body.text("firstName")
        lastName = body.text("lastName")
        telephone = body.text("telephone", maximum: 64)
        email = body.text("email", maximum: 254)
        if let email, !email.contains("@") {
            body.validation.fail(["email"], "invalid_email", "This is not a mail address.")
        }
        body.keep(
            texts: ["title", "gender", "dob", "registeredById", "registeredAtId", "territoryId", "regionId"],
            flags: [
                "generalMarketing", "thirdPartyMarketing", "storeMarketing", "smsMarketing", "emailMarketing",
                "postMarketing",
            ], objects: ["address", "details", "reporting"])
        _ = body.texts(in: "address", RetailOS.addressFields)
        details = body.retail
        if case .string(let day)? = details["dob"], !Self.isDay(day) {
            body.validation.fail(["dob"], "invalid_date", "This must be a day as DD/MM/YYYY.")
        }
        generalMarketing = details["generalMarketing"]?.flag
        emailMarketing = details["emailMarketing"]?.flag
    }

    private static func isDay(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.map(\.utf8.count) == [2, 2, 4] else { return false }
        return Timestamp(rfc3339: "\(parts[2])-\(parts[1])-\(parts[0])T00:00:00Z") != nil
    }
}

extension JSONValue {
    fileprivate var flag: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }
}
