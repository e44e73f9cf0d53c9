import Edge
import Foundation
import HTTPTypes

/// The errors that nginx itself answers with, in the envelope of the API whose path was asked for.
enum GatewayErrors {
    private struct Case {
        /// The statuses that nginx gives it.
        let statuses: [Int]
        let error: RequestError
        var name: String { statuses.map(String.init).joined(separator: "-") }
    }

    private static let cases = [
        Case(statuses: [404], error: .unknownPath),
        Case(statuses: [413], error: .payloadTooLarge),
        // 494 and 497 are nginx's own: headers too large, plain HTTP on the TLS port.
        Case(
            statuses: [400, 414, 494, 497],
            error: .malformedBody("The request line or a header is invalid or too long.")),
        Case(statuses: [500, 502, 503], error: .unavailable),
        Case(statuses: [504], error: .timeout),
    ]

    /// `error_page` directives and the internal locations that they lead to.
    static var directives: [String] {
        cases.map { failure in
            let statuses = failure.statuses.map(String.init).joined(separator: " ")
            return "error_page \(statuses) = /gateway-errors/\(failure.name)/$caravan_dialect;"
        }
            + cases.flatMap { failure in
                DialectName.allCases.flatMap { location(failure, Dialects.dialect($0)) }
            }
    }

    private static func location(_ failure: Case, _ dialect: any Dialect) -> [String] {
        let response = dialect.render(failure.error, requestID: requestIDMark)
        var lines = ["location = /gateway-errors/\(failure.name)/\(dialect.name.rawValue) {", "    internal;"]
        for field in response.headers {
            if field.name == .contentType {
                lines.append("    default_type \(text(field.value));")
            } else {
                lines.append("    add_header \(field.name) \(text(field.value)) always;")
            }
        }
        lines.append("    add_header X-Request-Id $caravan_request_id always;")
        let body = String(decoding: response.body, as: UTF8.self)
        return lines + ["    return \(response.status.code) \(text(body));", "}"]
    }

    private static let requestIDMark = "REQUEST-ID"

    /// A text in nginx's quotes, in which nginx puts this request's id and time where those of the rendering stand.
    private static func text(_ text: String) -> String {
        let quoted = text.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
            .replacing(requestIDMark, with: "$caravan_request_id")
            .replacing(#/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z/#, with: "$time_iso8601")
        return "'\(quoted)'"
    }
}
