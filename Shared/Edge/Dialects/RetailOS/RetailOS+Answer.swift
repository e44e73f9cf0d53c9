public import HTTPTypes
import Schema

extension RetailOS {
    /// An answer in the envelope that all of them have (`retailos.md`, "HTTP response body").
    ///
    /// - Parameters:
    ///   - action: What was done, `CUSTOMER_GET_ALL`.
    ///   - message: What was done, for people: `Customers`.
    public static func answer(
        _ result: some Encodable & Sendable, _ action: String, _ message: String, to request: APIRequest,
        status: HTTPResponse.Status = .ok
    ) throws -> APIResponse {
        try .json(
            Envelope(
                status: status, message: message, action: action, result: result, requestID: request.requestID,
                receivedAt: request.receivedAt.rfc3339), status: status)
    }

    /// The rows of one page and how many there are in all.
    public struct Rows<Row: Encodable & Sendable>: Encodable, Sendable {
        private let count: Int
        private let rows: [Row]

        /// - Parameter count: All that the list has, not only the page.
        public init(_ rows: [Row], count: Int) {
            self.count = count
            self.rows = rows
        }
    }

    private struct Envelope<Value: Encodable>: Encodable {
        let status: HTTPResponse.Status
        let message: String
        let action: String
        let result: Value
        let requestID: String
        let receivedAt: String

        enum CodingKeys: String, CodingKey {
            case statusCode, statusMessage, userMessage, error, meta, action, result
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(status.code, forKey: .statusCode)
            try container.encode(status.reasonPhrase, forKey: .statusMessage)
            try container.encode(message, forKey: .userMessage)
            try container.encodeNil(forKey: .error)
            try container.encode(["requestId": requestID, "requestTimestamp": receivedAt], forKey: .meta)
            try container.encode(action, forKey: .action)
            try container.encode(result, forKey: .result)
        }
    }
}
