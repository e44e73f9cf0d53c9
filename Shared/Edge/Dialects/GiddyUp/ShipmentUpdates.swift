public import HTTPTypes
import Schema

extension GiddyUp {
    /// The manner of Shipment Update alone (`giddyup.md`, "Shipment Update"): every failure is a 400 with
    /// `{"Message": "Fail", "Error": {type, details}}`, but for those that say when to come back.
    public struct ShipmentUpdates: Dialect {
        /// The documented types of errors.
        public enum Failure: String, Sendable {
            case invalidEndpoint = "INVALID_ENDPOINT"
            case invalidPayload = "INVALID_PAYLOAD"
            case resourceAccessDenied = "RESOURCE_ACCESS_DENIED"
            case unexpectedError = "UNEXPECTED_ERROR"

            /// The error that a handler throws for it.
            public func error(_ details: String) -> RequestError { .rejected(code: rawValue, message: details) }
        }

        /// The dialect has no settings.
        public init() {}

        public var name: DialectName { .giddyUp }
        public var isLenient: Bool { true }

        public func credential(in headers: HTTPFields) -> String? { GiddyUp().credential(in: headers) }

        public func render(_ error: RequestError, requestID: String) -> APIResponse {
            let failure: Failure
            var details = error.message
            switch error {
            case .methodNotAllowed, .unknownPath: return GiddyUp().render(error, requestID: requestID)
            case .rateLimited, .idempotencyInFlight, .unavailable, .timeout, .requestTimeout, .internalError:
                failure = .unexpectedError
            case .rejected(let code, _): failure = Failure(rawValue: code) ?? .invalidPayload
            case .validation(let errors):
                failure = .invalidPayload
                details = errors.map(\.sentence).joined(separator: " ")
            case .notFound:
                failure = .invalidPayload
                details = "No order has this reference_id."
            default: failure = .invalidPayload
            }
            return answer(
                error.retryAfter == nil ? .badRequest : error.status, error,
                [
                    "Message": "Fail",
                    "Error": ["type": .string(failure.rawValue), "details": .string(details)],
                ])
        }
    }
}
