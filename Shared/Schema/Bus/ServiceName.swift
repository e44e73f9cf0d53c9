/// The five services. The raw value is the name of the executable, of its Postgres schema and of its topics.
public enum ServiceName: String, CaseIterable, Codable, Sendable {
    case catalog, orders, consent, payments, notifications
}
