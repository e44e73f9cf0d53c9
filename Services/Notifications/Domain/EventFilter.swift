/// Which messages an endpoint subscribes to: `*`, whole groups (`order.*`), single names (`order.created`).
enum EventFilter {
    /// Every filter entry that lets a message type through.
    static func entries(admitting type: String) -> [String] {
        var entries = ["*", type]
        if let dot = type.firstIndex(of: ".") { entries.append(type[...dot] + "*") }
        return entries
    }

    /// The subscribed types among those a style knows.
    static func subscribed(_ filter: [String], among types: [String]) -> [String] {
        let filter = Set(filter)
        return types.filter { !filter.isDisjoint(with: entries(admitting: $0)) }
    }
}
