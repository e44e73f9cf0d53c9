public import HTTPTypes
import Schema

/// The API for brands and 3PLs, in the manner of Django REST framework: `{detail, status_code}`, field errors in the shape
/// of the body, refusals by rule as an array of strings.
public struct GiddyUp: Dialect {
    /// The dialect has no settings.
    public init() {}

    public var name: DialectName { .giddyUp }
    public var isLenient: Bool { true }

    public func credential(in headers: HTTPFields) -> String? {
        authorization("Token", in: headers)
    }

    public func render(_ error: RequestError, requestID: String) -> APIResponse {
        switch error {
        case .validation(let errors) where errors.allSatisfy({ $0.path.isEmpty }):
            return answer(error.status, error, .array(errors.map { .string($0.message) }))
        case .validation(let errors):
            let root = errors.reduce(into: FieldTree()) { $0.add($1.message, at: $1.path[...]) }
            guard case .object(var document) = root.document else { return detail(error) }
            document["status_code"] = .number(JSONNumber(error.status.code))
            return answer(error.status, error, .object(document))
        case .rejected(_, let message):
            return answer(error.status, error, [.string(message)])
        default:
            return detail(error)
        }
    }

    private func detail(_ error: RequestError) -> APIResponse {
        let text =
            switch error {
            case .notFound, .unknownPath: "Not found."
            case .unauthorized: "Authentication credentials were not provided or are not valid."
            default: error.message
            }
        return answer(
            error.status, error, ["detail": .string(text), "status_code": .number(JSONNumber(error.status.code))])
    }
}

/// Messages in the shape of the body they are about: `{"return_items": [{}, {"quantity": ["…"]}]}`.
private struct FieldTree {
    private var messages: [String] = []
    private var children: [String: FieldTree] = [:]

    mutating func add(_ message: String, at path: ArraySlice<String>) {
        guard let name = path.first else { return messages.append(message) }
        children[name, default: FieldTree()].add(message, at: path.dropFirst())
    }

    var document: JSONValue {
        if children.isEmpty { return .array(messages.map { .string($0) }) }
        let indices = children.keys.compactMap { Int($0) }
        if indices.count == children.count, let last = indices.max(), indices.allSatisfy({ 0...999 ~= $0 }) {
            // As in Django, sound elements before a faulty one are empty objects.
            return .array((0...last).map { children[String($0)]?.document ?? [:] })
        }
        var names = children.mapValues(\.document)
        if !messages.isEmpty { names["non_field_errors"] = .array(messages.map { .string($0) }) }
        return .object(names)
    }
}
