import Edge
import Schema

/// The body of the dealer API's `POST /v1/customers/bulk`: each entry is judged by itself.
struct BulkCustomersRequest: Decodable, Sendable {
    enum Entry: Decodable, Sendable {
        case valid(CustomerReport)
        case rejected(RequestError)

        /// Never throws, so that one entry at fault does not fail the others.
        init(from decoder: any Decoder) {
            do {
                self = .valid(try CustomerRequest(from: decoder).report())
            } catch {
                self = .rejected(RequestError(decoding: error, in: decoder))
            }
        }

        var report: CustomerReport? {
            if case .valid(let report) = self { report } else { nil }
        }
    }

    let customers: [Entry]?

    static let maximumCustomers = 1000

    func entries() throws(RequestError) -> [Entry] {
        let entries = customers ?? []
        guard (1...Self.maximumCustomers).contains(entries.count) else {
            throw .invalid(
                "customers", code: "invalid_count",
                "Send 1 to \(Self.maximumCustomers) customers, not \(entries.count).")
        }
        return entries
    }
}

/// One entry of the answer: the customer, or what was wrong with the entry sent.
enum BulkCustomerBody: Encodable, Sendable {
    case customer(WatchTraderHub.CustomerBody)
    case rejected(RequestError, requestID: String)

    private enum CodingKeys: String, CodingKey {
        case object, error
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .customer(let body):
            try body.encode(to: encoder)
        case .rejected(let error, let requestID):
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode("error", forKey: .object)
            try container.encode(WatchTraderHub.errorObject(error, requestID: requestID), forKey: .error)
        }
    }
}
