import Schema

/// `docs/events/README.md`, written from the catalogue.
enum CatalogueDocument {
    static var text: String {
        """
        # Topics and events

        Written from `Shared/Schema` by its tests (`CARAVAN_RECORD=1 swift test --filter SchemaTests`).

        A record is a CloudEvent 1.0 in Kafka's binary mode. Its value is the event's JSON alone; the rest is in headers:

        | header | content |
        |---|---|
        | `\(CloudEventsHeader.specVersion)` | `\(CloudEventsHeader.specificationVersion)` |
        | `\(CloudEventsHeader.id)` | unique per event; drop what you have seen |
        | `\(CloudEventsHeader.type)` | such as `\(OrderPlaced.type)` |
        | `\(CloudEventsHeader.source)` | the service, such as `\(EventEnvelope.source(of: .orders))` |
        | `\(CloudEventsHeader.subject)` | what it is about; the record's key |
        | `\(CloudEventsHeader.time)` | when it happened, RFC 3339 |
        | `\(CloudEventsHeader.sequence)` | 1, 2, 3 … without gaps among the service's events of one subject |
        | `\(CloudEventsHeader.account)` | whose data it is |
        | `\(CloudEventsHeader.traceParent)` | W3C Trace Context, if the cause was traced |
        | `\(CloudEventsHeader.contentType)` | `\(CloudEventsHeader.json)` |

        Each version of an event has its JSON Schema here. Versions of one event are compatible in both directions:
        ignore members you do not know, expect new names where the schema says `x-extensible-enum`, and match the type
        without its version. Personal data is sealed (`x-sealed` says what is inside); who may read it has the key.

        ## Changing an event

        1. Change the payload type, its `schema` and its `example`; increase `version` by one. New members are optional.
        2. `CARAVAN_RECORD=1 swift test --filter SchemaTests` adds the schema and a golden payload; it changes neither
           of an earlier version.
        3. `swift test --filter SchemaTests` compares the schema with every earlier one and reads all golden payloads.

        What cannot be compatible is another event with another name.

        ## Topics

        \(Topic.all.map(section).joined(separator: "\n\n"))

        """
    }

    private static func section(_ topic: Topic) -> String {
        let events = EventCatalogue.events(on: topic)
        let rows = events.map { event in
            "| [`\(event.type)`](\(event.type).schema.json) | \(event.summary) |"
        }
        let table = rows.isEmpty ? ["Nothing is sent here yet."] : ["| type | |", "|---|---|"] + rows
        return """
            ### `\(topic.name)`

            \(topic.purpose)
            Key: \(topic.key)
            Retention: \(topic.retentionText)

            \(table.joined(separator: "\n"))
            """
    }
}
