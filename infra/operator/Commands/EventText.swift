import Foundation
import Schema

/// An event as people read it.
enum EventText {
    /// Head line, attributes and payload, one block an event.
    static func describe(_ event: EventEnvelope, partition: Int32, offset: Int64) -> String {
        let trace = event.traceparent.map { "  \($0)" } ?? ""
        return """
            \(event.time.rfc3339)  \(event.type)  \(event.subject) #\(event.sequence)
                id \(event.idText)  from \(event.source)  for \(event.account)  at \(partition)/\(offset)\(trace)
            \(payload(event.payload))
            """
    }

    private static func payload(_ bytes: [UInt8]) -> String {
        let text = (try? JSONSerialization.jsonObject(with: Data(bytes))).flatMap { object in
            try? JSONSerialization.data(
                withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        }
        return String(decoding: text ?? Data(bytes), as: UTF8.self)
            .split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
    }
}
